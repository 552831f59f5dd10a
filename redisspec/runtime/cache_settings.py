"""What a cache was declared with, and how long its readers wait for another's load."""

import math
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

from .ttl import chosen, jittered

Stampede = Literal["lease", "early_refresh", "none"]

_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.05
_SHARE = 0.05


class CacheScripts(NamedTuple):
    """The SHA-1 of each script of a cache; those for tags only where it has some."""

    read: str
    fill: str
    put: str
    invalidate: str
    renew: str
    release: str
    clock: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """A cache's declaration; times are in ms, `ttl_ms` is None for never.

    `shape` is the hash of the value's type. `negative_ms` is None where "there is none"
    is not remembered. `tag_ms` is how long tags live, at least twice the longest entry.
    """

    name: str
    shape: str
    scripts: CacheScripts
    ttl_ms: int | None
    max_ms: int | None = None
    jitter: float = 0.0
    stampede: Stampede = "lease"
    negative_ms: int | None = None
    stale_ms: int = 0
    lease_ms: int = 10_000
    wait_ms: int = 10_000
    tag_ms: int = 0
    tombstone_ms: int = 86_400_000
    compress_above: int | None = None
    max_bytes: int | None = None

    @property
    def timed(self) -> bool:
        """Whether a hit depends on the time that the entry has left."""
        return self.stampede == "early_refresh" or self.stale_ms > 0

    def key_ms(self, ttl: timedelta | float | None, negative: bool) -> int:
        """How long a key with a new entry lives: fresh, then stale; 0 for never."""
        if negative and self.negative_ms is not None:
            fresh = self.negative_ms
        elif self.ttl_ms is None:
            return 0
        else:
            fresh = chosen(ttl, self.ttl_ms, self.max_ms)
        return jittered(fresh, self.jitter) + self.stale_ms

    def check(self, ttl: timedelta | float | None) -> None:
        """Refuse a TTL that no entry may have, before anything is loaded for it."""
        if self.ttl_ms is not None:
            chosen(ttl, self.ttl_ms, self.max_ms)

    def early(self) -> str:
        """The x of an early refresh (XFetch): a draw of the exponential distribution."""
        if self.stampede != "early_refresh":
            return "0"
        return f"{-math.log(1.0 - random.random()):.6f}"


class Patience:
    """How long a reader still waits for another's load, in growing, drawn pauses.

    The end is drawn too: those who wait together do not all load together.
    """

    __slots__ = ("_began", "_ends", "_pause")

    def __init__(self, wait_ms: int) -> None:
        self._began = time.monotonic()
        self._ends = self._began + wait_ms / 1000 * random.uniform(0.75, 1)
        self._pause = _FIRST_PAUSE

    def next(self) -> float | None:
        """Seconds to sleep before looking again; None when it is time to load oneself."""
        now = time.monotonic()
        left = self._ends - now
        if left <= 0:
            return None
        drawn = self._pause * (0.5 + random.random())
        # A long load is looked for less often: that costs it little more time.
        longest = max(_LONGEST_PAUSE, (now - self._began) * _SHARE)
        self._pause = min(self._pause * 1.5, longest)
        return min(drawn, left)
