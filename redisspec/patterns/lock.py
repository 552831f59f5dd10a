"""Locks: the lock's own key, and beside it who waits, what wakes them, the fence, and tokens given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from redisspec.ir.keypattern import Literal as Text
from redisspec.ir.keypattern import Parameter, ParameterType
from redisspec.ir.model import AddedKey, Lifetime, Policy, Server, StructureName
from redisspec.patterns.model import OWN, Lowered, Step, Touch, added_key

Kind = Literal["mutex", "semaphore", "read_write"]

SILENT_TTL_MS: Final = 30_000
"""How long a lock is held at most whose declaration is silent (lint has a word: RS401)."""

# As the scripts and redisspec/runtime/leases.py have them.
_FENCE_KEPT_MS: Final = 3_600_000
_TOMB_MS: Final = 15_000
_QUEUED_MS: Final = 5_000
_WOKEN_MS: Final = 10_000

_PHASES: Final = (
    "readers", OWN, "wake_writers", "wake_readers", "writers_waiting", "readers_waiting", "tomb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeclaredLock:
    """What a declaration says, with what it leaves to us."""

    kind: Kind
    ttl_ms: int
    wait_ms: int
    renews: bool
    fenced: bool
    permits: int


def declared(policy: Policy) -> DeclaredLock:
    """A lock's settings. One that is silent about waiting waits as long as a lease lasts."""
    settings = policy.settings
    kind: Kind = "mutex"
    if settings.get("kind") == "semaphore":
        kind = "semaphore"
    elif settings.get("kind") == "read_write":
        kind = "read_write"
    ttl_ms = policy.lifetime.ttl_ms if policy.lifetime is not None else None
    ttl_ms = SILENT_TTL_MS if ttl_ms is None else max(1, ttl_ms)
    wait_ms, permits = settings.get("wait_ms"), settings.get("permits")
    return DeclaredLock(
        kind,
        ttl_ms,
        wait_ms if isinstance(wait_ms, int) else ttl_ms,
        settings.get("renew") == "auto",
        settings.get("fencing") is True,
        permits if isinstance(permits, int) else 1,
    )


def lower(policy: Policy, server: Server) -> Lowered:
    """The keys and steps of a lock."""
    lock = declared(policy)
    makers = {"mutex": _mutex, "semaphore": _semaphore, "read_write": _read_write}
    keys, steps = makers[lock.kind](policy, lock)
    structure: StructureName = "sorted_set" if lock.kind == "semaphore" else "string"
    return Lowered(policy, steps, keys, structure, Lifetime(lock.ttl_ms, True))


def _mutex(policy: Policy, lock: DeclaredLock) -> tuple[tuple[AddedKey, ...], tuple[Step, ...]]:
    fence = "fence" if lock.fenced else OWN
    keys = (
        *_fence(policy, lock),
        _key(policy, "wake", "list", _WOKEN_MS, "Wakes one that waits."),
        _key(policy, "waiters", "sorted_set", _QUEUED_MS, "Who waits, and until when."),
        _tomb(policy),
    )
    steps = (
        Step(
            "acquire",
            (
                *_on(OWN, "GET", "PTTL", "PEXPIRE", "SET"),
                *_on(fence, "GET", "SET"),
                *_on("wake", "DEL"),
                *_on("waiters", "ZSCORE", "ZREM", "PTTL", *_QUEUES),
                *_on("tomb", "EXISTS"),
            ),
            "token",
            "lock_acquire",
            (OWN, fence, "wake", "waiters", "tomb"),
        ),
        Step(
            "release",
            (
                *_on(OWN, "GET", "DEL", "SET"),
                *_on("wake", "EXISTS", "LPUSH", "PEXPIRE"),
                *_on("waiters", "EXISTS", "ZREM", "ZREMRANGEBYSCORE"),
                *_on("tomb", "SET"),
            ),
            "token",
            "lock_release",
            (OWN, "wake", "waiters", "tomb"),
        ),
        _extend("extend", fence),
        _look("look", "waiters"),
    )
    return keys, steps


def _semaphore(policy: Policy, lock: DeclaredLock) -> tuple[tuple[AddedKey, ...], tuple[Step, ...]]:
    keys = (_key(policy, "wake", "list", _WOKEN_MS, "Wakes as many as may enter."), _tomb(policy))
    steps = (
        Step(
            "acquire",
            (
                *_on(OWN, "ZCARD", "ZSCORE", "ZRANGE", "ZADD", *_LEASES),
                *_on("wake", "LTRIM", "DEL"),
                *_on("tomb", "EXISTS"),
            ),
            "token",
            "lock_semaphore_acquire",
            (OWN, "wake", "tomb"),
        ),
        Step(
            "release",
            (
                *_on(OWN, "ZREMRANGEBYSCORE", "ZREM", "ZCARD"),
                *_on("wake", "LLEN", "LPUSH", "PEXPIRE"),
                *_on("tomb", "SET"),
            ),
            "token",
            "lock_semaphore_release",
            (OWN, "wake", "tomb"),
        ),
        _extend_shared("extend", OWN),
        Step("look", _on(OWN, "ZRANGEBYSCORE"), "safe", "lock_semaphore_look"),
    )
    return keys, steps


def _read_write(
    policy: Policy, lock: DeclaredLock
) -> tuple[tuple[AddedKey, ...], tuple[Step, ...]]:
    fence = "fence" if lock.fenced else OWN
    keys = (
        _key(policy, "readers", "sorted_set", lock.ttl_ms, "Who reads, and until when."),
        *_fence(policy, lock),
        _key(policy, "wake_writers", "list", _WOKEN_MS, "Wakes one writer that waits."),
        _key(policy, "wake_readers", "list", _WOKEN_MS, "Wakes the readers that wait."),
        _key(policy, "writers_waiting", "sorted_set", _QUEUED_MS, "Which writers wait."),
        _key(policy, "readers_waiting", "sorted_set", _QUEUED_MS, "Which readers wait."),
        _tomb(policy),
    )
    steps = (
        Step(
            "acquire_read",
            (
                *_on("readers", "EXISTS", "ZSCORE", "ZADD", *_LEASES),
                *_on(OWN, "GET", "PTTL", "DEL"),
                *_on("wake_writers", "EXISTS", "LPUSH", "PEXPIRE"),
                *_on("wake_readers", "DEL"),
                *_on("writers_waiting", "ZREMRANGEBYSCORE", "EXISTS"),
                *_on("readers_waiting", "ZREM", "EXISTS", "PTTL", *_QUEUES),
                *_on("tomb", "EXISTS"),
            ),
            "token",
            "lock_read_acquire",
            _PHASES,
        ),
        Step(
            "release_read",
            (
                *_on("readers", "ZREMRANGEBYSCORE", "ZREM", "EXISTS"),
                *_on("readers_waiting", "ZREM"),
                *_on("tomb", "SET"),
                *_HANDS_ON,
            ),
            "token",
            "lock_read_release",
            _PHASES,
        ),
        _extend_shared("extend_read", "readers"),
        Step("look_readers", _on("readers", "ZRANGEBYSCORE"), "safe", "lock_semaphore_look", ("readers",)),
        Step(
            "acquire_write",
            (
                *_on("readers", "ZRANGE", "ZADD", *_LEASES),
                *_on(OWN, "GET", "PTTL", "PEXPIRE", "SET"),
                *_on("wake_writers", "DEL"),
                *_on("writers_waiting", "ZREM", "PTTL", *_QUEUES),
                *_on("tomb", "EXISTS"),
                *_on(fence, "GET", "SET"),
            ),
            "token",
            "lock_write_acquire",
            (*_PHASES, fence),
        ),
        Step(
            "release_write",
            (
                *_on("readers", "ZREMRANGEBYSCORE", "EXISTS"),
                *_on("writers_waiting", "ZREM"),
                *_on("tomb", "SET"),
                *_HANDS_ON,
            ),
            "token",
            "lock_write_release",
            _PHASES,
        ),
        _extend("extend_write", fence),
        _look("look_writer", "writers_waiting"),
    )  # fmt: skip
    return keys, steps


# --- what several share -----------------------------------------------------------


def _on(key: str, *commands: str) -> tuple[Touch, ...]:
    return tuple(Touch(command, key) for command in commands)


_QUEUES: Final = ("ZREMRANGEBYSCORE", "ZADD", "PEXPIRE")
_LEASES: Final = ("ZREMRANGEBYSCORE", "ZRANGEBYSCORE", "ZREVRANGE", "PEXPIRE")
_HANDS_ON: Final = (
    *_on(OWN, "GET", "DEL", "SET"),
    *_on("wake_writers", "EXISTS", "LPUSH", "PEXPIRE"),
    *_on("wake_readers", "LLEN", "LPUSH", "PEXPIRE"),
    *_on("writers_waiting", "ZREMRANGEBYSCORE", "EXISTS"),
    *_on("readers_waiting", "ZREMRANGEBYSCORE", "ZCARD"),
)


def _extend(name: str, fence: str) -> Step:
    touches = (*_on(OWN, "GET", "PEXPIRE"), *_on(fence, "SET"))
    return Step(name, touches, "token", "lock_extend", (OWN, fence))


def _extend_shared(name: str, key: str) -> Step:
    touches = _on(key, "ZSCORE", "ZADD", *_LEASES)
    return Step(name, touches, "token", "lock_semaphore_extend", (key,))


def _look(name: str, waiting: str) -> Step:
    touches = (*_on(OWN, "GET", "PTTL"), *_on(waiting, "ZCOUNT"))
    return Step(name, touches, "safe", "lock_look", (OWN, waiting))


def _key(policy: Policy, name: str, structure: StructureName, ttl_ms: int, doc: str) -> AddedKey:
    return added_key(policy, name, structure, Lifetime(ttl_ms, True), doc)


def _fence(policy: Policy, lock: DeclaredLock) -> tuple[AddedKey, ...]:
    if not lock.fenced:
        return ()
    ttl_ms = lock.ttl_ms + _FENCE_KEPT_MS
    return (_key(policy, "fence", "string", ttl_ms, "The highest fence that was given out."),)


def _tomb(policy: Policy) -> AddedKey:
    assert policy.pattern is not None
    name = "token"
    while name in {parameter.name for parameter in policy.pattern.parameters}:
        name += "_"
    return added_key(
        policy,
        "tomb",
        "string",
        Lifetime(_TOMB_MS, True),
        "A token that was given up: an acquire that comes late is refused.",
        Text(":"),
        Parameter(name, ParameterType("hex", length=32)),
    )
