"""A walk over every method of every structure: what each answers, in an order that servers cannot change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.server.generated.app import App

U1, U2, U3 = (UUID(int=n) for n in (1, 2, 3))
DAY, DAY2 = date(2026, 11, 22), date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 10, 30, 5, 123456, tzinfo=UTC)


def page_of(types: Any, title: str = "é☃", **others: Any) -> Any:
    author = types.Author(id=U1, born=DAY, extra={"a": [1, None, True, 1.5, "x"]})
    return types.Page(title=title, price=Decimal("1.50"), seen=NOW, author=author, **others)


def tour(app: App, types: Any) -> list[Any]:
    """What every method answered; times and IDs, which differ, as whether they make sense."""
    out: list[Any] = []
    say = out.append
    for structure in (
        strings, counters, hashes, maps, lists, sets, sorted_sets, streams, logs, bitmaps, blooms, geos, keys,
    ):  # fmt: skip
        structure(app, types, say)
    return out


def lived(left: timedelta | None, most: timedelta = timedelta(hours=1)) -> bool:
    return left is not None and most * 0.85 < left <= most


def strings(app: App, types: Any, say: Any) -> None:
    say(app.text.get(1))
    say(app.text.set(1, "a\x00b☃"))
    say(app.text.get(1))
    say(app.text.set(1, "no", only_if_absent=True))
    say(app.text.set(2, "no", only_if_present=True))
    say(app.text.set(1, "yes", only_if_present=True))
    say(app.text.set_many({3: "c", 4: ""}))
    say(app.text.get_many([1, 2, 3, 4]))
    say(app.text.get_and_delete(3))
    say(app.text.get_and_delete(3))
    say(app.text.exists(1))
    say(app.text.delete(1))
    say(app.text.exists(1))
    say(app.text.ttl(1))
    say(app.text.touch(1))
    say(lived(app.text.ttl(4)))
    say(app.page.set(1, page_of(types)))
    say(app.page.get(1))
    say(app.page.get_many([1, 2]))
    say(app.page.set_many({2: page_of(types, words=["w"])}))
    say(app.page.get_and_delete(2))
    say(app.token.set(1, b"\xff\x00", ttl=timedelta(hours=2)))
    say(app.token.set(1, b"\xfe", only_if_present=True))
    say(app.token.get(1))
    say(app.token.touch(1, ttl=timedelta(hours=2)))
    say(lived(app.token.ttl(1), timedelta(hours=2)))
    say(app.token.set_many({2: b""}, ttl=timedelta(hours=2)))
    say(app.flag.set("a", "off-1"))
    say(app.flag.get("a"))
    say(app.flag.get_many(["a", "b"]))
    say(app.forever.set(1, 2**70))
    say(app.forever.get(1))
    say(app.forever.ttl(1))
    say(app.forever.set_many({2: -1}))
    say(app.motd.set("m", ttl=timedelta(hours=2)))
    say(app.motd.get())
    say(app.motd.key().rpartition(":")[2])
    say(app.motd.get_and_delete())


def counters(app: App, types: Any, say: Any) -> None:
    say(app.hits.get("::1", NOW))
    say(app.hits.increment("::1", NOW))
    say(app.hits.increment("::1", NOW, by=2**62))
    say(app.hits.decrement("::1", NOW, by=2**60, ttl=timedelta(hours=2)))
    say(app.hits.get("::1", NOW))
    say(app.hits.get_many([("::1", NOW), ("x", NOW)]))
    say(app.hits.set("y", NOW, 5))
    say(app.hits.get("y", NOW))
    say(app.renewed.increment(1))
    say(app.stock.increment(1, "a", by=100))
    say(app.stock.decrement(1, "a", by=30))
    say(app.stock.set(1, "a", 5))
    say(app.stock.get(1, "a"))
    say(app.total.increment(1))
    say(app.total.set(1, -(2**63)))
    say(app.total.get(1))
    say(app.total.decrement(2, 3))
    say(app.least.decrement(1, by=10))
    say(app.least.get(1))
    say(app.least.get_many([1, 2]))


def hashes(app: App, types: Any, say: Any) -> None:
    say(app.cart.get(1))
    say(app.cart.save(1, sku="a", weight=1.5, tags=["x"], added=NOW, ttl=timedelta(hours=2)))
    say(app.cart.get(1))
    say(app.cart.update(1, quantity=2, weight=None))
    say(app.cart.update(2, quantity=2))
    say(app.cart.set(3, types.Cart(sku="b")))
    say(app.cart.get_many([1, 2, 3]))
    say([app.cart.get_sku(1), app.cart.get_quantity(1), app.cart.get_weight(1)])
    say([app.cart.get_tags(1), app.cart.get_added(1), app.cart.get_sku(9)])
    say(app.cart.increment_quantity(1, by=2**40))
    say(app.cart.increment_quantity(9))
    say(app.cart.increment_weight(1, 0.5))
    say(app.order.save(U1, sku="s", total=0.25, page=page_of(types)))
    say(app.order.get(U1))
    say(app.order.increment_total(U1, by=-1.5))
    say(app.order.update(U1, sku="t"))
    say(app.profile.save(1, name="n", raw=b"\xff"))
    say(app.profile.get(1))
    say(app.profile.get_raw(1))
    say(app.once.set(1, types.Once(a=1, b=2)))
    say(app.once.increment_b(1, by=5))


def maps(app: App, types: Any, say: Any) -> None:
    say(app.prices.set(1, "a", 1))
    say(app.prices.set(1, "a", 2))
    say(app.prices.set_many(1, {"b": 3, "a": 4}, ttl=timedelta(hours=2)))
    say(app.prices.get(1, "a"))
    say(app.prices.get_many(1, ["a", "x", "b"]))
    say(app.prices.get_all(1))
    say(app.prices.increment(1, "c", by=2**60))
    say(app.prices.increment(1, "c"))
    say(app.prices.contains(1, "c"))
    say(app.prices.size(1))
    say(sorted(app.prices.iterate(1)))
    say(app.prices.remove(1, "c", "x"))
    say(app.weights.set(1, 5, 0.5))
    say(app.weights.increment(1, 5, 1.25))
    say(app.weights.get_all(1))
    say(sorted(app.weights.iterate(1)))
    say(app.pages.set_many(1, {U1: page_of(types)}))
    say(app.pages.get_all(1))
    say(app.labels.set(1, "☃", "\x00"))
    say(app.labels.get_all(1))


def lists(app: App, types: Any, say: Any) -> None:
    say(app.views.push(1, 1))
    say(app.views.push_many(1, [2, 3, 4]))
    say(app.views.range(1))
    say(app.views.range(1, 1, 1))
    say(app.views.latest(1, 2))
    say(app.views.latest(1, 0))
    say(app.views.get(1, 0))
    say(app.views.get(1, 9))
    say(app.views.length(1))
    say(app.views.iterate(1, page=2))
    say(app.views.remove(1, 3))
    say(app.views.pop(1))
    say(app.views.pop_oldest(1))
    say(app.views.pop(1))
    say(app.inbox.push(1, "a"))
    say(app.inbox.push_many(1, ["b", "c"]))
    say(app.inbox.trim(1, 2))
    say(app.inbox.range(1))
    say(app.inbox.iterate(1))
    say(app.log.push(1, page_of(types)))
    say(app.log.latest(1, 5))
    say(app.lines.push(1, "x"))
    say(app.lines.push_many(1, ["y", "z"]))
    say(app.lines.range(1))


def sets(app: App, types: Any, say: Any) -> None:
    say(app.tags.add(1, 1, "a", "b", "a"))
    say(app.tags.add(1, 2, "b", "c"))
    say(app.tags.contains(1, 1, "a"))
    say(app.tags.contains_many(1, 1, ["a", "x"]))
    say(app.tags.size(1, 1))
    say(app.tags.members(1, 1))
    say(sorted(app.tags.random(1, 1, 9)))
    say(sorted(app.tags.iterate(1, 1)))
    say(app.tags.intersection([(1, 1), (1, 2)]))
    say(app.tags.union([(1, 1), (1, 2)]))
    say(app.tags.difference([(1, 1), (1, 2)]))
    say(app.tags.intersection([]))
    say(app.tags.remove(1, 1, "a", "x"))
    say(app.tags.remove(1, 1))
    say(app.tags.pop(1, 1))
    say(app.tags.pop(1, 1))
    say(app.crowd.add(1, 1, 2))
    say(sorted(app.crowd.members(1)))
    say(app.marks.add(1, b"\xff\x00"))
    say(app.marks.members(1))
    say(app.kinds.add(1, "x", "y"))
    say(app.kinds.members(1))


def sorted_sets(app: App, types: Any, say: Any) -> None:
    say(app.sales.add(DAY, 1, 10))
    say(app.sales.add(DAY, 1, 5, only_if_greater=True))
    say(app.sales.add(DAY, 1, 5, only_if_less=True))
    say(app.sales.add(DAY, 1, 7, only_if_absent=True))
    say(app.sales.add(DAY, 9, 7, only_if_present=True))
    say(app.sales.add_many(DAY, {2: 20, 3: 30.5, 4: 40}, ttl=timedelta(hours=2)))
    say(app.sales.increment(DAY, 2))
    say(app.sales.increment(DAY, 2, by=-0.5))
    say(app.sales.score(DAY, 2))
    say(app.sales.score(DAY, 99))
    say(app.sales.rank(DAY, 2))
    say(app.sales.rank(DAY, 99))
    say(app.sales.top(DAY, 2))
    say(app.sales.top(DAY, 0))
    say(app.sales.page(DAY, 1, 2))
    say(app.sales.around(DAY, 3, 1))
    say(app.sales.around(DAY, 99))
    say(app.sales.range_by_score(DAY, lowest=20, highest=35, count=1))
    say(app.sales.range_by_score(DAY))
    say(app.sales.count_by_score(DAY, lowest=21))
    say(app.sales.size(DAY))
    say(sorted(app.sales.iterate(DAY)))
    say(app.sales.remove(DAY, 3, 99))
    say(app.sales.remove(DAY))
    say(app.sales.remove_by_score(DAY, highest=21))
    say(app.sales.pop_highest(DAY))
    say(app.sales.pop_lowest(DAY, 2))
    say(app.board.add(1, "a", float("inf")))
    say(app.board.add_many(1, {"b": float("-inf"), "c": 0.1}))
    say(app.board.top(1, 5))
    say(app.board.pop_lowest(1))
    say(app.ranks.add(1, U1, 1))
    say(app.ranks.increment(1, U2, by=2.5))
    say(app.ranks.around(1, U1))
    say(app.ranks.top(1, 5))
    say(app.peaks.add(1, DAY, 1.5))
    say(app.peaks.iterate(1))


def streams(app: App, types: Any, say: Any) -> None:
    first = app.events.append(1, order_id=U1)
    second = app.events.append(1, order_id=U2, quantity=5, note="n", ttl=timedelta(hours=2))
    say([part.isdigit() for part in first.split("-")])

    def entries(found: list[tuple[str, Any]]) -> list[Any]:
        return [({first: 1, second: 2}.get(name, 0), record) for name, record in found]

    say(entries(app.events.range(1)))
    say(entries(app.events.range(1, second, "+", count=1)))
    say(entries(app.events.latest(1, 1)))
    say(entries(app.events.read(1)))
    say(entries(app.events.read(1, first, count=1)))
    say(app.events.read(1, second, wait=0.05))
    say(app.events.length(1))
    say(app.events.remove(1, first))
    say(app.events.remove(1, first))
    say(app.events.trim(1, 0))
    say(len(app.audit.append(1, page=page_of(types))) > 3)
    say([record for _, record in app.audit.range(1)])
    say([record for _, record in app.audit.read(1)])
    app.trail.append(1, raw=b"\xff\x00")
    say([record for _, record in app.trail.latest(1, 1)])
    app.ledger.append(1, a=-1)
    say([record for _, record in app.ledger.range(1)])


def logs(app: App, types: Any, say: Any) -> None:
    say(app.visitors.add(DAY, 1, 2, 3))
    say(app.visitors.add(DAY, 1))
    say(app.visitors.add(DAY2, 3, 4, ttl=timedelta(hours=2)))
    say(app.visitors.count(DAY))
    say(app.visitors.count_merged([DAY, DAY2, date(2020, 1, 1)]))
    say(app.visitors.count_merged([]))
    say(app.uniques.add(1, DAY, "a", "b"))
    say(app.uniques.add(1, DAY2, "b", "c"))
    say(app.uniques.count(1, DAY))
    say(app.uniques.count_merged([(1, DAY), (1, DAY2)]))
    say(app.ever.add(1, U1))
    say(app.ever.count(1))


def bitmaps(app: App, types: Any, say: Any) -> None:
    say(app.seen.first(DAY))
    say(app.seen.set(DAY, 99))
    say(app.seen.set(DAY, 7))
    say(app.seen.set(DAY, 7, False))
    say(app.seen.set(DAY, 0, True, ttl=timedelta(hours=2)))
    say([app.seen.get(DAY, 0), app.seen.get(DAY, 1), app.seen.get(DAY, 99)])
    say(app.seen.count(DAY))
    say(app.seen.first(DAY))
    say(app.seen.first(DAY, False))
    say(app.seen.positions(DAY))
    say(app.seen.positions(DAY2))
    say(app.bits.set(1, 1000))
    say(app.bits.positions(1))
    say(app.bits.first(1))
    say(app.flags.set(1, 5))
    say(app.flags.count(1))


def blooms(app: App, types: Any, say: Any) -> None:
    say(app.mailed.contains(1, "a"))
    say(app.mailed.add(1, "a", "b", "a"))
    say(app.mailed.add(1, "b", "☃", ttl=timedelta(hours=2)))
    say(app.mailed.add(1))
    say(app.mailed.contains(1, "☃"))
    say(app.mailed.contains(1, "x"))
    say(app.mailed.contains_many(1, ["a", "x", "☃", "b"]))
    say(app.mailed.contains_many(1, []))
    say(app.mailed.contains_many(2, ["a", "b"]))
    say(app.mailed.count(1))
    say(app.mailed.count(2))
    say(app.crawled.add("a", DAY, "http://a"))
    say(app.crawled.contains("a", DAY, "http://a"))
    say(app.crawled.count("a", DAY))
    say(app.coupons.add(1, U1, U2))
    say(app.coupons.contains_many(1, [U2, U3]))
    say(app.banned.add(1, "y"))
    say(app.banned.contains_many(1, ["x", "y"]))


def geos(app: App, types: Any, say: Any) -> None:
    def near(found: list[tuple[Any, float]]) -> list[Any]:
        return [(member, round(distance, -2)) for member, distance in found]

    say(app.shops.add("it", 1, 13.361389, 38.115556))
    say(app.shops.add("it", 1, 13.361389, 38.115556))
    say(app.shops.add("it", 2, 15.087269, 37.502669, ttl=timedelta(hours=2)))
    say(near(app.shops.search("it", 15, 37, radius=200_000)))
    say(near(app.shops.search("it", 15, 37, radius=200_000, count=1)))
    say(near(app.shops.search_around("it", 1, radius=200_000)))
    say([round(part, 4) for part in app.shops.position("it", 1)])
    say(app.shops.position("it", 9))
    say(round(app.shops.distance("it", 1, 2), -2))
    say(app.shops.distance("it", 1, 9))
    say(app.shops.size("it"))
    say(app.shops.remove("it", 1, 9))
    say(app.spots.add("it", "☃", 1, 1))
    say(near(app.spots.search("it", 1, 1, radius=5)))
    say(near(app.spots.search_around("it", "☃", radius=5)))
    say(app.spots.position("it", "x"))
    say(app.spots.distance("it", "☃", "☃"))
    say(app.pins.add("it", "a", 0, 0))
    say(app.pins.size("it"))


EVERY = (1, U1, "a-b_c", "é x", "a:{b}*☃", DAY, DAY, DAY, NOW, "y-1", "0123abcd")


def keys(app: App, types: Any, say: Any) -> None:
    """The methods that every keyspace has, on one key of each."""
    say(app.every_key.set(*EVERY, 7))
    say(app.every_key.get(*EVERY))
    say(app.every_key.key(*EVERY).partition(":")[2])
    say(app.every_key.scan())
    for name, arguments in SAMPLES.items():
        accessor = getattr(app, name)
        kept = name in NEVER
        say((name, accessor.exists(*arguments), kept or app_touch(accessor, arguments)))
        left = accessor.ttl(*arguments)
        say(left == timedelta.max if kept else lived(left))
        say(accessor.key(*arguments).count(":") > 0)
        if arguments:
            say(sorted(map(str, accessor.scan())))
        say(accessor.delete(*arguments))
        say(accessor.delete(*arguments))
        if arguments:
            say(accessor.delete_all(confirm=name) >= 0)


def app_touch(accessor: Any, arguments: tuple[Any, ...]) -> bool:
    touched: bool = accessor.touch(*arguments)
    return touched


NEVER = {
    "forever",
    "total",
    "order",
    "labels",
    "lines",
    "kinds",
    "peaks",
    "ledger",
    "ever",
    "flags",
    "banned",
    "pins",
}
SAMPLES: dict[str, tuple[Any, ...]] = {
    "text": (4,), "page": (1,), "token": (2,), "flag": ("a",), "forever": (1,), "every_key": EVERY,
    "hits": ("y", NOW), "renewed": (1,), "stock": (1, "a"), "total": (1,), "least": (1,),
    "cart": (1,), "order": (U1,), "profile": (1,), "once": (1,),
    "prices": (1,), "weights": (1,), "pages": (1,), "labels": (1,),
    "inbox": (1,), "log": (1,), "lines": (1,),
    "tags": (1, 2), "crowd": (1,), "marks": (1,), "kinds": (1,),
    "board": (1,), "ranks": (1,), "peaks": (1,),
    "audit": (1,), "trail": (1,), "ledger": (1,),
    "visitors": (DAY2,), "uniques": (1, DAY), "ever": (1,),
    "seen": (DAY,), "bits": (1,), "flags": (1,),
    "mailed": (1,), "crawled": ("a", DAY), "coupons": (1,), "banned": (1,),
    "shops": ("it",), "spots": ("it",), "pins": ("it",),
}  # fmt: skip


def transcript(app: App, types: Any) -> list[str]:
    """The walk as lines of text, to be compared and to be read."""
    return [repr(plain(answer)) for answer in tour(app, types)]


def plain(value: Any) -> Any:
    """A result with records as their names and fields, so that packages can be compared."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, set):
        return {"set": sorted((plain(item) for item in value), key=repr)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if hasattr(value, "__match_args__"):
        fields = {name: plain(getattr(value, name)) for name in value.__match_args__}
        return {type(value).__name__: fields}
    return value
