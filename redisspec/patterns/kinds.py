"""The kinds of policies that are generated, each with the function that lowers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from redisspec.ir.model import Policy, PolicyKind, Server
from redisspec.patterns import cache, idempotency, lock, rate_limit, session
from redisspec.patterns.model import Lowered

PATTERNS: Final[dict[PolicyKind, Callable[[Policy, Server], Lowered]]] = {
    "cache": cache.lower,
    "rate_limit": rate_limit.lower,
    "session": session.lower,
    "idempotency": idempotency.lower,
    "lock": lock.lower,
}
