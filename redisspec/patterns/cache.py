"""Caches: an envelope a key, its lease beside it, and the clock and the tags that make entries invalid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from redisspec.ir.keypattern import KeyPattern, Literal, Parameter, ParameterType, Part, merged
from redisspec.ir.model import AddedKey, Lifetime, Policy, Server
from redisspec.ir.tags import Tag
from redisspec.patterns.model import OWN, Lowered, Step, Touch, added_key

LEASE_MS: Final = 10_000
_SPARE_MS: Final = 600_000
"""How much longer tags live than twice the longest entry: a loader may take that long."""
_DAY_MS: Final = 86_400_000

_ENTRY_AND_LEASE: Final = (OWN, "lease")
_HEAD: Final = Touch("GETRANGE", OWN, ("0", "60"))
_STORED: Final = Touch("SET", OWN, ("?", "PX", "?"))


@dataclass(frozen=True, slots=True)
class Times:
    """How long what lives, in ms: `ttl` and `negative` are None for never, and for "not kept"."""

    ttl: int | None
    negative: int | None
    stale: int
    lease: int
    wait: int
    tag: int
    tombstone: int


def times_of(policy: Policy) -> Times:
    """The times that a declaration says, and those that follow from them."""
    said = policy.settings
    lifetime = policy.lifetime or Lifetime()
    stale = _number(said.get("stale_ms")) or 0
    negative = _number(said.get("negative_ttl_ms"))
    lease = _number(said.get("lease_ms")) or LEASE_MS
    wait = _number(said.get("wait_ms"))
    longest = _DAY_MS
    if lifetime.ttl_ms is not None:
        longest = max(lifetime.ttl_ms, lifetime.max_ms or 0, negative or 0) + stale
    return Times(
        ttl=lifetime.ttl_ms,
        negative=negative,
        stale=stale,
        lease=lease,
        wait=lease if wait is None else wait,
        tag=2 * longest + _SPARE_MS if tags_of(policy) else 0,
        tombstone=longest,
    )


def tags_of(policy: Policy) -> tuple[Tag, ...]:
    return cast("tuple[Tag, ...]", policy.settings.get("tags", ()))


def lower(policy: Policy, server: Server) -> Lowered:
    """The keys and the steps of a cache."""
    times = times_of(policy)
    tags = tags_of(policy)
    lease = added_key(
        policy,
        "lease",
        "string",
        Lifetime(times.lease, True),
        "Who loads the entry now; the loader renews it.",
    )
    steps: tuple[Step, ...] = (
        Step("get", (Touch("GET"),), "safe"),
        Step(
            "read",
            (Touch("GET"), Touch("PTTL"), Touch("GET", "lease"), Touch("SET", "lease", ("?", "PX", "?"))),
            "token",
            "cache_read",
            _ENTRY_AND_LEASE,
        ),
        Step(
            "fill",
            (Touch("GET", "lease"), _HEAD, Touch("DEL", "lease"), _STORED),
            "token",
            "cache_fill",
            _ENTRY_AND_LEASE,
        ),
        Step(
            "put",
            (_HEAD, Touch("DEL", "lease"), _STORED),
            "never",
            "cache_put",
            _ENTRY_AND_LEASE,
        ),
        Step(
            "invalidate",
            (_HEAD, Touch("DEL", "lease"), Touch("DEL"), _STORED),
            "token",
            "cache_invalidate",
            _ENTRY_AND_LEASE,
        ),
        Step(
            "renew",
            (Touch("GET", "lease"), Touch("PEXPIRE", "lease", ("?",))),
            "token",
            "cache_renew",
            ("lease",),
        ),
        Step(
            "release",
            (Touch("GET", "lease"), Touch("DEL", "lease")),
            "token",
            "cache_release",
            ("lease",),
        ),
    )  # fmt: skip
    lifetime = policy.lifetime or Lifetime()
    longest = None if times.ttl is None else times.tombstone
    own = Lifetime(
        longest, lifetime.stated, lifetime.reason, lifetime.jitter, "on_write", None, lifetime.span
    )
    keys: tuple[AddedKey, ...] = (lease,)
    if tags:
        keys = (lease, *_tag_keys(policy, tags, times))
        steps = (*steps, _written("clock", "cache_clock", "clock"))
        steps = (*steps, *(_written(key.name, "cache_tag", key.name) for key in keys[2:]))
    return Lowered(policy, steps, keys, "string", own)


def _written(name: str, script: str, key: str) -> Step:
    touches = (
        Touch("GET", key),
        Touch("PEXPIRE", key, ("?",)),
        Touch("DEL", key),
        Touch("SET", key, ("?", "PX", "?")),
    )
    return Step(name, touches, "token", script, (key,))


def _tag_keys(policy: Policy, tags: tuple[Tag, ...], times: Times) -> tuple[AddedKey, ...]:
    """The clock and the tags: each in a slot of its own, since all entries share them."""
    lifetime = Lifetime(times.tag, True)
    clock = "The cache's clock: each invalidation of a tag moves it on."
    return (
        _shared_key(policy, "clock", (Literal("clock"),), lifetime, clock),
        *(
            _shared_key(
                policy,
                f"tag:{tag.name}",
                _tag_parts(tag),
                lifetime,
                f"When entries with the tag {tag.name} were last made invalid.",
            )
            for tag in tags
        ),
    )


def _tag_parts(tag: Tag) -> tuple[Part, ...]:
    parts: list[Part] = [Literal(f"tag:{tag.parts[0]}")]
    for hole, text in zip(tag.holes, tag.parts[1:], strict=True):
        parts += [Parameter(hole.path[-1], ParameterType("encoded")), Literal(text)]
    return tuple(parts)


def _shared_key(
    policy: Policy, name: str, parts: tuple[Part, ...], lifetime: Lifetime, doc: str
) -> AddedKey:
    text = Literal(f"{policy.namespace}:{policy.name}:")
    return AddedKey(
        policy.name,
        policy.kind,
        name,
        KeyPattern(merged((text, *parts))),
        "string",
        lifetime,
        doc,
        policy.server,
        policy.spans.get("tags", policy.span),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
