"""Idempotency records: a hash for each request, with the run that has it and then its result."""

from __future__ import annotations

from typing import Final

from redisspec.ir.model import Lifetime, Policy, Server
from redisspec.patterns.model import Lowered, Step, Touch

LEASE_MS: Final = 60_000
"""How long a run has unless the spec says."""


def lease_ms(policy: Policy) -> int:
    """How long a run has before another may take over; no longer than the record is kept."""
    keep, lease = policy.settings.get("keep_ms"), policy.settings.get("lease_ms")
    if isinstance(lease, int):
        return lease
    return min(LEASE_MS, keep) if isinstance(keep, int) else LEASE_MS


def lower(policy: Policy, server: Server) -> Lowered:
    """Each script touches the record alone."""
    # Of a spec with mistakes too, whose `keep` could not be read.
    keep = policy.settings.get("keep_ms")
    lifetime = Lifetime(
        keep if isinstance(keep, int) else None, stated=True, refresh="on_write", span=policy.span
    )
    return Lowered(policy, _STEPS, structure="hash", lifetime=lifetime)


def _step(name: str, *commands: str) -> Step:
    touches = tuple(Touch(command) for command in commands)
    return Step(name, touches, "token", f"idempotency_{name}")


_STEPS = (
    _step("begin", "HMGET", "HGET", "HSET", "PEXPIRE"),
    _step("complete", "HMGET", "HSET", "PEXPIRE"),
    _step("fail", "HMGET", "DEL"),
    _step("renew", "HMGET", "HSET", "PTTL", "PEXPIRE"),
)
