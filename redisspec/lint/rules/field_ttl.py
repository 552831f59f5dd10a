"""Entries of one hash should each expire by themselves, and the server can do it.

## What it does
Finds hashes with a `map` from ids (`int`, `uuid`) that have a `ttl` but no `field_ttl`, where the
server has field expiry: Redis from 7.4, Valkey from 9.0.

## Why is this bad
The TTL belongs to the whole hash. Where writes prolong it, one busy entry keeps all the dead ones
alive, and the hash grows to its bound with entries nobody reads; where they do not, all entries
vanish together, the one written a second ago among them.

## Example
```yaml
server: {engine: redis >= 7.4}
keyspaces:
  presence:
    key: presence:{<room_id:int>}
    structure: hash
    map: {uuid: datetime}
    max_items: 10_000
    ttl: 1h
```

## Use instead
```yaml
server: {engine: redis >= 7.4}
keyspaces:
  presence:
    key: presence:{<room_id:int>}
    structure: hash
    map: {uuid: datetime}
    max_items: 10_000
    ttl: 1h
    field_ttl: 1h
```

## Fix safety
There is no fix: whether entries live alone or together is for you to say.

## References
- [Redis: HPEXPIRE](https://redis.io/docs/latest/commands/hpexpire/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.types import Scalar
from redisspec.lint.declarations import is_map, place, server_of
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Server
    from redisspec.ir.program import Program

_ID_TYPES = ("int", "uuid")
_SINCE = {"redis": (7, 4), "valkey": (9, 0)}


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a hash of entries by id that expire only together."""
    for keyspace in program.keyspaces:
        if (
            not is_map(keyspace)
            or not isinstance(keyspace.map_key, Scalar)
            or keyspace.map_key.name not in _ID_TYPES
            or keyspace.lifetime.ttl_ms is None
            or keyspace.lifetime.ttl_ms <= 0
            or keyspace.field_ttl_ms is not None
            or not _has_field_expiry(server_of(program, keyspace))
        ):
            continue
        if keyspace.lifetime.refresh == "never":
            effect = "all its entries vanish together, new ones among them"
        else:
            effect = "one busy entry keeps all the others alive"
        yield RULE.found(
            place(keyspace, "map", "ttl"),
            f"`{keyspace.name}` expires as a whole, not an entry at a time: {effect}",
            f"add `field_ttl: {duration(keyspace.lifetime.ttl_ms)}`, or give each entry a key "
            "of its own",
        )


def _has_field_expiry(server: Server | None) -> bool:
    return server is not None and server.version >= _SINCE[server.engine]


RULE = Rule("RS112", "field-ttl", "info", "ttl", "model", __doc__ or "", check)
