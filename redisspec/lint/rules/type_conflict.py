"""One key is used as two kinds of thing.

## What it does
Finds keyspaces of one server whose keys can be the same (RS703) and whose structures, values or fields
differ. In Lua, finds commands of two structures on one key of a script, and a command that does not go with the
structure that its key is declared to have.

## Why is this bad
Whoever writes second either fails with `WRONGTYPE` or replaces the other's data with what the other
cannot decode. It depends on which came first, so that it fails on one server and not on the next.

## Example
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: user:<id:int>
    structure: counter
    ttl: 1d
```
```lua
redis.call('HSET', KEYS[1], 'name', ARGV[1])
redis.call('SADD', KEYS[1], ARGV[2])
```

## Use instead
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: visits:<user_id:int>
    structure: counter
    ttl: 1d
```
```lua
redis.call('HSET', KEYS[1], 'name', ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
```

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: data types](https://redis.io/docs/latest/develop/data-types/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.declarations import place
from redisspec.lint.luafacts import called, exclusive, touches
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.readers.lua.script import LuaCall, LuaKey, LuaScript


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a keyspace that meets an earlier one and stores something else."""
    # The automata behind it cost more to import than all other rules together.
    from redisspec.ir.overlap import overlaps  # noqa: PLC0415 - see above

    by_server: dict[str, list[Keyspace]] = {}
    for keyspace in program.keyspaces:
        by_server.setdefault(keyspace.server, []).append(keyspace)
    for keyspaces in by_server.values():
        told: set[int] = set()
        for first, second, key in overlaps([keyspace.pattern for keyspace in keyspaces]):
            difference = _difference(keyspaces[first], keyspaces[second])
            if difference is None or second in told:
                continue
            told.add(second)
            earlier, later = keyspaces[first], keyspaces[second]
            yield RULE.found(
                place(later, "structure", "key"),
                f"`{key}` can be a key of `{earlier.name}` and of `{later.name}`: {difference}",
                "give one of them a key of its own",
                related=(
                    Related(place(earlier, "structure", "key"), f"`{earlier.name}` is stored here"),
                ),
            )


def _difference(one: Keyspace, other: Keyspace) -> str | None:
    if one.structure != other.structure:
        return (
            f"the first stores a {one.structure}, the second a {other.structure}, and whoever "
            "comes second fails with WRONGTYPE"
        )
    stored = [(f.stored, f.type) for f in one.fields], one.map_key, one.value
    expected = [(f.stored, f.type) for f in other.fields], other.map_key, other.value
    if stored != expected:
        return "each stores what the other cannot decode"
    return None


_FAMILIES = {
    "string": "APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS DECR DECRBY GET GETBIT GETDEL GETEX GETRANGE "
    "GETSET INCR INCRBY INCRBYFLOAT PFADD PFCOUNT SETBIT SETRANGE STRLEN SUBSTR",
    "hash": "HDEL HEXISTS HGET HGETALL HGETDEL HGETEX HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET "
    "HPEXPIRE HEXPIRE HPERSIST HRANDFIELD HSCAN HSET HSETEX HSETNX HSTRLEN HTTL HPTTL HVALS",
    "list": "LINDEX LINSERT LLEN LMPOP LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM RPOP RPUSH RPUSHX",
    "set": "SADD SCARD SISMEMBER SMEMBERS SMISMEMBER SPOP SRANDMEMBER SREM SSCAN",
    "sorted_set": "GEOADD GEODIST GEOHASH GEOPOS GEOSEARCH ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE "
    "ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX "
    "ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE",
    "stream": "XACK XADD XAUTOCLAIM XCLAIM XDEL XLEN XPENDING XRANGE XREVRANGE XTRIM",
}
_FAMILY = {command: name for name, commands in _FAMILIES.items() for command in commands.split()}
_STORED_AS = {"counter": "string", "hyperloglog": "string", "bitmap": "string", "geo": "sorted_set"}
# What makes a key something else on purpose: after these anything may be there.
_REPLACES = ("deletes", "clears_ttl")


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a key, at the first command that does not go with what it holds."""
    every = list(touches(script))
    replaced = [
        key.value
        for _, call, key, effect in every
        if call.command == "TYPE" or not effect.actions.isdisjoint(_REPLACES)
    ]
    seen: list[tuple[LuaKey, LuaCall, str]] = []
    told = set()
    for _, call, key, _ in every:
        family = _FAMILY.get(call.command or "")
        if family is None or key.kind in ("some", "unknown") or key.value in told:
            continue
        if key.keyspace is not None:
            stored = key.keyspace.structure
            if _STORED_AS.get(stored, stored) != family:
                told.add(key.value)
                yield RULE.found(
                    call.span,
                    f"{called(key)} is declared to be a {stored.replace('_', ' ')}, and "
                    f"`{call.command}` is a command of {_plural(family)}: it fails with WRONGTYPE",
                    "use a command of its structure, or another key",
                )
            continue
        other = next(
            (
                one
                for one in seen
                if one[0].value == key.value
                and one[2] != family
                and not exclusive(one[1].guards, call.guards)
            ),
            None,
        )
        if other is not None and key.value not in replaced:
            told.add(key.value)
            yield RULE.found(
                call.span,
                f"`{call.command}` is a command of {_plural(family)}, and {called(key)} is used as "
                f"a {other[2].replace('_', ' ')} before: one of both fails with WRONGTYPE",
                "give one of them a key of its own",
                related=(Related(other[1].span, f"it is a {other[2].replace('_', ' ')} here"),),
            )
        seen.append((key, call, family))


def _plural(family: str) -> str:
    return {"hash": "hashes"}.get(family, f"{family.replace('_', ' ')}s")


RULE = Rule("RS706", "type-conflict", "error", "keys", "model", __doc__ or "", check, lua=check_lua)
