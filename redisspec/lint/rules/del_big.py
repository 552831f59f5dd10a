"""A collection is deleted by DEL, which frees it before it answers.

## What it does
Finds, in Python, `delete` of a key that the same file uses as a list, set, sorted set, hash or stream.

## Why is this bad
`DEL` frees every member before it answers, and nobody else is served meanwhile: a set of a million members takes half a
second. `UNLINK` takes the key away at once and frees its memory in another thread.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(day, user):
    client.sadd(f"seen:{day}", user)


def forget(day):
    client.delete(f"seen:{day}")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(day, user):
    client.sadd(f"seen:{day}", user)


def forget(day):
    client.unlink(f"seen:{day}")
```

## Fix safety
The fix writes `unlink`. It is safe: the key is gone for everybody when it answers, and the reply is the same.

## References
- [Redis: UNLINK](https://redis.io/docs/latest/commands/unlink/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix
from redisspec.lint.pyedits import other_method
from redisspec.lint.pyfacts import called, own_calls, touches
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a deletion of a collection that may be large."""
    grown = {
        key.value
        for procedure in context.procedures
        for call, key, effect in touches(procedure)
        if "grows" in effect.actions and call.command not in ("INCR", "INCRBY", "DECR", "APPEND")
    }
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.command != "DEL" or call.method != "delete":
                continue
            key = next((key for key in call.keys if key.value in grown), None)
            if key is None:
                continue
            renamed = other_method(context.module, call.node, "unlink")
            fix = None if renamed is None else Fix("Write `unlink`", (renamed,), safe=True)
            yield RULE.found(
                call.span,
                f"`DEL` frees all of {called(key)} before it answers, and nobody else is served meanwhile",
                "write `unlink`: it frees in another thread",
                fix=fix,
            )


RULE = Rule(
    "RS213",
    "del-big",
    "info",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
