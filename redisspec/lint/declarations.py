"""What rules over the model ask of a declaration, be it a keyspace or a policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from redisspec.ir.model import Keyspace, Lifetime, Policy

if TYPE_CHECKING:
    from redisspec.ir.model import Server
    from redisspec.ir.program import Program
    from redisspec.source.span import Span

Declaration: TypeAlias = Keyspace | Policy

COLLECTIONS = ("list", "set", "sorted_set", "stream", "bitmap", "geo")
"""Structures that grow with every element; a hash does where it is a map."""

NOUNS = {
    "cache": "cache",
    "rate_limit": "rate limit",
    "lock": "lock",
    "session": "session",
    "queue": "queue",
    "channel": "channel",
    "idempotency": "idempotency record",
}

PLURALS = {"hash": "hashes", "list": "lists", "sorted_set": "sorted sets", "geo": "geo indexes"}


def declarations(program: Program) -> Iterator[Declaration]:
    """Every declaration of the program, keyspaces first, in the order of the spec."""
    yield from program.keyspaces
    yield from program.policies


def lasting(program: Program) -> Iterator[tuple[Declaration, Lifetime]]:
    """The declarations whose keys live as long as a `ttl:` says: keyspaces and caches.

    Other policies have settings of their own; a lock that is silent is RS401's.
    """
    for keyspace in program.keyspaces:
        yield keyspace, keyspace.lifetime
    for policy in program.policies:
        if policy.kind == "cache":
            yield policy, policy.lifetime or Lifetime()


def noun(declaration: Declaration) -> str:
    """What to call it in a message."""
    if isinstance(declaration, Policy):
        return NOUNS[declaration.kind]
    return "keyspace"


def place(declaration: Declaration, *keys: str) -> Span:
    """Where the first of `keys` that is written stands, else where the declaration does."""
    for key in keys:
        span = declaration.spans.get(key)
        if span is not None:
            return span
    return declaration.span


def server_of(program: Program, declaration: Declaration) -> Server | None:
    """The server that holds its keys; None where the spec names one that is not there."""
    return program.servers.get(declaration.server)


def is_collection(keyspace: Keyspace) -> bool:
    """Whether its keys grow with every element, so that they need `max_items`."""
    return keyspace.structure in COLLECTIONS or is_map(keyspace)


def is_map(keyspace: Keyspace) -> bool:
    """Whether it is a hash of `map: {K: V}`, with a field an entry."""
    return keyspace.structure == "hash" and keyspace.map_key is not None


def when_memory_is_full(server: Server | None) -> str:
    """What happens on `server` once its memory is full, as the end of a sentence."""
    policy = server.eviction if server is not None else None
    if policy is None or policy == "noeviction":
        return "writes fail once memory is full"
    if policy.startswith("volatile-"):
        return f"{policy} then throws out the keys that do have a TTL to make room for them"
    return f"{policy} then throws out other keys to make room for them"
