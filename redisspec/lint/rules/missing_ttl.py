"""A keyspace says nothing about when its keys expire.

## What it does
Finds keyspaces, caches and locks without a `ttl`. Keys that bear a date are RS102's.

## Why is this bad
A key without a TTL stays until somebody deletes it. Memory grows for months without a sign, and
then, some night, the server reaches `maxmemory`: with `noeviction` every write fails; with any
other policy keys that you need are thrown out to make room for keys that nobody reads any more.
The keys that caused it no longer say who wrote them, or whether they may go.

## Example
```yaml
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str, quantity: int}
```

## Use instead
```yaml
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str, quantity: int}
    ttl: {for: 30d, refresh: on_write}
```
Or, where keys are meant to stay, say so: `ttl: never` with a `reason`.

## Fix safety
There is no fix: only you know how long the data is wanted.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Redis: key eviction](https://redis.io/docs/latest/develop/reference/eviction/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import lasting, noun, server_of, when_memory_is_full
from redisspec.lint.keyfacts import window_of
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration whose keys live by a `ttl:` that is not written."""
    for declaration, lifetime in lasting(program):
        pattern = declaration.pattern
        if lifetime.stated or pattern is None or window_of(pattern) is not None:
            continue
        full = when_memory_is_full(server_of(program, declaration))
        yield RULE.found(
            declaration.span,
            f"`{declaration.name}` has no `ttl`: its keys stay until somebody deletes them, "
            f"and {full}",
            "add a `ttl` (`ttl: 30s`): the lock of a holder that dies is then free again"
            if noun(declaration) == "lock"
            else "add a `ttl` (`ttl: 7d`), or `ttl: never` with a `reason`",
        )


RULE = Rule("RS101", "missing-ttl", "error", "ttl", "model", __doc__ or "", check)
