"""A script cannot be read as Lua 5.1.

## What it does
Reports Lua files that are missing or no Lua 5.1, at the first place where they are broken.

## Why is this bad
Redis and Valkey compile scripts with Lua 5.1 and refuse the whole script, at its first call in production.
Words that later versions of Lua have (`goto`, `//`, `&`, attributes) work in every editor and not there.

## Example
```lua
local half = tonumber(ARGV[1]) // 2
return redis.call('DECRBY', KEYS[1], half)
```

## Use instead
```lua
local half = math.floor(tonumber(ARGV[1]) / 2)
return redis.call('DECRBY', KEYS[1], half)
```

## Fix safety
There is no fix. This finding cannot be deselected or suppressed.

## References
- [Redis: Lua API reference](https://redis.io/docs/latest/develop/programmability/lua-api/)
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS007", "invalid-lua", "error", "spec", "syntax", __doc__ or "", always=True)
