"""Locks of every kind while their slots move between the primaries of a cluster: nobody is beside a holder, none is lost."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from redisspec.runtime.leases import LockLost
from tests.operations.reshard import moving
from tests.patterns.locks.kit import aio_lock_of, sync_lock
from tests.proof import TIMES
from tests.server.servers import Cluster

pytestmark = pytest.mark.proof

SECONDS = 4.0 * min(TIMES, 10)
PLACES = range(4)
KINDS = ("mutex", "semaphore", "reader", "writer")
PERMITS = 2
TASKS = 2
"""Tasks a kind; there is a thread of each as well."""
BALLAST = 40
"""Keys beside the locks: the more there are to move, the longer a slot is in two places."""


@dataclass
class Seen:
    """Who is where, by what the holders themselves say; and what went wrong."""

    taken: Counter[str] = field(default_factory=Counter)
    overlaps: Counter[str] = field(default_factory=Counter)
    back: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    _now: dict[str, Counter[str]] = field(default_factory=dict)
    _fences: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def inside(self, kind: str, key: str, lease: Any) -> Iterator[None]:
        """While somebody holds the lock."""
        with self._guard:
            now = self._now.setdefault(key, Counter())
            now[kind] += 1
            self.taken[kind] += 1
            most = PERMITS if kind == "semaphore" else 1
            alone = now["writer"] == 0 if kind == "reader" else now.total() <= most
            self.overlaps[kind] += not alone
            if hasattr(lease, "fence"):
                self.back += lease.fence <= self._fences.get(key, 0)
                self._fences[key] = lease.fence
        try:
            yield
        finally:
            with self._guard:
                now[kind] -= 1


def key_of(namespace: str, kind: str, place: int) -> str:
    room = "room" if kind in ("reader", "writer") else kind
    return f"{namespace}:{{{place}}}:{room}"


def threaded(
    seen: Seen, lock: Any, kind: str, keys: list[str], until: float, longest: float = 0.03
) -> None:
    """A thread that takes one lock after the other."""
    while time.monotonic() < until:
        key = random.choice(keys)
        try:
            lease = lock.acquire(key, None, None, None)
            if lease is None:
                seen.failed["busy for the whole wait"] += 1
                continue
            with seen.inside(kind, key, lease):
                time.sleep(random.uniform(0, longest))
                if random.random() < 0.3:
                    lease.extend()
                seen.lost["by its clock"] += lease.lost
            seen.lost["at its release"] += not lease.release()
        except LockLost:
            seen.lost["when extended"] += 1
        except Exception as error:
            seen.failed[f"{type(error).__name__}: {error}"[:120]] += 1


async def tasked(seen: Seen, lock: Any, kind: str, keys: list[str], until: float) -> None:
    """The same, awaited."""
    while time.monotonic() < until:
        key = random.choice(keys)
        try:
            lease = await lock.acquire(key, None, None, None)
            if lease is None:
                seen.failed["busy for the whole wait"] += 1
                continue
            with seen.inside(kind, key, lease):
                await asyncio.sleep(random.uniform(0, 0.03))
                if random.random() < 0.3:
                    await lease.extend()
                seen.lost["by its clock"] += lease.lost
            seen.lost["at its release"] += not await lease.release()
        except LockLost:
            seen.lost["when extended"] += 1
        except Exception as error:
            seen.failed[f"{type(error).__name__}: {error}"[:120]] += 1


@contextmanager
def slots_moving(cluster: Cluster, namespace: str) -> Iterator[Any]:
    """Meanwhile the locks' slots move, with other keys that are in them."""
    slots = [cluster.nodes[0].call("CLUSTER", "KEYSLOT", f"{{{place}}}") for place in PLACES]
    with cluster.client() as client:
        for place in PLACES:
            client.set(key_of(namespace, "known", place), "x", px=600_000)
            for at in range(BALLAST):
                client.set(f"{namespace}:{{{place}}}:ballast:{at}", "x" * 100, px=600_000)
    with moving(cluster, slots) as moved:
        yield moved
    assert not moved.errors, moved.errors
    assert moved.slots > 4 and moved.keys > 100, moved


def begun(
    seen: Seen, lock: Any, kind: str, namespace: str, until: float, *longest: float
) -> threading.Thread:
    """A thread at work."""
    keys = [key_of(namespace, kind, place) for place in PLACES]
    thread = threading.Thread(target=threaded, args=(seen, lock, kind, keys, until, *longest))
    thread.start()
    return thread


@pytest.mark.slow
def test_locks_while_their_slots_move(cluster: Cluster, namespace: str) -> None:
    seen = Seen()
    options: dict[str, Any] = {"ttl_ms": 10_000, "wait_ms": 8_000, "deadline": 20.0}
    url = cluster.cluster_url
    locks = {kind: sync_lock(url, namespace, kind, **options) for kind in KINDS}

    async def tasks(until: float) -> None:
        made = {kind: aio_lock_of(url, namespace, kind, **options) for kind in KINDS}
        work = [
            tasked(seen, made[kind], kind, [key_of(namespace, kind, at) for at in PLACES], until)
            for kind in [*KINDS] * TASKS
        ]
        await asyncio.gather(*work)
        for lock in made.values():
            await lock._lane._client.aclose()

    with slots_moving(cluster, namespace) as moved:
        until = time.monotonic() + SECONDS
        threads = [begun(seen, locks[kind], kind, namespace, until) for kind in KINDS]
        asyncio.run(tasks(until))
        for thread in threads:
            thread.join()
    for lock in locks.values():
        lock._lane._client.close()
    print(f"{moved}, taken {dict(seen.taken)}, failed {dict(seen.failed)}")
    assert min(seen.taken[kind] for kind in KINDS) > 5, seen.taken
    assert seen.overlaps.total() == 0, seen.overlaps
    assert seen.back == 0, "a fence was not higher than the one before"
    assert seen.lost.total() == 0, seen.lost
    assert not seen.failed, seen.failed


class MadeUp:
    """A mutex whose scripts make up its key, beside one that they declare: the control."""

    NAME = "local key = string.gsub(KEYS[1], 'known', 'made up') "
    TAKE = NAME + "return redis.call('SET', key, ARGV[1], 'NX', 'PX', 10000) and 1 or 0"
    GIVE = NAME + "return redis.call('GET', key) == ARGV[1] and redis.call('DEL', key) or 0"

    def __init__(self, client: Any) -> None:
        self.client = client

    def acquire(self, key: str, *_: Any) -> Any:
        token = f"{random.getrandbits(64)}"
        while not self.client.eval(self.TAKE, 1, key, token):
            time.sleep(0.002)
        return SimpleNamespace(
            lost=False,
            extend=lambda: None,
            release=lambda: self.client.eval(self.GIVE, 1, key, token) == 1,
        )


@pytest.mark.slow
def test_control_a_lock_whose_key_is_made_up(cluster: Cluster, namespace: str) -> None:
    """It is taken in both places, and what was acknowledged is lost: on a busy machine in a later round."""
    seen = Seen()
    for _ in range(5):
        made_up(cluster, namespace, seen)
        if seen.overlaps.total() + seen.lost.total() > 0:
            break
    assert seen.overlaps.total() + seen.lost.total() > 0, seen


def made_up(cluster: Cluster, namespace: str, seen: Seen) -> None:
    """Four seconds of locks whose keys are made up, while their slots move."""
    with cluster.client() as client:
        with slots_moving(cluster, namespace) as moved:
            until = time.monotonic() + 4
            # held for long, so that some of them are when what is declared has moved
            lock = MadeUp(client)
            threads = [begun(seen, lock, "known", namespace, until, 0.2) for _ in range(6)]
            for thread in threads:
                thread.join()
        for place in PLACES:
            client.delete(key_of(namespace, "made up", place))
    print(
        f"{moved}, taken {dict(seen.taken)}, {dict(seen.overlaps)}, {dict(seen.lost)}, {dict(seen.failed)}"
    )
