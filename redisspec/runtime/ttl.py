"""Times to live: how long a key is given, and what a server says is left."""

import math
import random
from datetime import timedelta
from typing import Any

_MOST_MS = 2**53 - 1
_SHORTEST_LEASE_MS = 10


def jittered(ttl_ms: int, jitter: float) -> int:
    """A TTL drawn evenly from ttl_ms * (1 - jitter) to ttl_ms, in whole ms, at least 1.

    `jitter` is a fraction, 0 to below 1.
    """
    if not jitter:
        return ttl_ms
    drawn = ttl_ms * (1 - jitter * random.random())
    return max(1, math.ceil(drawn))


def chosen(
    ttl: timedelta | float | None, default_ms: int, max_ms: int | None = None
) -> int:
    """The TTL of a call in ms, rounded up: its own (seconds or timedelta) or the default.

    Raises ValueError when it is not positive or above `max_ms`.
    """
    if ttl is None:
        return default_ms
    if isinstance(ttl, timedelta):
        ms = -(-ttl // timedelta(milliseconds=1))
    elif not is_number(ttl):
        raise ValueError("ttl: expected a timedelta or a number of seconds")
    else:
        # A hair is taken off, so that 0.3 s is 300 ms and not 301.
        ms = math.ceil(ttl * 1000 - 1e-9)
    if ttl.total_seconds() <= 0 if isinstance(ttl, timedelta) else ttl <= 0:
        raise ValueError("ttl: expected more than zero")
    ms = max(1, ms)
    most = _MOST_MS if max_ms is None else max_ms
    if ms > most:
        raise ValueError(f"ttl: expected at most {most} ms, got {ms} ms")
    return ms


def is_number(value: object) -> bool:
    """Whether it is a finite number, as seconds are: no bool, no text, none past the largest float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def held_for(ttl: timedelta | float | None, declared_ms: int) -> int:
    """How long a call takes a lock for, in ms: at most as long as declared, and no blink.

    Raises ValueError below 10 ms: such a lease may be over before its holder hears of it.
    """
    ms = chosen(ttl, declared_ms, declared_ms)
    if ttl is not None and ms < _SHORTEST_LEASE_MS:
        raise ValueError(f"ttl: expected at least {_SHORTEST_LEASE_MS} ms, got {ms} ms")
    return ms


def ttl_reply(reply: Any) -> timedelta | None:
    """PTTL's reply: None without a key, timedelta.max for a key that never expires."""
    ms = int(reply)
    if ms == -2:
        return None
    return timedelta.max if ms == -1 else timedelta(milliseconds=ms)
