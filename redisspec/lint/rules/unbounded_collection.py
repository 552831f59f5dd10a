"""A collection says nothing about how many items it may hold.

## What it does
Finds lists, sets, sorted sets, hashes with a `map`, bitmaps and geo indexes without `max_items`. In Python, finds
pushes and additions to collections that no file of the project trims, takes from, deletes or lets expire: at severity
info, as an error where a spec declares how many items the key may have; in Lua, at info too, what the script neither
trims nor measures nor lets expire. Streams are RS202's. Sessions of a user without `max_per_user` are among them:
their index is a sorted set.

## Why is this bad
A TTL bounds how long a key lives, not how large it gets, and every write that prolongs it keeps it
growing. One busy user, one loop that retries, one crawler, and a single key has ten million items:
it cannot be split over nodes, reading it blocks everybody else, and so does deleting it.

## Example
```yaml
keyspaces:
  recent_views:
    key: views:{<user_id:int>}
    structure: list
    item: int
    ttl: 7d
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def viewed(user, product):
    client.lpush(f"views:{user}", product)
```

## Use instead
```yaml
keyspaces:
  recent_views:
    key: views:{<user_id:int>}
    structure: list
    item: int
    max_items: 50
    ttl: 7d
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def viewed(user, product):
    with client.pipeline() as pipe:
        pipe.lpush(f"views:{user}", product)
        pipe.ltrim(f"views:{user}", 0, 49)
        pipe.execute()
```
In a spec, lists and sorted sets are trimmed to it in the same atomic step as the write (`when_full: trim`); the
others refuse what does not fit (`when_full: reject`).

## Fix safety
There is no fix: only you know how many items are wanted, and a bound that is too low loses some.

## References
- [Redis: LTRIM](https://redis.io/docs/latest/commands/ltrim/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import is_collection, place
from redisspec.lint.keyindex import KeyIndex
from redisspec.lint.luafacts import called, hand_written, is_blind, same_key, touches
from redisspec.lint.rule import Rule
from redisspec.lint.rules.missing_ttl import named
from redisspec.lint.wording import number

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.ir.program import Program
    from redisspec.readers.lua.script import LuaCall, LuaScript

_GROWS = {
    "list": ("its lists grow with every push", "max_items: 1_000", "the oldest are trimmed"),
    "set": ("its sets grow with every new member", "max_items: 1_000", "more are refused"),
    "sorted_set": (
        "its sorted sets grow with every new member",
        "max_items: 1_000",
        "the lowest scores are trimmed",
    ),
    "hash": ("its hashes grow with every new entry", "max_items: 1_000", "more are refused"),
    "bitmap": (
        "one high offset allocates up to 512 MB at once",
        "max_items: 1_000_000",
        "in bits; an offset past it is refused",
    ),
    "geo": ("its geo indexes grow with every new member", "max_items: 1_000", "more are refused"),
}


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a collection, but for streams, without a bound; one a kind of session without any."""
    for keyspace in program.keyspaces:
        if (
            not is_collection(keyspace)
            or keyspace.structure == "stream"
            or keyspace.bound.max_items is not None
        ):
            continue
        grows, bound, then = _GROWS[keyspace.structure]
        yield RULE.found(
            place(keyspace, "structure"),
            f"`{keyspace.name}` has no `max_items`: {grows}, until one key blocks the server or "
            "fills it",
            f"add a bound, for instance `{bound}` ({then})",
        )
    for policy in program.policies:
        settings = {*policy.settings, *policy.spans}
        if policy.kind == "session" and "user" in settings and "max_per_user" not in settings:
            yield RULE.found(
                place(policy, "user"),
                f"`{policy.name}` has no `max_per_user`: a user's index grows with every login, and "
                "a client that logs in in a loop fills the server",
                "add a bound, for instance `max_per_user: 20` (the one that would end first gives way)",
            )


_ADDS = frozenset(
    ("RPUSH", "LPUSH", "SADD", "ZADD", "HSET", "HSETNX", "HMSET", "ZINCRBY", "HINCRBY")
)


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a key that the script adds to, and neither bounds, measures nor lets expire."""
    if is_blind(script) or not hand_written(script):
        return
    every = list(touches(script))
    told = set()
    for _, call, key, _ in every:
        if call.command not in _ADDS or key.value in told or key.keyspace is not None:
            continue
        if not call.open and all(word.provenance == "constant" for word in _added(call)):
            continue
        if any(
            same_key(key, other) and (not _HOLDS.isdisjoint(done.actions) or its.command in SIZES)
            for _, its, other, done in every
        ):
            continue
        told.add(key.value)
        yield RULE.found(
            call.span,
            f"`{call.command}` adds to {called(key)}, and the script neither trims it nor lets it expire: unless "
            "another caller does, it grows for ever",
            "bound it in the same script (`LTRIM`, `ZREMRANGEBYRANK`), or give it a TTL",
            severity="info",
        )


def _added(call: LuaCall) -> tuple[Value, ...]:
    """The words that make a collection larger: of a hash its fields, for a record has the same ones for ever."""
    if call.command in ("HSET", "HMSET"):
        return call.words[1::2]
    return call.words[1:2] if call.command in ("HSETNX", "HINCRBY") else call.words[1:]


_HOLDS = frozenset(("trims", "deletes", "expires"))
SIZES = frozenset(("LLEN", "SCARD", "ZCARD", "HLEN", "XLEN", "ZCOUNT"))


def check_across(index: KeyIndex) -> Iterator[Diagnostic]:
    """One finding a place that adds to what nothing bounds."""
    for use in index:
        if use.command not in _ADDS or not use.open or not use.own:
            continue
        most = None if use.declared is None else use.declared.max_items
        if use.declared is not None and most is not None:
            if not index.shrinks(use):
                yield RULE.found(
                    use.span,
                    f"`{use.command}` adds to {named(use)} without a bound, and `{use.declared.name}` is declared to "
                    f"hold {number(most)} at the most",
                    "write it by the generated package, which keeps the bound in the same step",
                )
            continue
        if index.shrinks(use) or index.deletes(use) or index.expires(use):
            continue
        yield RULE.found(
            use.span,
            f"`{use.command}` adds to {named(use)}, and nothing here ever trims it, takes from it or lets it "
            "expire",
            "bound it in the same step (`LTRIM`, `ZREMRANGEBYRANK`), or give it a TTL",
            severity="info",
        )


RULE = Rule(
    "RS201",
    "unbounded-collection",
    "error",
    "growth",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    across=check_across,
)
