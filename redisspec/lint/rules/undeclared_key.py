"""A script touches a key that is not in KEYS.

## What it does
Finds commands in Lua whose key is built inside of the script: from constants, ARGV or the reply of another
command. A key that begins with an element of KEYS (`KEYS[1] .. ':lock'`) is a warning. In the steps of an
operation, finds keys whose arguments the caller cannot know before the script runs.

## Why is this bad
The server sends a script where its KEYS lie, and checks permissions on them. What a script touches beside
them may lie on another node of a cluster, which refuses it in the middle of its work, with what was written
before left behind. On a single server it goes well, so that no test finds it.

## Example
```lua
return redis.call('GET', 'user:' .. ARGV[1])
```
```yaml
keyspaces:
  newest:
    key: newest
    structure: list
    item: slug
    max_items: 10
    ttl: 1d
  hits:
    key: hits:<name:slug>
    structure: counter
    ttl: 1d
operations:
  count_newest:
    do: |
      for name in newest.range():
          hits.increment(name)
```

## Use instead
```lua
return redis.call('GET', KEYS[1])
```
The caller builds the name, and passes it in KEYS.
```yaml
keyspaces:
  hits:
    key: hits:<name:slug>
    structure: counter
    ttl: 1d
operations:
  count_all:
    params: {names: list<slug>}
    do: |
      for name in names:
          hits.increment(name)
```

## Fix safety
There is no fix: the caller has to pass the key.

## References
- [Redis: script parameterization](https://redis.io/docs/latest/develop/programmability/eval-intro/)
- [Redis: scripts on a cluster](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.luafacts import written
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.lua.script import LuaScript


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a key, at the first command that touches it."""
    seen = set()
    for call in script.calls:
        for key in call.keys:
            if key.kind not in ("constant", "derived", "built") or key.value in seen:
                continue
            seen.add(key.value)
            shown = written(script, key.span)
            if key.kind == "derived":
                yield RULE.found(
                    key.span,
                    f"{shown} is a key that KEYS does not have: on a cluster it lies elsewhere, "
                    "unless the caller's key has a hash tag",
                    "build the name in the caller and pass it in KEYS",
                    severity="warning",
                )
                continue
            yield RULE.found(
                key.span,
                f"{shown} is a key that KEYS does not have: a cluster refuses the script there, "
                "and leaves what it wrote before",
                "pass the key in KEYS; the caller knows its name"
                if key.kind == "constant"
                else "build the name in the caller and pass it in KEYS",
            )


RULE = Rule("RS501", "undeclared-key", "error", "lua", "lua", __doc__ or "", lua=check_lua)
