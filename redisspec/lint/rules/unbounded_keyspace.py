"""Keys that never expire, for a parameter of unlimited values, with no word on how many there will be.

## What it does
Finds keyspaces and caches with `ttl: never`, a parameter that can take any number of values, and no `expect`.
It is an error where the parameter is text (`str`, `slug`, `encoded`), which callers can choose, and
a warning where it is an id (`int`, `uuid`, `hex`). Keys that bear a date are RS102's.

## Why is this bad
Each new value is a key that stays for ever. Where the text comes from outside, such as an address,
a search or a user agent, a crawler fills the server within a night. Where it is an id, the number of
keys is the number of users there have ever been, and nobody has said whether that fits.

## Example
```yaml
keyspaces:
  last_seen:
    key: seen:<ip:encoded>
    structure: string
    value: datetime
    ttl: never
    reason: needed by the fraud team
```

## Use instead
```yaml
keyspaces:
  last_seen:
    key: seen:<ip:encoded>
    structure: string
    value: datetime
    ttl: 90d
```
Or, where the number is known: `expect: 50_000 keys`.

## Fix safety
There is no fix: only you know how many keys there will be.

## References
- [Redis: memory optimisation](https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.model import Policy
from redisspec.lint.declarations import lasting, place, server_of, when_memory_is_full
from redisspec.lint.keyfacts import is_small, is_text, window_of
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.declarations import Declaration


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a keyspace or a cache that grows by a key for each new value, for ever."""
    for declaration, lifetime in lasting(program):
        pattern = declaration.pattern
        if (
            not lifetime.stated
            or lifetime.ttl_ms is not None
            or pattern is None
            or _is_expected(declaration)
            or window_of(pattern) is not None
        ):
            continue
        free = [one for one in pattern.parameters if not is_small(one)]
        if not free:
            continue
        text = next((one for one in free if is_text(one)), None)
        worst = text or free[0]
        full = when_memory_is_full(server_of(program, declaration))
        yield RULE.found(
            place(declaration, "key"),
            f"each new `<{worst.name}:{worst.type.text}>` is a key of `{declaration.name}` that "
            f"never expires, and nothing says how many there will be: {full}",
            "add a `ttl`, or say how many keys there will be: `expect: 50_000 keys`",
            severity="error" if text is not None else "warning",
        )


def _is_expected(declaration: Declaration) -> bool:
    if isinstance(declaration, Policy):
        return "expect" in declaration.settings
    return declaration.bound.expected_keys is not None


RULE = Rule("RS207", "unbounded-keyspace", "error", "growth", "model", __doc__ or "", check)
