"""A TTL is zero or less.

## What it does
Finds a `ttl`, its `max` or a `field_ttl` of zero or less.

## Why is this bad
Redis refuses such a TTL on `SET` and takes it as "delete now" on `EXPIRE`. Either every write fails,
or every write succeeds and leaves nothing behind: a cache that is always empty, and a database that
meets the whole load.

## Example
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: 0s
```

## Use instead
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: 1h
```
For keys that are meant to stay, write `ttl: never` with a `reason`.

## Fix safety
There is no fix: zero may have meant "never" or "very short".

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.model import Keyspace
from redisspec.lint.declarations import declarations, place
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration, for the first of its durations that is not positive."""
    for declaration in declarations(program):
        lifetime = declaration.lifetime
        field_ttl = declaration.field_ttl_ms if isinstance(declaration, Keyspace) else None
        written = (
            ("ttl", ("ttl.for", "ttl"), lifetime.ttl_ms if lifetime else None),
            ("max", ("ttl.max", "ttl"), lifetime.max_ms if lifetime else None),
            ("field_ttl", ("field_ttl",), field_ttl),
        )
        for name, keys, value in written:
            if value is not None and value <= 0:
                yield RULE.found(
                    place(declaration, *keys),
                    f"the `{name}` of `{declaration.name}` is {duration(value)}: the server "
                    "refuses the write, or deletes the key at once",
                    "write a duration (`30s`, `1h`, `7d`), or `ttl: never` with a `reason`",
                )
                break


RULE = Rule("RS107", "ttl-nonpositive", "error", "ttl", "model", __doc__ or "", check)
