"""A command blocks for longer than the client's socket waits.

## What it does
Finds, in Python, `BLPOP`, `BRPOP`, `BLMOVE`, `BZPOPMIN`, `XREAD` and the like that may block for as long as the
`socket_timeout` of their client, or for ever. In redis-py 8 and later a client has 5 seconds by default.

## Why is this bad
The socket gives up first: where nothing arrives the call raises `TimeoutError` instead of answering None, each time,
and redis-py's retries make a minute of it. An item that arrives in that moment is taken by nobody.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work():
    return client.blpop("jobs", timeout=30)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=10)


def work():
    return client.blpop("jobs", timeout=8)
```
Block for less than the socket waits, a second at least; a worker has a client of its own for it.

## Fix safety
The fix makes a written time to wait one second shorter than the socket's. It is unsafe: the loop around it turns more
often.

## References
- [Redis: BLPOP](https://redis.io/docs/latest/commands/blpop/)
- [redis-py: connections](https://redis.readthedocs.io/en/stable/connections.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyedits import added_argument, span_of
from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


# How each command is told to wait, and in which part of a second.
_WAITS = {
    "BLPOP": ("timeout", 1.0), "BRPOP": ("timeout", 1.0), "BLMOVE": ("timeout", 1.0),
    "BRPOPLPUSH": ("timeout", 1.0), "BLMPOP": ("timeout", 1.0), "BZPOPMIN": ("timeout", 1.0),
    "BZPOPMAX": ("timeout", 1.0), "BZMPOP": ("timeout", 1.0), "XREAD": ("block", 1_000.0),
    "XREADGROUP": ("block", 1_000.0),
}  # fmt: skip


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call that outlives its socket."""
    limit = _socket_timeout(context)
    if limit is None:
        return
    for procedure in context.procedures:
        for call in own_calls(procedure):
            name, part = _WAITS.get(call.command or "", ("", 1.0))
            if not name or call.batch is not None or "**" in call.arguments:
                continue
            given = call.arguments.get(name)
            waits = _seconds(given, part)
            if given is None and name == "block":
                # XREAD without `block` does not wait at all.
                continue
            if given is not None and given != NONE and waits is None:
                continue
            if waits is None or waits == 0 or waits >= limit:
                long = f"{waits:g} s" if waits else "for ever"
                yield RULE.found(
                    call.span,
                    f"`{call.command}` may wait {long}, and its socket gives up after {limit:g} s: where nothing "
                    "arrives it raises TimeoutError",
                    "wait for less than `socket_timeout`, or give this client a longer one",
                    fix=_fix(context, call, name, part, limit),
                )


def _socket_timeout(context: PyContext) -> float | None:
    """How long the sockets of this file's clients wait, if that is one time for all of them."""
    times: set[float] = set()
    for client in context.module.clients:
        if client.kind not in ("client", "pool", "cluster") or {"connection_pool"} & set(
            client.settings
        ):
            continue
        given = client.settings.get("socket_timeout")
        if given is None:
            if client.open or any("socket_timeout" in value.text for value in client.positional):
                return None
            if context.redis_py < (8, 0):
                return None
            times.add(5.0)
            continue
        seconds = _seconds(given, 1.0)
        if seconds is None:
            return None
        times.add(seconds)
    return times.pop() if len(times) == 1 else None


def _seconds(value: Value | None, part: float) -> float | None:
    if value is None or value.provenance != "constant" or value == NONE:
        return None
    try:
        return float(value.text) / part
    except ValueError:
        return None


def _fix(context: PyContext, call: PyCall, name: str, part: float, limit: float) -> Fix | None:
    shorter = int((limit - 1) * part)
    if shorter < 1:
        return None
    for keyword in call.node.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            edit = Edit(span_of(context.module, keyword.value), str(shorter))
            return Fix("Wait for less than the socket does", (edit,))
    if any(keyword.arg == name for keyword in call.node.keywords) or name in call.arguments:
        return None
    added = added_argument(context.module, call.node, f"{name}={shorter}")
    return Fix("Wait for less than the socket does", (added,))


RULE = Rule(
    "RS602",
    "blocking-exceeds-timeout",
    "error",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
