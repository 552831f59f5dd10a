"""A collection is deleted by DEL, which frees it before it answers.

## What it does
Finds, in Python, `delete` of a key that the same file uses as a list, set, sorted set, hash or stream; in Lua, a
`DEL` of what the same script fills.

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

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.luafacts import called as lua_called
from redisspec.lint.luafacts import hand_written, is_blind, same_key
from redisspec.lint.luafacts import touches as lua_touches
from redisspec.lint.pyedits import other_method
from redisspec.lint.pyfacts import called, own_calls, touches
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaScript


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a deletion of a collection that may be large."""
    grown = {
        key.value
        for procedure in context.procedures
        for call, key, effect in touches(procedure)
        if "grows" in effect.actions and call.command not in _SMALL
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


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """The same in a script that fills what it deletes."""
    if is_blind(script) or not hand_written(script):
        return
    every = list(lua_touches(script))
    for _, call, key, _ in every:
        if call.command != "DEL" or not any(
            same_key(key, other) and "grows" in effect.actions and its.command not in _SMALL
            for _, its, other, effect in every
        ):
            continue
        yield RULE.found(
            call.span,
            f"`DEL` frees all of {lua_called(key)} before the script goes on, and nobody else is served meanwhile",
            "write `UNLINK`: it frees in another thread",
            fix=_unlink(script, call),
        )


_SMALL = frozenset(("INCR", "INCRBY", "DECR", "APPEND"))


def _unlink(script: LuaScript, call: LuaCall) -> Fix | None:
    source = script.source
    start = source.offset(call.span.line, call.span.column)
    end = source.offset(call.span.end_line, call.span.end_column)
    word = re.search(r"(?<=['\"])DEL(?=['\"])", source.text[start:end], re.IGNORECASE)
    if word is None:
        return None
    place = source.span(start + word.start(), start + word.end())
    return Fix("Write `UNLINK`", (Edit(place, "UNLINK"),), safe=True)


RULE = Rule(
    "RS213",
    "del-big",
    "info",
    "growth",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
    mends_lua=True,
    mends_python=True,
)
