"""Nothing says when a key expires.

## What it does
Finds keyspaces and caches without a `ttl`. Locks are RS401's, keys that bear a date RS102's. In Lua, finds keys
that a script creates and nowhere gives a TTL: at severity info, since another caller may give it, and as an
error where the key is declared to expire. In Python, finds keys of which there is one for each of something, and that
no file of the project ever expires or deletes: at severity info, for only you know how long they are wanted; as an error
where the key is one that a spec declares to expire.

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
```lua
redis.call('HSET', KEYS[1], 'sku', ARGV[1])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, sku):
    client.hset(f"cart:{user}", "sku", sku)
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
```lua
redis.call('HSET', KEYS[1], 'sku', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, sku):
    with client.pipeline() as pipe:
        pipe.hset(f"cart:{user}", "sku", sku)
        pipe.expire(f"cart:{user}", 30 * 86_400)
        pipe.execute()
```

## Fix safety
There is no fix: only you know how long the data is wanted.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Redis: key eviction](https://redis.io/docs/latest/develop/reference/eviction/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import lasting, server_of, when_memory_is_full
from redisspec.lint.keyfacts import window_of
from redisspec.lint.keyindex import KeyIndex
from redisspec.lint.luafacts import called, is_blind, known_there, same_key, touches
from redisspec.lint.pyfacts import is_set
from redisspec.lint.rule import Rule
from redisspec.lint.rules.lock_no_expiry import locks_for_ever
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.across import KeyUse
    from redisspec.readers.lua.script import LuaScript


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
            "add a `ttl` (`ttl: 7d`), or `ttl: never` with a `reason`",
        )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a key that the script creates and nowhere gives a TTL."""
    if is_blind(script):
        return
    every = list(touches(script))
    locks = [call for call, _ in locks_for_ever(script)]
    said = set()
    for number, call, key, effect in every:
        if "creates" not in effect.actions or key.value in said or call in locks:
            continue
        if any(
            same_key(key, other)
            and ("expires" in done.actions or (at > number and "deletes" in done.actions))
            for at, _, other, done in every
        ):
            continue
        if known_there(call.guards, key) or effect.condition == "XX":
            continue
        said.add(key.value)
        keyspace = key.keyspace
        if keyspace is not None and keyspace.lifetime.ttl_ms is None:
            continue
        if keyspace is not None and keyspace.lifetime.ttl_ms is not None:
            yield RULE.found(
                call.span,
                f"the script may create {called(key)} without a TTL, and `{keyspace.name}` is "
                f"declared to live {duration(keyspace.lifetime.ttl_ms)}",
                "give it its TTL in the script: `redis.call('PEXPIRE', key, ttl)`",
            )
            continue
        yield RULE.found(
            call.span,
            f"the script may create {called(key)}, and gives it no TTL: unless another caller "
            "does, it stays until somebody deletes it",
            "give it its TTL in the script: `redis.call('PEXPIRE', key, ttl)`",
            severity="info",
        )


def check_across(index: KeyIndex) -> Iterator[Diagnostic]:
    """One finding a function that creates keys which nothing expires."""
    said: set[tuple[object, ...]] = set()
    for use in index:
        if not creates_for_ever(use) or use.window is not None:
            continue
        if use.declared is not None:
            told = (use.span.file, use.function, use.key)
            if use.declared.ttl_ms is not None and use.command not in _CLEAR and told not in said:
                said.add(told)
                yield RULE.found(
                    use.span,
                    f"`{use.command}` may create {named(use)} without a TTL, and `{use.declared.name}` is declared "
                    f"to live {duration(use.declared.ttl_ms)}",
                    "write it by the generated package, which gives the TTL in the same step",
                )
            continue
        if is_set(use.key):
            continue
        if index.expires(use) or index.deletes(use):
            continue
        told = (use.span.file, use.function, use.key)
        if told not in said:
            said.add(told)
            yield RULE.found(
                use.span,
                f"`{use.command}` creates {named(use)}, and nothing here ever expires or deletes it",
                "give it a TTL in the same step, or say in a spec that it stays (`ttl: never`)",
                severity="info",
            )


# Replace the key with its TTL, if it has one: RS104 tells of them where the TTL is declared.
_CLEAR = ("SET", "GETSET")


def creates_for_ever(use: KeyUse) -> bool:
    """Whether a command creates a key without a TTL."""
    return (
        "creates" in use.actions
        and use.own
        and use.expires == "no"
        and use.condition != "XX"
        and use.command not in _CARRY
    )


# What is renamed or copied brings its TTL along; a lock is another rule's.
_CARRY = frozenset(("RENAME", "RENAMENX", "COPY", "RESTORE", "SETNX", "PFMERGE"))


def named(use: KeyUse) -> str:
    """How a message calls the key of a use."""
    return use.name if use.name == "the key" else f"`{use.name}`"


RULE = Rule(
    "RS101",
    "missing-ttl",
    "error",
    "ttl",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    across=check_across,
)
