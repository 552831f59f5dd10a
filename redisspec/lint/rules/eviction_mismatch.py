"""A server's eviction policy does not suit what is kept on it.

## What it does
Holds the `eviction` of each server against its declarations:

- locks, queues, sessions and idempotency records under any policy but `noeviction`;
- keyspaces and caches that never expire and whose keys can grow in number, under a `volatile-*` policy;
- keys that are declared `ttl: never`, under an `allkeys-*` policy (a warning);
- rate limits, under any policy but `noeviction` (a warning).

## Why is this bad
Eviction does not ask what a key is for. An evicted lock is a second holder, an evicted queue is lost
jobs, an evicted idempotency record is a payment made twice, and none of them leaves an error behind. An
evicted rate limit begins anew: who fills the memory is let through again.
Under `volatile-*` the server can only throw out keys with a TTL: keys without one fill the memory,
the caches shrink to nothing, and then writes fail all the same.

## Example
```yaml
server: {eviction: volatile-lru}
keyspaces:
  stock:
    key: stock:{<shop_id:int>}:<sku:slug>
    structure: counter
    ttl: never
    reason: the warehouse's own figures
    expect: 50_000 keys
```

## Use instead
```yaml
server: {eviction: noeviction}
keyspaces:
  stock:
    key: stock:{<shop_id:int>}:<sku:slug>
    structure: counter
    ttl: never
    reason: the warehouse's own figures
    expect: 50_000 keys
```
Or keep what may be evicted on a server of its own: `servers: {cache: {…}, state: {…}}`.

## Fix safety
There is no fix: the policy is the server's, not the spec's.

## References
- [Redis: key eviction](https://redis.io/docs/latest/develop/reference/eviction/)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.model import Policy
from redisspec.lint.declarations import Declaration, is_collection, lasting, noun, place
from redisspec.lint.rule import Rule
from redisspec.lint.wording import names

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace, Server
    from redisspec.ir.program import Program

_MUST_STAY = {
    "lock": "an evicted lock has two holders",
    "queue": "an evicted queue is lost jobs",
    "session": "an evicted session is a user logged out",
    "idempotency": "an evicted record lets a request run twice",
}
_MOST_RELATED = 5


def check(program: Program) -> Iterator[Diagnostic]:
    """At most one finding a server for each of the four mismatches."""
    for server in program.servers.values():
        policy = server.eviction
        if policy is None or policy == "noeviction":
            continue
        yield from _state(program, server, policy)
        yield from _immortal(program, server, policy)
        yield from _limits(program, server, policy)


def _state(program: Program, server: Server, policy: str) -> Iterator[Diagnostic]:
    held = [p for p in program.policies if p.server == server.name and p.kind in _MUST_STAY]
    if not held:
        return
    effects = dict.fromkeys(_MUST_STAY[policy_.kind] for policy_ in held)
    yield RULE.found(
        server.spans.get("eviction", server.span),
        f"`{policy}` may throw out {names([p.name for p in held])}: {', '.join(effects)}",
        "write `eviction: noeviction`, or move what may be evicted to a server of its own",
        related=_places(held),
    )


def _immortal(program: Program, server: Server, policy: str) -> Iterator[Diagnostic]:
    lasting_here = [
        keyspace
        for keyspace in program.keyspaces
        if keyspace.server == server.name and keyspace.lifetime.ttl_ms is None
    ]
    if policy.startswith("volatile-"):
        growing: list[Declaration] = [one for one in lasting_here if not _is_fixed(one)]
        growing += [
            cache
            for cache, lifetime in lasting(program)
            if isinstance(cache, Policy)
            and cache.server == server.name
            and lifetime.ttl_ms is None
            and cache.pattern is not None
            and cache.pattern.parameters
        ]
        if growing:
            yield RULE.found(
                server.spans.get("eviction", server.span),
                f"`{policy}` cannot throw out {names([k.name for k in growing])}, which never "
                "expire: they fill the memory, the keys with a TTL are all evicted, then writes "
                "fail",
                "give them a `ttl`, or a server with `eviction: noeviction`",
                related=_places(growing),
            )
        return
    kept = [keyspace for keyspace in lasting_here if keyspace.lifetime.stated]
    if kept and policy.startswith("allkeys-"):
        yield RULE.found(
            server.spans.get("eviction", server.span),
            f"`{policy}` may throw out {names([k.name for k in kept])}, which the spec says never "
            "expire",
            "give them a `ttl`, or a server with `eviction: noeviction`",
            severity="warning",
            related=_places(kept),
        )


def _limits(program: Program, server: Server, policy: str) -> Iterator[Diagnostic]:
    held = [p for p in program.policies if p.server == server.name and p.kind == "rate_limit"]
    if held:
        yield RULE.found(
            server.spans.get("eviction", server.span),
            f"`{policy}` may throw out the counts of {names([p.name for p in held])}: a limit that is "
            "evicted begins anew",
            "write `eviction: noeviction`, or move what may be evicted to a server of its own",
            severity="warning",
            related=_places(held),
        )


def _is_fixed(keyspace: Keyspace) -> bool:
    """Whether it is one key of a size that cannot grow."""
    bounded = keyspace.bound.max_items is not None or not is_collection(keyspace)
    return not keyspace.pattern.parameters and bounded


def _places(held: Sequence[Declaration]) -> tuple[Related, ...]:
    return tuple(
        Related(place(one), f"the {noun(one)} `{one.name}`") for one in held[:_MOST_RELATED]
    )


RULE = Rule("RS113", "eviction-mismatch", "error", "ttl", "model", __doc__ or "", check)
