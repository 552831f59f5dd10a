"""A condition is a number, and 0 is true in Lua.

## What it does
Finds conditions that are the bare reply of a command which answers an integer: `EXISTS`, `SISMEMBER`,
`SETNX`, `DEL`, `HLEN` and their like.

## Why is this bad
In Lua only `nil` and `false` are false. `if redis.call('EXISTS', key) then` is taken whether the key is there
or not, and `not redis.call('SISMEMBER', …)` never holds: the check is there, and checks nothing.

## Example
```lua
if redis.call('EXISTS', KEYS[1]) then
  return 0
end
return redis.call('INCR', KEYS[2])
```

## Use instead
```lua
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
return redis.call('INCR', KEYS[2])
```

## Fix safety
The fix compares with a number. It is unsafe: the branch that was never taken until now is taken then.

## References
- [Redis: from RESP to Lua types](https://redis.io/docs/latest/develop/programmability/lua-api/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.luafacts import written
from redisspec.lint.rule import Rule
from redisspec.readers.lua.replies import COUNTS, FLAGS, NUMBERS
from redisspec.readers.values import words_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.lua.script import LuaScript, LuaTest


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a condition."""
    for test in script.tests:
        if test.value.provenance != "reply":
            continue
        command = test.value.text
        if command not in FLAGS | COUNTS | NUMBERS:
            continue
        shown = written(script, test.span)
        always = "never" if test.negated else "always"
        yield RULE.found(
            test.span,
            f"`{command}` answers a number, and 0 is true in Lua: {shown} {always} holds",
            _help(script, test, command),
            fix=_fix(script, test, command),
        )


def _comparison(test: LuaTest, command: str) -> str | None:
    if command in NUMBERS:
        return None
    if test.negated:
        return "== 0"
    many = command == "EXISTS" and len(words_of(test.value)) != 1
    return "== 1" if command in FLAGS and not many else "> 0"


def _help(script: LuaScript, test: LuaTest, command: str) -> str:
    comparison = _comparison(test, command)
    if comparison is None:
        return "compare it with a number"
    return f"compare it: `… {comparison}`"


def _fix(script: LuaScript, test: LuaTest, command: str) -> Fix | None:
    comparison = _comparison(test, command)
    if comparison is None:
        return None
    start = script.source.offset(test.operand.line, test.operand.column)
    end = script.source.offset(test.operand.end_line, test.operand.end_column)
    content = f"{script.source.text[start:end]} {comparison}"
    return Fix(f"Compare with `{comparison}`", (Edit(test.span, content),), safe=False)


RULE = Rule(
    "RS502", "zero-truthy", "error", "lua", "lua", __doc__ or "", lua=check_lua, mends_lua=True
)
