"""Entries of one hash should each expire by themselves, and the server can do it.

## What it does
Finds hashes with a `map` from ids (`int`, `uuid`) that have a `ttl` but no `field_ttl`, where the server has field
expiry: Redis from 7.4, Valkey from 9.0. In Python, where `--target-redis` is 7.4 or newer, finds one hash for all,
whose fields are ids, and whose TTL a function sets as it writes a field.

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

```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(user_id, now):
    with client.pipeline(transaction=True) as pipe:
        pipe.hset("presence", user_id, now)
        pipe.expire("presence", 3_600)
        pipe.execute()
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

```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(user_id, now):
    with client.pipeline(transaction=True) as pipe:
        pipe.hset("presence", user_id, now)
        pipe.hexpire("presence", 3_600, user_id)
        pipe.execute()
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
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.ir.model import Server
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext

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


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a function that prolongs a hash of everybody's entries as it writes one of them."""
    if context.redis is None or context.redis < _SINCE["redis"]:
        return
    for procedure in context.procedures:
        written = {
            key.value
            for call in own_calls(procedure)
            for key in call.keys
            if call.method in ("hset", "hsetnx") and _is_id(call.argument("key"))
        }
        for call in own_calls(procedure):
            key = call.key
            if call.command not in ("EXPIRE", "PEXPIRE") or key is None or key.value not in written:
                continue
            if key.value.provenance != "constant" or "nx" in call.arguments:
                continue
            yield RULE.found(
                call.span,
                f"{called(key)} has one TTL for everybody's fields, and each write of one prolongs all: what nobody "
                "writes any more stays as long as anybody writes",
                "write `hexpire(name, seconds, field)`, or give each entry a key of its own",
            )


def _is_id(value: Value | None) -> bool:
    return value is not None and any(leaf.provenance != "constant" for leaf in leaves(value))


RULE = Rule("RS112", "field-ttl", "info", "ttl", "model", __doc__ or "", check, python=check_python)
