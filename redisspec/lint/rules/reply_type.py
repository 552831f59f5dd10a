"""A value changes on its way from Lua to the caller, or from a number to text.

## What it does
Finds fractions among the replies of a script, `nil` and named entries in returned tables, and microseconds of
the clock that are turned into text.

## Why is this bad
A Lua number becomes an integer in the reply: 0.9 comes out as 0, and a rate limiter that answers how long to
wait says "not at all". An array ends at its first `nil`, so that the caller gets a part of it, and named entries
are left out. And Lua writes numbers with 14 digits: microseconds since 1970 have 16, so that ids made of them
are equal, and keys collide.

## Example
```lua
local left = redis.call('PTTL', KEYS[1])
return left / 1000
```

## Use instead
```lua
local left = redis.call('PTTL', KEYS[1])
return tostring(left / 1000)
```

## Fix safety
There is no fix: whether the caller wants a text or a whole number is yours to say.

## References
- [Redis: from Lua to RESP types](https://redis.io/docs/latest/develop/programmability/lua-api/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule
from redisspec.readers.lua.values import NIL, alternatives, as_number, is_number
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.readers.lua.script import LuaReply, LuaScript

_FLOATS = frozenset(["ZSCORE", "ZINCRBY", "INCRBYFLOAT", "HINCRBYFLOAT", "GEODIST"])
# Entries that make a table a reply of another type, RESP3's included.
_REPLY_FIELDS = frozenset(
    [
        "ok=",
        "err=",
        "double=",
        "map=",
        "set=",
        "big_number=",
        "verbatim_string=",
        "format=",
        "string=",
    ]
)
_SECONDS_TIMES = 100_000
"""Seconds since 1970 have 10 digits; times this they have more than the 14 that Lua writes."""


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a value that does not arrive as it was."""
    for reply in script.replies:
        yield from _of_reply(reply)
    seen = set()
    for text in script.texts:
        if text.how != "string.format" and _is_microseconds(text.value) and text.span not in seen:
            seen.add(text.span)
            yield RULE.found(
                text.span,
                "Lua writes a number with 14 digits, and microseconds since 1970 have 16: the last "
                "two are lost, and with them what tells one from the next",
                "write it with `string.format('%.0f', …)`",
            )


def _of_reply(reply: LuaReply) -> Iterator[Diagnostic]:
    for value in alternatives(reply.value):
        items = value.parts if value.text == "{}" and value.provenance == "formatted" else (value,)
        if any(one in items for one in alternatives(NIL)) and items is value.parts:
            yield RULE.found(
                reply.span,
                "an array ends at its first nil: the caller gets what stands before it",
                "put `false` there, which arrives as nil, or an empty text",
            )
        named = [i.text for i in items if i.text.endswith("=") and i.provenance == "formatted"]
        named = [name for name in named if len(name) > 1 and name not in ("==", "~=", "<=", ">=")]
        if items is value.parts and named and not _REPLY_FIELDS & set(named):
            yield RULE.found(
                reply.span,
                f"`{named[0][:-1]}` is a named entry, and a reply has none: the caller does not get it",
                "return names and values in turn, or `cjson.encode(…)`",
            )
        if any(_is_fraction(item) for item in items):
            yield RULE.found(
                reply.span,
                "a Lua number becomes an integer in the reply: 1.9 comes out as 1",
                "return it as text (`tostring(…)`), or round it (`math.floor(…)`) to say so",
            )


def _is_fraction(value: Value) -> bool:
    """Whether it is a number that has a fraction."""
    if is_number(value):
        found = as_number(value)
        return found is not None and found != int(found)
    if value.provenance != "formatted":
        return False
    if value.text == "/":
        return any(not _is_whole(leaf) for leaf in leaves(value))
    if value.text == "tonumber":
        return any(one.provenance == "reply" and one.text in _FLOATS for one in value.parts)
    if value.text in ("+", "-", "*", "math.min", "math.max", "math.abs"):
        return any(_is_fraction(part) for part in value.parts)
    return False


def _is_whole(value: Value) -> bool:
    """A constant, or how many there are: half of the pairs in ARGV is a whole number."""
    return value.provenance == "constant" or value.text.startswith("#")


def _is_microseconds(value: Value) -> bool:
    """Whether the clock's seconds stand in it times so much that 14 digits do not do."""
    if value.provenance != "formatted" or value.text not in ("+", "*"):
        return False
    if value.text == "+":
        return any(_is_microseconds(part) for part in value.parts)
    seconds = any(part.provenance == "clock" and part.text == "seconds" for part in value.parts)
    factors = [as_number(part) for part in value.parts]
    return seconds and any(one is not None and one >= _SECONDS_TIMES for one in factors)


RULE = Rule("RS507", "reply-type", "warning", "lua", "lua", __doc__ or "", lua=check_lua)
