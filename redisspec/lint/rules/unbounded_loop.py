"""A script loops over, or unpacks, data that has no bound.

## What it does
Finds `unpack` of a whole collection (of a hash at severity info), loops that never end, loops that walk the whole
keyspace with `SCAN`, and (at severity info) loops over a whole collection that call the server for every element.

## Why is this bad
`unpack` fails with "too many results to unpack" past some thousand elements: the collection grows until one day
the script fails, and then on every call. And while a script runs nobody else is served: a loop over a million
elements is an outage of seconds, and after five the server answers `BUSY` to everyone.

## Example
```lua
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if #due > 0 then
  redis.call('ZREM', KEYS[1], unpack(due))
end
return due
```

## Use instead
```lua
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 500)
if #due > 0 then
  redis.call('ZREM', KEYS[1], unpack(due))
end
return due
```

## Fix safety
There is no fix: how many are taken at a time, and who comes back for the rest, is yours to say.

## References
- [Redis: EVAL](https://redis.io/docs/latest/develop/programmability/eval-intro/)
- [Lua 5.1: unpack](https://www.lua.org/manual/5.1/manual.html#pdf-unpack)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule
from redisspec.readers.lua.values import declared_as
from redisspec.readers.values import words_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.readers.lua.script import LuaScript

_WHOLE = frozenset(["SMEMBERS", "HGETALL", "HKEYS", "HVALS", "KEYS", "SUNION", "SINTER", "SDIFF"])
_OF_HASHES = ("HGETALL", "HKEYS", "HVALS")
_RANGES = frozenset(["LRANGE", "ZRANGE", "ZREVRANGE"])
_BY_SCORE = frozenset(["ZRANGEBYSCORE", "ZREVRANGEBYSCORE", "ZRANGEBYLEX", "ZREVRANGEBYLEX"])
_MOST_ITEMS = 5_000
"""Lua unpacks some 8,000 values; a collection that is declared to stay well below is no matter."""


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an unpack or a loop."""
    for unpack in script.unpacks:
        if not unpack.ranged and is_unbounded(script, unpack.value):
            yield RULE.found(
                unpack.span,
                f"`unpack` of all that `{unpack.value.text}` answers: past some thousand elements "
                'the script fails with "too many results to unpack", from then on at every call',
                "take a bounded number (`LIMIT`, a range), or go through it in pieces of 1,000: "
                "`unpack(items, i, math.min(i + 999, #items))`",
                # A hash is a record more often than not, which has the fields that it has.
                severity="info" if unpack.value.text in _OF_HASHES else "warning",
            )
    for loop in script.loops:
        if loop.endless and not loop.leaves:
            yield RULE.found(
                loop.span,
                "this loop never ends: the server serves nobody until the script is killed, which "
                "is refused once it has written",
                "give it a condition that ends it, or a `break`",
                severity="error",
            )
        elif "SCAN" in loop.calls and loop.kind in ("while", "repeat"):
            yield RULE.found(
                loop.span,
                "this loop walks all keys of the server in one step, and nobody else is served "
                "until it is through",
                "call SCAN from the caller, and pass the keys in KEYS",
            )
        elif loop.kind == "each" and loop.calls and is_unbounded(script, loop.over):
            yield RULE.found(
                loop.span,
                f"this loop calls the server for each element that `{loop.over.text}` answers, and "
                "nobody else is served until it is through",
                "bound how many are taken at a time, or say how large it gets",
                severity="info",
            )


def is_unbounded(script: LuaScript, value: Value) -> bool:
    """Whether a value is a reply as large as its collection."""
    if value.provenance != "reply":
        return False
    words = [word.text.upper() if word.provenance == "constant" else "" for word in words_of(value)]
    if _is_declared_small(script, value):
        return False
    if value.text in _WHOLE:
        return True
    if value.text in _RANGES and not {"BYSCORE", "BYLEX"} & set(words):
        return words[1:3] == ["0", "-1"]
    if value.text in _BY_SCORE or value.text in _RANGES:
        return "LIMIT" not in words and "" not in words[3:]
    if value.text in ("XRANGE", "XREVRANGE"):
        return "COUNT" not in words and "" not in words[3:]
    return False


def _is_declared_small(script: LuaScript, value: Value) -> bool:
    words = words_of(value)
    declared = declared_as(script.declared, words[0]) if words else None
    bound = getattr(declared, "bound", None)
    most = bound.max_items if bound is not None else None
    return most is not None and most <= _MOST_ITEMS


RULE = Rule("RS506", "unbounded-loop", "warning", "lua", "lua", __doc__ or "", lua=check_lua)
