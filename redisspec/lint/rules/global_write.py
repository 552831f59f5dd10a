"""A script assigns to a name without `local`.

## What it does
Finds assignments to names, and functions, that no `local` declares.

## Why is this bad
Servers share one Lua state among all scripts and protect it: a script that writes a global is stopped there,
with an error, and what it wrote before stays. It is a branch that fails, so that it may be found late.

## Example
```lua
count = redis.call('LLEN', KEYS[1])
return count
```

## Use instead
```lua
local count = redis.call('LLEN', KEYS[1])
return count
```

## Fix safety
The fix adds `local` at the first assignment, where everything that speaks of the name is in the same block. It
is safe: without it the script fails.

## References
- [Redis: Lua API reference](https://redis.io/docs/latest/develop/programmability/lua-api/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.lua.script import LuaScript


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a name, at its first assignment."""
    seen: set[str] = set()
    for write in script.globals:
        if write.name in seen:
            continue
        seen.add(write.name)
        fix = None
        if write.fix_at is not None:
            fix = Fix("Make it local", (Edit(write.fix_at, "local "),), safe=True)
        yield RULE.found(
            write.span,
            f"`{write.name}` is written without `local`: the server stops the script here, and "
            "what it wrote before stays",
            f"declare it: `local {write.name}`",
            fix=fix,
        )


RULE = Rule(
    "RS504", "global-write", "error", "lua", "lua", __doc__ or "", lua=check_lua, mends_lua=True
)
