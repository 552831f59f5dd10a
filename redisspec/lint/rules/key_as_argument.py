"""A key comes in ARGV, or an argument in KEYS.

## What it does
Finds an element of ARGV that a command takes as its key, and an element of KEYS that is no key: that is
turned into a number, or only stored as a value (the latter at severity info).

## Why is this bad
The server looks at KEYS to know which node of a cluster a script belongs to and whether the user may touch
these keys. A key in ARGV is seen by neither: the script is sent to the wrong node and fails there. A number in
KEYS is taken for a key and hashed: the call is refused with `CROSSSLOT`, although only one key is touched.

## Example
```lua
redis.call('HSET', ARGV[1], 'state', ARGV[2])
```

## Use instead
```lua
redis.call('HSET', KEYS[1], 'state', ARGV[1])
```

## Fix safety
There is no fix: the caller has to pass it in the other list.

## References
- [Redis: script parameterization](https://redis.io/docs/latest/develop/programmability/eval-intro/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.luafacts import is_blind, written
from redisspec.lint.rule import Rule
from redisspec.readers.lua.values import element_of
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.lua.script import LuaScript


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an element that is in the wrong list."""
    seen = set()
    for call in script.calls:
        for key in call.keys:
            if key.kind == "argument" and key.value not in seen:
                seen.add(key.value)
                yield RULE.found(
                    key.span,
                    f"{written(script, key.span)} is used as a key by `{call.command}`, and comes in "
                    "ARGV: a cluster does not send the script to where it lies",
                    "pass it in KEYS",
                )
    yield from _no_keys(script)


def _no_keys(script: LuaScript) -> Iterator[Diagnostic]:
    """Elements of KEYS that no command takes as a key; said only of scripts that are understood."""
    if is_blind(script) or script.some_keys:
        return
    used = {
        place[1]
        for call in script.calls
        for key in call.keys
        for leaf in leaves(key.value)
        if (place := element_of(leaf)) is not None and place[0] == "KEYS"
    }
    for index, span, how in script.key_values:
        if index in used:
            continue
        used.add(index)
        if how == "number":
            yield RULE.found(
                span,
                f"`KEYS[{index}]` is used as a number: a cluster takes it for a key, and refuses the "
                "call when it hashes to another slot",
                "pass it in ARGV",
            )
        else:
            yield RULE.found(
                span,
                f"`KEYS[{index}]` is used as a value, and no command takes it as its key",
                "pass it in ARGV, unless it names a key",
                severity="info",
            )


RULE = Rule("RS503", "key-as-argument", "error", "lua", "lua", __doc__ or "", lua=check_lua)
