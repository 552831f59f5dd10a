"""Every write sets the TTL in its own step; what renews it, and what does not, is as declared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.server.generated.app import App
from tests.server.generated.conftest import Raw
from tests.server.generated.tour import DAY, NEVER, NOW, U1, page_of

HOUR = 3600
Step = Callable[[App, Any], Any]

# keyspace: its key's arguments, its writes (each may create the key), its reads
WRITES: dict[str, tuple[tuple[Any, ...], dict[str, Step], dict[str, Step]]] = {
    "text": (
        (1,),
        {
            "set": lambda app, _: app.text.set(1, "a"),
            "set_many": lambda app, _: app.text.set_many({1: "a", 2: "b"}),
        },
        {"get": lambda app, _: app.text.get(1), "get_many": lambda app, _: app.text.get_many([1])},
    ),
    "page": ((1,), {"set": lambda app, types: app.page.set(1, page_of(types))}, {}),
    "token": (
        (1,),
        {
            "set": lambda app, _: app.token.set(1, b"a"),
            "set_many": lambda app, _: app.token.set_many({1: b"a"}),
        },
        {"get": lambda app, _: app.token.get(1)},
    ),
    "flag": (
        ("a",),
        {"set": lambda app, _: app.flag.set("a", "on")},
        {"get": lambda app, _: app.flag.get("a"), "get_many": lambda app, _: app.flag.get_many(["a"])},
    ),
    "hits": (
        ("x", NOW),
        {
            "increment": lambda app, _: app.hits.increment("x", NOW),
            "decrement": lambda app, _: app.hits.decrement("x", NOW),
        },
        {"get": lambda app, _: app.hits.get("x", NOW)},
    ),
    "renewed": (
        (1,),
        {
            "increment": lambda app, _: app.renewed.increment(1),
            "decrement": lambda app, _: app.renewed.decrement(1),
            "set": lambda app, _: app.renewed.set(1, 5),
        },
        {},
    ),
    "stock": (
        (1, "a"),
        {
            "increment": lambda app, _: app.stock.increment(1, "a"),
            "set": lambda app, _: app.stock.set(1, "a", 5),
        },
        {"get": lambda app, _: app.stock.get(1, "a")},
    ),
    "least": (
        (1,),
        {"decrement": lambda app, _: app.least.decrement(1)},
        {"get": lambda app, _: app.least.get(1), "get_many": lambda app, _: app.least.get_many([1])},
    ),
    "cart": (
        (1,),
        {
            "set": lambda app, types: app.cart.set(1, types.Cart(sku="a")),
            "save": lambda app, _: app.cart.save(1, sku="a", weight=1),
        },
        {"get": lambda app, _: app.cart.get(1), "get_sku": lambda app, _: app.cart.get_sku(1)},
    ),
    "profile": (
        (1,),
        {"save": lambda app, _: app.profile.save(1, name="a", raw=b"")},
        {
            "get": lambda app, _: app.profile.get(1),
            "get_many": lambda app, _: app.profile.get_many([1]),
            "get_raw": lambda app, _: app.profile.get_raw(1),
        },
    ),
    "once": ((1,), {"save": lambda app, _: app.once.save(1, a=1)}, {"get": lambda app, _: app.once.get(1)}),
    "prices": (
        (1,),
        {
            "set": lambda app, _: app.prices.set(1, "a", 1),
            "set_many": lambda app, _: app.prices.set_many(1, {"a": 1, "b": 2}),
            "increment": lambda app, _: app.prices.increment(1, "a"),
        },
        {"get_all": lambda app, _: app.prices.get_all(1)},
    ),
    "weights": (
        (1,),
        {"increment": lambda app, _: app.weights.increment(1, 1, 0.5)},
        {
            "get": lambda app, _: app.weights.get(1, 1),
            "get_many": lambda app, _: app.weights.get_many(1, [1]),
            "get_all": lambda app, _: app.weights.get_all(1),
            "contains": lambda app, _: app.weights.contains(1, 1),
            "size": lambda app, _: app.weights.size(1),
        },
    ),
    "pages": ((1,), {"set": lambda app, types: app.pages.set(1, U1, page_of(types))}, {}),
    "views": (
        (1,),
        {
            "push": lambda app, _: app.views.push(1, 1),
            "push_many": lambda app, _: app.views.push_many(1, [1, 2, 3, 4, 5]),
        },
        {"range": lambda app, _: app.views.range(1)},
    ),
    "inbox": (
        (1,),
        {"push": lambda app, _: app.inbox.push(1, "a")},
        {
            "range": lambda app, _: app.inbox.range(1),
            "latest": lambda app, _: app.inbox.latest(1, 1),
            "get": lambda app, _: app.inbox.get(1, 0),
            "length": lambda app, _: app.inbox.length(1),
        },
    ),
    "log": ((1,), {"push": lambda app, types: app.log.push(1, page_of(types))}, {"pop": lambda app, _: app.log.length(1)}),
    "tags": ((1, 1), {"add": lambda app, _: app.tags.add(1, 1, "a")}, {"size": lambda app, _: app.tags.size(1, 1)}),
    "crowd": (
        (1,),
        {"add": lambda app, _: app.crowd.add(1, 1)},
        {
            "contains": lambda app, _: app.crowd.contains(1, 1),
            "contains_many": lambda app, _: app.crowd.contains_many(1, [1]),
            "size": lambda app, _: app.crowd.size(1),
            "members": lambda app, _: app.crowd.members(1),
            "random": lambda app, _: app.crowd.random(1, 1),
        },
    ),
    "marks": ((1,), {"add": lambda app, _: app.marks.add(1, b"a")}, {}),
    "sales": (
        (DAY,),
        {
            "add": lambda app, _: app.sales.add(DAY, 1, 1),
            "add_many": lambda app, _: app.sales.add_many(DAY, {1: 1, 2: 2}),
            "increment": lambda app, _: app.sales.increment(DAY, 1),
        },
        {"around": lambda app, _: app.sales.around(DAY, 1)},
    ),
    "board": ((1,), {"add": lambda app, _: app.board.add(1, "a", 1)}, {"around": lambda app, _: app.board.around(1, "a")}),
    "ranks": (
        (1,),
        {"add": lambda app, _: app.ranks.add(1, U1, 1)},
        {
            "around": lambda app, _: app.ranks.around(1, U1),
            "top": lambda app, _: app.ranks.top(1, 1),
            "page": lambda app, _: app.ranks.page(1, 0, 1),
            "rank": lambda app, _: app.ranks.rank(1, U1),
            "score": lambda app, _: app.ranks.score(1, U1),
            "range_by_score": lambda app, _: app.ranks.range_by_score(1),
            "count_by_score": lambda app, _: app.ranks.count_by_score(1),
            "size": lambda app, _: app.ranks.size(1),
        },
    ),
    "events": (
        (1,),
        {"append": lambda app, _: app.events.append(1, order_id=U1)},
        {"range": lambda app, _: app.events.range(1)},
    ),
    "audit": (
        (1,),
        {"append": lambda app, types: app.audit.append(1, page=page_of(types))},
        {
            "range": lambda app, _: app.audit.range(1),
            "latest": lambda app, _: app.audit.latest(1, 1),
            "length": lambda app, _: app.audit.length(1),
        },
    ),
    "trail": ((1,), {"append": lambda app, _: app.trail.append(1, raw=b"")}, {}),
    "visitors": ((DAY,), {"add": lambda app, _: app.visitors.add(DAY, 1)}, {"count": lambda app, _: app.visitors.count(DAY)}),
    "uniques": ((1, DAY), {"add": lambda app, _: app.uniques.add(1, DAY, "a")}, {"count": lambda app, _: app.uniques.count(1, DAY)}),
    "seen": ((DAY,), {"set": lambda app, _: app.seen.set(DAY, 1)}, {"get": lambda app, _: app.seen.get(DAY, 1)}),
    "bits": (
        (1,),
        {"set": lambda app, _: app.bits.set(1, 1)},
        {
            "get": lambda app, _: app.bits.get(1, 1),
            "count": lambda app, _: app.bits.count(1),
            "first": lambda app, _: app.bits.first(1),
            "positions": lambda app, _: app.bits.positions(1),
        },
    ),
    "mailed": ((1,), {"add": lambda app, _: app.mailed.add(1, "a", "b")}, {"count": lambda app, _: app.mailed.count(1)}),
    "crawled": (
        ("a", DAY),
        {"add": lambda app, _: app.crawled.add("a", DAY, "x")},
        {
            "contains": lambda app, _: app.crawled.contains("a", DAY, "x"),
            "contains_many": lambda app, _: app.crawled.contains_many("a", DAY, ["x"]),
            "count": lambda app, _: app.crawled.count("a", DAY),
        },
    ),
    "coupons": ((1,), {"add": lambda app, _: app.coupons.add(1, U1)}, {"contains": lambda app, _: app.coupons.contains(1, U1)}),
    "shops": (("it",), {"add": lambda app, _: app.shops.add("it", 1, 1, 1)}, {"size": lambda app, _: app.shops.size("it")}),
    "spots": (
        ("it",),
        {"add": lambda app, _: app.spots.add("it", "a", 1, 1)},
        {
            "search": lambda app, _: app.spots.search("it", 1, 1, radius=1),
            "search_around": lambda app, _: app.spots.search_around("it", "a", radius=1),
            "position": lambda app, _: app.spots.position("it", "a"),
            "distance": lambda app, _: app.spots.distance("it", "a", "a"),
            "size": lambda app, _: app.spots.size("it"),
        },
    ),
}  # fmt: skip
ON_ACCESS = {
    "flag",
    "least",
    "profile",
    "weights",
    "inbox",
    "crowd",
    "ranks",
    "audit",
    "uniques",
    "bits",
    "crawled",
    "spots",
}
KEPT = {"token", "hits", "once", "pages", "log", "marks", "board", "trail", "coupons"}
SHORT = 100_000


@pytest.mark.parametrize("name", WRITES)
def test_writes_set_and_renew_as_declared(name: str, app: App, live: Any, raw: Raw) -> None:
    arguments, writes, _ = WRITES[name]
    accessor = getattr(app, name)
    key = accessor.key(*arguments)
    for write, step in writes.items():
        accessor.delete(*arguments)
        step(app, live.types)
        assert HOUR * 0.9 - 5 < raw.ttl(key) <= HOUR, write
        raw("PEXPIRE", key, SHORT)
        step(app, live.types)
        left = raw.ttl(key)
        assert (left <= 100) if name in KEPT else (left > 3000), (write, left)
        raw("PERSIST", key)  # what somebody else stored without a TTL gets one
        step(app, live.types)
        assert 0 < raw.ttl(key) <= HOUR, write


@pytest.mark.parametrize("name", [name for name in WRITES if WRITES[name][2]])
def test_reads_renew_where_that_is_declared(name: str, app: App, live: Any, raw: Raw) -> None:
    arguments, writes, reads = WRITES[name]
    accessor = getattr(app, name)
    key = accessor.key(*arguments)
    for read, step in reads.items():
        accessor.delete(*arguments)
        try:
            step(app, live.types)
        except Exception as error:
            assert read == "search_around", error
        assert raw.ttl(key) == -2, f"{read} makes no key"
        for write in writes.values():
            write(app, live.types)
        raw("PEXPIRE", key, SHORT)
        step(app, live.types)
        left = raw.ttl(key)
        assert (left > 3000) if name in ON_ACCESS else (left <= 100), (read, left)


def test_never_means_never(app: App, live: Any, raw: Raw) -> None:
    app.forever.set(1, 1)
    app.forever.set_many({2: 2})
    app.total.increment(1)
    app.total.set(2, 5)
    app.order.save(U1, sku="a", total=1.0, page=page_of(live.types))
    app.labels.set(1, "a", "b")
    app.lines.push(1, "a")
    app.kinds.add(1, "x")
    app.peaks.add(1, DAY, 1)
    app.ledger.append(1, a=1)
    app.ever.add(1, U1)
    app.flags.set(1, 1)
    app.banned.add(1, "x")
    app.pins.add("a", "b", 1, 1)
    arguments: dict[str, tuple[Any, ...]] = {"order": (U1,), "pins": ("a",)}
    for name in sorted(NEVER):
        given = arguments.get(name, (1,))
        accessor = getattr(app, name)
        assert raw.ttl(accessor.key(*given)) == -1, name
        assert accessor.ttl(*given) == timedelta.max
        assert not hasattr(getattr(app.client, name), "touch")


CHOSEN: dict[str, Step] = {
    "token": lambda app, ttl: app.token.set(1, b"a", ttl=ttl),
    "motd": lambda app, ttl: app.motd.set("a", ttl=ttl),
    "hits": lambda app, ttl: app.hits.increment("x", NOW, ttl=ttl),
    "cart": lambda app, ttl: app.cart.save(1, sku="a", ttl=ttl),
    "prices": lambda app, ttl: app.prices.set(1, "a", 1, ttl=ttl),
    "views": lambda app, ttl: app.views.push(1, 1, ttl=ttl),
    "tags": lambda app, ttl: app.tags.add(1, 1, "a", ttl=ttl),
    "sales": lambda app, ttl: app.sales.add(DAY, 1, 1, ttl=ttl),
    "events": lambda app, ttl: app.events.append(1, order_id=U1, ttl=ttl),
    "visitors": lambda app, ttl: app.visitors.add(DAY, 1, ttl=ttl),
    "seen": lambda app, ttl: app.seen.set(DAY, 1, ttl=ttl),
    "mailed": lambda app, ttl: app.mailed.add(1, "a", ttl=ttl),
    "shops": lambda app, ttl: app.shops.add("it", 1, 1, 1, ttl=ttl),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_call_chooses_up_to_the_maximum(name: str, app: App, raw: Raw) -> None:
    arguments = () if name == "motd" else WRITES[name][0]
    accessor = getattr(app, name)
    key = accessor.key(*arguments)
    for wrong in (timedelta(hours=2, milliseconds=1), timedelta(0), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="ttl"):
            CHOSEN[name](app, wrong)
    assert raw.ttl(key) == -2
    CHOSEN[name](app, timedelta(hours=2))
    assert 2 * HOUR - 5 < raw.ttl(key) <= 2 * HOUR
    accessor.delete(*arguments)
    CHOSEN[name](app, timedelta(milliseconds=1500))
    assert 0 < raw("PTTL", key) <= 1500
    accessor.touch(*arguments, ttl=timedelta(minutes=1))
    assert 50 < raw.ttl(key) <= 60
    accessor.touch(*arguments)
    assert raw.ttl(key) > 3000


def test_jitter_spreads_and_never_adds(app: App, live: Any, raw: Raw) -> None:
    app.page.set_many({at: page_of(live.types) for at in range(200)})
    left = [raw("PTTL", app.page.key(at)) for at in range(200)]
    assert max(left) <= HOUR * 1000
    assert min(left) > HOUR * 900 - 10_000
    assert len(set(left)) > 150


def test_updates_keep_or_renew(app: App, live: Any, raw: Raw) -> None:
    app.cart.save(1, sku="a", weight=1)
    app.once.save(1, a=1)
    for key, steps, kept in (
        (app.cart.key(1), (lambda: app.cart.update(1, sku="b"), lambda: app.cart.increment_quantity(1)), False),
        (app.once.key(1), (lambda: app.once.update(1, a=2), lambda: app.once.increment_a(1)), True),
    ):  # fmt: skip
        for step in steps:
            raw("PEXPIRE", key, SHORT)
            assert step()
            assert (raw.ttl(key) <= 100) is kept
    assert app.cart.update(2, sku="b") is False
    assert app.cart.increment_quantity(2) is None
    assert raw.ttl(app.cart.key(2)) == -2


def test_string_conditions_and_ttl(app: App, raw: Raw) -> None:
    key = app.text.key(1)
    app.text.set(1, "a")
    raw("PEXPIRE", key, SHORT)
    assert not app.text.set(1, "b", only_if_absent=True)
    assert raw.ttl(key) <= 100
    assert app.text.set(1, "c", only_if_present=True)
    assert raw.ttl(key) > 3000
