"""Sessions: a hash for each, and for each user the index that decides which of them are alive."""

from __future__ import annotations

from redisspec.ir.keypattern import KeyPattern, Literal
from redisspec.ir.model import AddedKey, Lifetime, Policy, Server
from redisspec.patterns.model import OWN, Lowered, Step, Touch

INDEX = "index"
NEXT = "next"
"""The session's key after a rotation: of the same pattern, with another digest."""


def lower(policy: Policy, server: Server) -> Lowered:
    """A session's scripts touch that session and its user's index, and nothing else."""
    assert policy.pattern is not None
    # Of a spec with mistakes too, whose `idle` could not be read.
    idle = policy.settings.get("idle_ms")
    lifetime = Lifetime(
        idle if isinstance(idle, int) else None, stated=True, refresh="on_access", span=policy.span
    )
    return Lowered(
        policy,
        _STEPS,
        (
            AddedKey(
                policy.name,
                policy.kind,
                INDEX,
                _index(policy.pattern),
                "sorted_set",
                lifetime,
                "The sessions of a user that are alive, by when they end.",
                policy.server,
                policy.spans.get("key", policy.span),
            ),
        ),
        structure="hash",
        lifetime=lifetime,
    )


def _index(own: KeyPattern) -> KeyPattern:
    """The session's pattern as far as its hash tag: `shop:login:{<user:hex(32)>}`."""
    base, tag, *_ = own.parts
    return KeyPattern((base, tag, Literal("}")))


def _touches(key: str, *commands: str) -> tuple[Touch, ...]:
    return tuple(Touch(command, key) for command in commands)


_OVER = (*_touches(OWN, "HGET", "DEL"), *_touches(INDEX, "ZSCORE", "ZREM"))
_LAST = _touches(INDEX, "ZADD", "ZRANGE", "PEXPIRE")

_STEPS = (
    Step(
        "create",
        (
            *_touches(OWN, "EXISTS", "HSET", "PEXPIRE"),
            *_touches(INDEX, "ZSCORE", "ZREMRANGEBYSCORE", "ZCARD", "ZREMRANGEBYRANK"),
            *_LAST,
        ),
        "token",
        "session_create",
        (OWN, INDEX),
    ),
    Step(
        "load",
        (*_OVER, *_touches(OWN, "HMGET", "PEXPIRE"), *_LAST),
        "token",
        "session_load",
        (OWN, INDEX),
    ),
    Step(
        "update",
        (*_OVER, *_touches(OWN, "HSET", "HDEL", "PEXPIRE"), *_LAST),
        "never",
        "session_update",
        (OWN, INDEX),
    ),
    Step(
        "rotate",
        (*_OVER, Touch("RENAME"), *_touches(NEXT, "EXISTS", "RENAME", "PEXPIRE"), *_LAST),
        "token",
        "session_rotate",
        (OWN, INDEX, NEXT),
    ),
    Step(
        "destroy",
        (Touch("DEL"), Touch("ZREM", INDEX)),
        "token",
        "session_destroy",
        (OWN, INDEX),
    ),
    Step(
        "destroy_all",
        _touches(INDEX, "ZREMRANGEBYSCORE", "ZRANGE", "ZRANK", "DEL", "ZREMRANGEBYRANK"),
        "token",
        "session_destroy_all",
        (INDEX,),
    ),
    Step("sessions", (Touch("ZRANGEBYSCORE", INDEX),), "safe", "session_list", (INDEX,)),
    Step("read", (Touch("HMGET"),), "safe"),
    Step("count", (Touch("ZCOUNT", INDEX),), "safe", "session_count", (INDEX,)),
    Step("forget", (Touch("UNLINK"),), "token"),
)
