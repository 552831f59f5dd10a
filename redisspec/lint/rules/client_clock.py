"""The caller's clock decides when something expires, or how much is let through.

## What it does
Finds, in Python, `EXPIREAT` and `exat` with a time made of the caller's own clock, and limits that count by it:
`ZADD` with the time as its score, and `ZREMRANGEBYSCORE` up to a time. In Lua, finds scripts that are given `now` and
trim or expire by it.

## Why is this bad
Clocks of two machines differ, by milliseconds when all is well and by minutes when it is not. A machine that is ahead
makes keys live longer, and takes others' entries out of the window; one that is behind is let through more often. Nobody
sees it on one machine.

## Example
```python
import time

import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, exat=int(time.time()) + 3_600)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)
```
A script asks the server's clock (`TIME`), and so do the limits that a spec declares.

## Fix safety
There is no fix: where the time comes from elsewhere, too, it has to stay.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Redis: TIME](https://redis.io/docs/latest/commands/time/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.luafacts import hand_written, is_blind
from redisspec.lint.pyfacts import own_calls, share_key
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript
    from redisspec.readers.python.module import PyCall, PyProcedure


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a step that believes the caller's clock."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            when = call.argument("exat", "pxat", "when")
            if when is not None and _is_clock(when):
                yield RULE.found(
                    call.span,
                    "the caller's clock decides when this expires: on a machine that is ahead it lives longer",
                    "give how long it lives (`ex=…`, `expire`), which the server counts",
                )
            elif call.command == "ZREMRANGEBYSCORE" and _limits(procedure, call):
                yield RULE.found(
                    call.span,
                    "the callers' clocks decide what is in the window: one that is ahead takes others' entries out",
                    "ask the server's clock in a script (`TIME`), or declare the limit in a spec",
                )


def _limits(procedure: PyProcedure, call: PyCall) -> bool:
    """Whether entries are added by the time and counted, as a sliding window does."""
    upto = call.argument("max")
    if upto is None or not _is_clock(upto):
        return False
    here = [other for other in procedure.calls if share_key(call, other) is not None]
    commands = {other.command for other in here}
    return "ZADD" in commands and not commands.isdisjoint(("ZCARD", "ZCOUNT"))


def _is_clock(value: Value) -> bool:
    return any(leaf.provenance == "clock" for leaf in leaves(value))


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a script that is handed the time, and decides by it."""
    if is_blind(script) or not hand_written(script) or _asks_time(script):
        return
    source = script.source
    clocks = {match[2] for match in _CLOCK.finditer(source.text)}
    for call in script.calls:
        when = call.words[1:] if call.command in _BY_TIME else ()
        if any(leaf.text in clocks for value in when for leaf in leaves(value)):
            yield RULE.found(
                call.span,
                f"`{call.command}` goes by the caller's clock: one that is ahead takes others' entries out, one that is "
                "behind is let through more often",
                "ask the server in the script: `redis.call('TIME')`",
            )
            return


_CLOCK = re.compile(
    r"\blocal\s+(now|now_?ms|now_?us|timestamp|current_?time|currentTime)\s*=\s*(?:tonumber\s*\(\s*)?(ARGV\[\d+\])"
)
_BY_TIME = frozenset(("ZREMRANGEBYSCORE", "EXPIREAT", "PEXPIREAT"))


def _asks_time(script: LuaScript) -> bool:
    return any(call.command == "TIME" for call in script.calls)


RULE = Rule(
    "RS110",
    "client-clock",
    "warning",
    "ttl",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
)
