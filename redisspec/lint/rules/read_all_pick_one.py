"""A whole collection is read to pick one of it.

## What it does
Finds, in Python, `SMEMBERS`, `HKEYS`, `HVALS`, `HGETALL`, `LRANGE key 0 -1`, `ZRANGE key 0 -1` or `ZRANGEBYSCORE`
without a limit whose reply goes into `random.choice` or `random.sample`.

## Why is this bad
A million members travel so that one is used, each time. The server picks one in a microsecond.

## Example
```python
import random

import redis

client = redis.Redis(socket_timeout=2)


def proxy():
    return random.choice(list(client.smembers("proxies")))
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def proxy():
    return client.srandmember("proxies")
```
`HRANDFIELD` and `ZRANDMEMBER` (Redis 6.2) do it for hashes and sorted sets; for a list, `LINDEX` at a random place below
`LLEN`.

## Fix safety
The fix puts `srandmember` (`hrandfield`) in the place of `random.choice` over `smembers` (`hkeys`). It is unsafe:
where there is nothing, the answer is None and `random.choice` raises.

## References
- [Redis: SRANDMEMBER](https://redis.io/docs/latest/commands/srandmember/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pyedits import span_of, written
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.rules.full_read import reads_whole
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyOther


_PICKS = ("random.choice", "random.sample", "random.choices", "secrets.choice")
_RANGES = ("ZRANGEBYSCORE", "ZREVRANGEBYSCORE")
_BETWEEN = "`zcount` says how many there are, and `start=` with `num=1` reads one at a random place"
_INSTEAD = {
    "SMEMBERS": "`srandmember` picks one at the server",
    "HKEYS": "`hrandfield` picks one at the server",
    "HVALS": "`hrandfield(key, 1, withvalues=True)` picks one at the server",
    "HGETALL": "`hrandfield(key, 1, withvalues=True)` picks one at the server",
    "ZRANGE": "`zrandmember` picks one at the server",
    "ZRANGEBYSCORE": _BETWEEN,
    "ZREVRANGEBYSCORE": _BETWEEN,
    "LRANGE": "`lindex` reads one at a random place below `llen`",
}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a read of everything for the sake of one."""
    for procedure in context.procedures:
        picks = [other for other in procedure.others if other.name in _PICKS and other.arguments]
        for call in own_calls(procedure) if picks else ():
            ranged = call.command in _RANGES and call.argument("num") is None
            if call.key is None or not (ranged or reads_whole(call)):
                continue
            what = "every member between two scores of" if ranged else "all of"
            for pick in picks:
                if mentions(pick.arguments[0], (call.reply,)):
                    yield RULE.found(
                        call.span,
                        f"`{call.command}` reads {what} {called(call.key)} so that one of it is used",
                        _INSTEAD.get(call.command or "", "let the server pick"),
                        related=(Related(pick.span, "one is picked here"),),
                        fix=_fix(context, call, pick),
                    )
                    break


_PICKERS = {"smembers": "srandmember", "hkeys": "hrandfield"}


def _fix(context: PyContext, call: PyCall, pick: PyOther) -> Fix | None:
    module = context.module
    picker = _PICKERS.get(call.method)
    if picker is None or pick.name != "random.choice" or len(pick.node.args) != 1:
        return None
    given = pick.node.args[0]
    if isinstance(given, ast.Call) and len(given.args) == 1 and not given.keywords:
        named = given.func.id if isinstance(given.func, ast.Name) else ""
        if named in ("list", "tuple", "sorted"):
            given = given.args[0]
    bare = given.value if isinstance(given, ast.Await) else given
    if bare is not call.node or not isinstance(call.node.func, ast.Attribute):
        return None
    awaits = "await " if isinstance(given, ast.Await) else ""
    inside = ", ".join(written(module, one) for one in call.node.args)
    text = f"{awaits}{written(module, call.node.func.value)}.{picker}({inside})"
    return Fix("Let the server pick one", (Edit(span_of(module, pick.node), text),))


RULE = Rule(
    "RS212",
    "read-all-pick-one",
    "warning",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
