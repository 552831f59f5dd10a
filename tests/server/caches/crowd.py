"""A crowd of readers of an entry that ends again and again: what each strategy costs it."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any

from redisspec.runtime import aio_clients
from redisspec.runtime.aio_cache import AsyncCache, Slot
from redisspec.runtime.aio_lane import AsyncDirectLane
from tests.server.caches.driver import decode, encode, script_text, settings

SLACK = 0.03
"""How late a busy machine may see an entry end."""

STRATEGIES: dict[str, dict[str, Any]] = {
    "none": {"stampede": "none"},
    "lease": {"stampede": "lease"},
    "early_refresh": {"stampede": "early_refresh"},
    "stale_while_revalidate": {"stampede": "lease", "stale_ms": 2_000},
}


@dataclass(slots=True)
class Crowd:
    """What was seen: how often the loader ran, and how many ran at once at the most.

    A read waited where its value's load ended behind its own beginning.
    """

    reads: int = 0
    loads: int = 0
    at_once: int = 0
    waited: int = 0
    longest: float = 0.0
    stale: int = 0
    took: float = 0.0
    _now: int = 0

    async def load(self, seconds: float) -> float:
        """When it was loaded; the loader takes `seconds`."""
        self.loads += 1
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        try:
            await asyncio.sleep(seconds)
            return time.monotonic()
        finally:
            self._now -= 1


async def crowd(
    url: str,
    prefix: str,
    given: dict[str, Any],
    *,
    readers: int = 40,
    seconds: float = 2.0,
    ttl: float = 0.3,
    loading: float = 0.06,
    least: int = 1,
) -> Crowd:
    """Let a crowd read one entry for a while, each reader with a short pause between its reads.

    It goes on until it has seen at least so many loads: a busy machine may stand still for a second.
    """
    client = aio_clients.from_url(url)
    lane = AsyncDirectLane(client, script_text, 10.0)
    made = settings(ttl_ms=int(ttl * 1000), **given)
    cache: AsyncCache[float] = AsyncCache(lane, prefix, made, encode, decode)
    slot = Slot(f"{prefix}crowd")
    seen = Crowd()
    begun = time.monotonic()

    async def reader() -> None:
        while time.monotonic() < begun + seconds or (
            seen.loads < least and time.monotonic() < begun + 20 * seconds
        ):
            started = time.monotonic()
            value = await cache.get_or_load(slot, lambda: seen.load(loading))
            took = time.monotonic() - started
            seen.reads += 1
            seen.waited += value > started
            seen.longest = max(seen.longest, took)
            seen.stale += started - value > ttl + SLACK
            await asyncio.sleep(random.uniform(0, 0.02))

    await asyncio.gather(*(reader() for _ in range(readers)))
    seen.took = time.monotonic() - begun
    await aio_clients.close(client)
    return seen


def measured(url: str, prefix: str, strategy: str, **options: Any) -> Crowd:
    """The crowd of a strategy."""
    return asyncio.run(crowd(url, f"{prefix}:{strategy}:", STRATEGIES[strategy], **options))


async def _expiries(
    url: str, prefix: str, given: dict[str, Any], readers: int, rounds: int
) -> list[int]:
    client = aio_clients.from_url(url)
    lane = AsyncDirectLane(client, script_text, 10.0)
    cache: AsyncCache[float] = AsyncCache(lane, prefix, settings(**given), encode, decode)
    slot = Slot(f"{prefix}expiring")
    seen = Crowd()
    runs: list[int] = []
    for _ in range(rounds):
        before = seen.loads
        await asyncio.gather(
            *(cache.get_or_load(slot, lambda: seen.load(0.03)) for _ in range(readers))
        )
        runs.append(seen.loads - before)
        await ended(client, slot.key, given.get("stale_ms", 0))
    await aio_clients.close(client)
    return runs


async def ended(client: Any, key: str, stale_ms: int) -> None:
    """Bring an entry to its end: it is gone, or stale from now on."""
    await client.pexpire(key, max(1, stale_ms - 1))
    while not stale_ms and await client.exists(key):
        await asyncio.sleep(0.001)


def expiries(
    url: str, prefix: str, strategy: str, readers: int = 50, rounds: int = 20
) -> list[int]:
    """How often the loader ran at each end of an entry, before so many readers at once."""
    given = STRATEGIES[strategy]
    return asyncio.run(_expiries(url, f"{prefix}:{strategy}:", given, readers, rounds))
