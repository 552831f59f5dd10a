"""A script lists keys with KEYS.

## What it does
Finds `KEYS` in Lua, under whatever name `redis.call` goes there.

## Why is this bad
`KEYS` looks at every key of the server, and nobody else is served meanwhile: with 10 million keys that is
seconds. Inside of a script there is no way to do it in pieces, and on a cluster it sees one node of many.

## Example
```lua
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  redis.call('DEL', key)
end
```

## Use instead
```lua
for i = 1, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
```
The caller finds the keys with `SCAN`, some hundred at a time, or keeps their names in a set of their own.

## Fix safety
There is no fix: the loop over the keys has to move to the caller.

## References
- [Redis: KEYS](https://redis.io/docs/latest/commands/keys/)
- [Redis: SCAN](https://redis.io/docs/latest/commands/scan/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.lua.script import LuaScript


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a call of KEYS."""
    for call in script.calls:
        if call.command == "KEYS":
            yield RULE.found(
                call.span,
                "`KEYS` looks at every key of the server, and nobody else is served until it is "
                "through",
                "find the keys with SCAN in the caller, or keep their names in a set; pass them in "
                "KEYS",
            )


RULE = Rule("RS208", "keys-command", "error", "growth", "lua", __doc__ or "", lua=check_lua)
