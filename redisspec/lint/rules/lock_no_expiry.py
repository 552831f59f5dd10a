"""A lock is taken without an expiry.

## What it does
Finds, in Lua, `SETNX` or `SET … NX` on a key that is called a lock (by its name, or by the script's) and that
gets no TTL in the same script. Finds, in Python, `lock(…)` and `Lock(…)` without a `timeout`, and `SETNX` or `SET … NX`
on what is called a lock, to which nothing in the file gives a TTL.

## Why is this bad
A holder that dies does not release its lock. Without an expiry nobody else ever gets it: the work stands
still until somebody finds out which key to delete, usually at night.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name):
    with client.lock(f"lock:{name}"):
        return client.incr(f"runs:{name}")
```
```lua
local lock_key = KEYS[1]
return redis.call('SETNX', lock_key, ARGV[1])
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name):
    with client.lock(f"lock:{name}", timeout=30):
        return client.incr(f"runs:{name}")
```
```lua
local lock_key = KEYS[1]
return redis.call('SET', lock_key, ARGV[1], 'NX', 'PX', ARGV[2])
```

## Fix safety
There is no fix: how long the work may take is yours to say.

## References
- [Redis: distributed locks](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from redisspec.lint.lockwords import taken
from redisspec.lint.luafacts import called, exclusive, is_blind, same_key, touches
from redisspec.lint.pyfacts import called as py_called
from redisspec.lint.pyfacts import does, own_calls
from redisspec.lint.pyfacts import touches as py_touches
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaKey, LuaScript

# `lock_key`, `userLock`, `order:lock`; neither `block`, `clock` nor `unlock`.
_LOCK = re.compile(r"(?:^|[^a-z])(?:lock|mutex|lease)(?![a-z])|(?:Lock|Mutex|Lease)(?![a-z])")


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a lock that is taken for ever."""
    if is_blind(script):
        return
    for call, key in locks_for_ever(script):
        yield RULE.found(
            call.span,
            f"{called(key)} is locked without an expiry: when its holder dies, nobody gets the "
            "lock again",
            "take it with its expiry: `SET … NX PX milliseconds`",
        )


def locks_for_ever(script: LuaScript) -> Iterator[tuple[LuaCall, LuaKey]]:
    """The calls that take a lock to which the script gives no TTL."""
    every = list(touches(script))
    for _, call, key, effect in every:
        if call.command not in ("SETNX", "SET") or effect.condition != "NX":
            continue
        if "expires" in effect.actions or not _is_lock(script, key):
            continue
        if not any(
            "expires" in other.actions
            and same_key(key, its)
            and not exclusive(call.guards, later.guards)
            for _, later, its, other in every
        ):
            yield call, key


def _is_lock(script: LuaScript, key: LuaKey) -> bool:
    start = script.source.offset(key.span.line, key.span.column)
    end = script.source.offset(key.span.end_line, key.span.end_column)
    names = [script.name, script.source.text[start:end], key.pattern.text]
    return any(_LOCK.search(name) for name in names)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a lock that is taken for ever."""
    module = context.module
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.method == "lock" and call.command is None and _has_no_timeout(call.arguments):
                key = call.key
                yield RULE.found(
                    call.span,
                    f"{'the lock' if key is None else py_called(key)} has no `timeout`: when its holder dies, nobody "
                    "gets it again",
                    "write `timeout=…`, longer than the work takes",
                )
    for client in module.clients:
        if client.kind != "lock" or client.open or len(client.positional) > _TIMEOUT_AT:
            continue
        if _has_no_timeout(client.settings):
            yield RULE.found(
                client.span,
                "the lock has no `timeout`: when its holder dies, nobody gets it again",
                "write `timeout=…`, longer than the work takes",
            )
    expired = {
        key.value
        for procedure in context.procedures
        for _, key, effect in py_touches(procedure)
        if "expires" in effect.actions
    }
    for call, key in taken(module):
        if not does(call, "expires") and key.value not in expired and "**" not in call.arguments:
            yield RULE.found(
                call.span,
                f"{py_called(key)} is locked without an expiry: when its holder dies, nobody gets the lock again",
                "take it with its expiry: `set(name, token, nx=True, ex=…)`",
            )


# Lock(redis, name, timeout=None, …)
_TIMEOUT_AT = 2


def _has_no_timeout(arguments: Mapping[str, Value]) -> bool:
    given = arguments.get("timeout")
    return "**" not in arguments and (given is None or given == NONE)


RULE = Rule(
    "RS401",
    "lock-no-expiry",
    "error",
    "locks",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
)
