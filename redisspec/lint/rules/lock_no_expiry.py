"""A lock is taken without an expiry.

## What it does
Finds, in Lua, `SETNX` or `SET … NX` on a key that is called a lock (by its name, or by the script's) and that
gets no TTL in the same script.

## Why is this bad
A holder that dies does not release its lock. Without an expiry nobody else ever gets it: the work stands
still until somebody finds out which key to delete, usually at night.

## Example
```lua
local lock_key = KEYS[1]
return redis.call('SETNX', lock_key, ARGV[1])
```

## Use instead
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
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.luafacts import called, exclusive, is_blind, same_key, touches
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
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


RULE = Rule("RS401", "lock-no-expiry", "error", "locks", "lua", __doc__ or "", lua=check_lua)
