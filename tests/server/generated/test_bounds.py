"""Bounds hold exactly, in the same step as the write; what is refused changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.server.generated.app import App
from tests.server.generated.conftest import Raw
from tests.server.generated.tour import DAY, U1, page_of


def unchanged(raw: Raw, key: str, refused: Callable[[], Any], error: type[Exception]) -> Any:
    """The error of what is refused, after a look that key and TTL are as they were."""
    raw("PEXPIRE", key, 100_000)
    before = raw("DUMP", key)
    with pytest.raises(error) as caught:
        refused()
    assert raw("DUMP", key) == before
    assert raw.ttl(key) <= 100
    found: Any = caught.value
    assert found.key == key
    return found


def test_a_list_trims_the_oldest(app: App, raw: Raw) -> None:
    key = app.views.key(1)
    for at in range(10):
        assert app.views.push(1, at) == min(at + 1, 3)
        assert raw("LLEN", key) <= 3
    assert raw("LRANGE", key, 0, -1) == [b"9", b"8", b"7"]
    assert app.views.push_many(1, range(100, 200)) == 3
    assert raw("LRANGE", key, 0, -1) == [b"199", b"198", b"197"]
    assert app.views.push_many(1, []) == 3


def test_a_list_refuses(app: App, live: Any, raw: Raw) -> None:
    key = app.inbox.key(1)
    app.inbox.push_many(1, ["a", "b"])
    full = unchanged(raw, key, lambda: app.inbox.push_many(1, ["c", "d"]), live.CollectionFull)
    assert (full.max_items, str(full)) == (3, f"{key}: full at 3 items")
    assert app.inbox.push(1, "c") == 3
    unchanged(raw, key, lambda: app.inbox.push(1, "d"), live.CollectionFull)
    app.inbox.pop(1)
    assert app.inbox.push(1, "d") == 3


def test_a_set_refuses(app: App, live: Any, raw: Raw) -> None:
    key = app.tags.key(1, 1)
    assert app.tags.add(1, 1, "a", "b", "b", "a") == 2
    unchanged(raw, key, lambda: app.tags.add(1, 1, "c", "d"), live.CollectionFull)
    assert app.tags.add(1, 1, "a", "b", "c", "c") == 1
    unchanged(raw, key, lambda: app.tags.add(1, 1, "d"), live.CollectionFull)
    assert app.tags.add(1, 1, "a", "b", "c") == 0


def test_a_map_refuses(app: App, live: Any, raw: Raw) -> None:
    key = app.prices.key(1)
    app.prices.set_many(1, {"a": 1, "b": 2})
    unchanged(raw, key, lambda: app.prices.set_many(1, {"c": 1, "d": 2}), live.CollectionFull)
    assert app.prices.set_many(1, {"a": 5, "c": 3}) == 1
    unchanged(raw, key, lambda: app.prices.set(1, "d", 1), live.CollectionFull)
    unchanged(raw, key, lambda: app.prices.increment(1, "d"), live.CollectionFull)
    assert app.prices.set(1, "a", 7) is False
    assert app.prices.increment(1, "a", by=-9) == -2
    # the number -1 is a value like any other
    assert app.prices.increment(1, "a") == -1


def test_a_sorted_set_trims_the_lowest(app: App, raw: Raw) -> None:
    key = app.sales.key(DAY)
    app.sales.add_many(DAY, {at: at for at in range(10)})
    assert raw("ZRANGE", key, 0, -1) == [b"7", b"8", b"9"]
    app.sales.add(DAY, 1, 0.5)
    assert raw("ZRANGE", key, 0, -1) == [b"7", b"8", b"9"]
    app.sales.increment(DAY, 1, by=100)
    assert raw("ZRANGE", key, 0, -1) == [b"8", b"9", b"1"]
    app.sales.add(DAY, 2, 50)
    assert raw("ZCARD", key) == 3


def test_a_sorted_set_refuses(app: App, live: Any, raw: Raw) -> None:
    key = app.board.key(1)
    app.board.add_many(1, {"a": 1, "b": 2, "c": 3})
    for refused in (
        lambda: app.board.add(1, "d", 9),
        lambda: app.board.add(1, "d", 9, only_if_greater=True),
        lambda: app.board.add(1, "d", 9, only_if_absent=True),
        lambda: app.board.add_many(1, {"a": 5, "d": 9}),
        lambda: app.board.increment(1, "d"),
    ):
        unchanged(raw, key, refused, live.CollectionFull)
    assert app.board.add(1, "d", 9, only_if_present=True) is False
    assert app.board.add(1, "a", -1) is True
    assert app.board.increment(1, "a", by=0.5) == -0.5
    # a score of -1 is a value like any other
    assert app.board.increment(1, "a", by=-0.5) == -1.0


def test_a_stream_trims_the_oldest(app: App, raw: Raw) -> None:
    names = [app.events.append(1, order_id=U1, quantity=at) for at in range(10)]
    assert [name.decode() for name, _ in raw("XRANGE", app.events.key(1), "-", "+")] == names[-3:]


def test_a_stream_refuses(app: App, live: Any, raw: Raw) -> None:
    page = page_of(live.types)
    for _ in range(3):
        app.audit.append(1, page=page)
    unchanged(raw, app.audit.key(1), lambda: app.audit.append(1, page=page), live.CollectionFull)


def test_a_geo_index_refuses(app: App, live: Any, raw: Raw) -> None:
    for member in range(3):
        app.shops.add("it", member, 1, 1)
    unchanged(raw, app.shops.key("it"), lambda: app.shops.add("it", 9, 1, 1), live.CollectionFull)
    assert app.shops.add("it", 2, 5, 5) is True


def test_a_bloom_filter_refuses(app: App, live: Any, raw: Raw) -> None:
    key = app.mailed.key(1)
    assert app.mailed.add(1, "a", "b", "b", "c") == 3
    full = unchanged(raw, key, lambda: app.mailed.add(1, "d", "e", "f"), live.CollectionFull)
    assert (full.max_items, str(full)) == (5, f"{key}: full at 5 items")
    assert app.mailed.add(1, "a", "d", "e", "d", "e") == 2
    unchanged(raw, key, lambda: app.mailed.add(1, "f"), live.CollectionFull)
    assert app.mailed.add(1, "a", "b", "c", "d", "e", "a") == 0
    assert app.mailed.count(1) == 5
    with pytest.raises(live.CollectionFull):
        app.mailed.add(2, *"abcdef")
    assert raw.ttl(app.mailed.key(2)) == -2


def test_a_bitmap_ends(app: App, live: Any, raw: Raw) -> None:
    app.seen.set(DAY, 99)
    for offset in (100, -1, 2**40):
        for refused in (
            lambda at=offset: app.seen.set(DAY, at),
            lambda at=offset: app.seen.get(DAY, at),
        ):
            with pytest.raises(live.BoundExceeded):
                refused()
    with pytest.raises(live.BoundExceeded):
        app.bits.set(1, 2**32)
    assert raw("STRLEN", app.seen.key(DAY)) == 13
    assert raw.ttl(app.bits.key(1)) == -2


def test_a_counter_keeps_its_range(app: App, live: Any, raw: Raw) -> None:
    key = app.stock.key(1, "a")
    with pytest.raises(live.BoundExceeded):
        app.stock.decrement(1, "a")
    assert raw.ttl(key) == -2
    app.stock.increment(1, "a", by=60)
    for refused in (
        lambda: app.stock.increment(1, "a", by=41),
        lambda: app.stock.decrement(1, "a", by=61),
        lambda: app.stock.increment(1, "a", by=2**62),
        lambda: app.stock.increment(1, "a", by=-(2**62)),
    ):
        found = unchanged(raw, key, refused, live.BoundExceeded)
        assert (found.current, found.floor, found.ceiling) == (60, 0, 100)
    with pytest.raises(live.BoundExceeded):
        app.stock.set(1, "a", 101)
    assert app.stock.increment(1, "a", by=40) == 100
    assert app.stock.decrement(1, "a", by=100) == 0
    assert app.least.increment(1, by=2**53 - 1) == 2**53 - 1
    with pytest.raises(live.BoundExceeded):
        app.least.increment(1)


def test_counters_are_exact_past_2_to_the_53(app: App, live: Any, raw: Raw) -> None:
    start = 2**53
    app.total.set(1, start)
    app.renewed.set(1, start)
    for at in range(1, 6):
        assert app.total.increment(1) == start + at
        assert app.renewed.increment(1) == start + at
    app.renewed.set(1, 2**63 - 2)
    assert app.renewed.increment(1) == 2**63 - 1
    assert app.renewed.decrement(1, by=2**63 - 1) == 0
    assert app.prices.set(1, "a", 2**53)
    assert app.prices.increment(1, "a") == 2**53 + 1
    app.cart.save(1, sku="a", quantity=2**53)
    assert app.cart.increment_quantity(1) == 2**53 + 1
    assert raw("HGET", app.cart.key(1), "quantity") == str(2**53 + 1).encode()


def test_a_corrupt_number_names_its_key(app: App, live: Any, raw: Raw) -> None:
    raw("SET", app.renewed.key(1), "abc", "PX", 100_000)
    with pytest.raises(live.DecodeError) as caught:
        app.renewed.increment(1)
    assert caught.value.key == app.renewed.key(1)
    assert raw("GET", app.renewed.key(1)) == b"abc"


def test_a_counter_that_would_overflow_stays(app: App, live: Any, raw: Raw) -> None:
    app.renewed.set(1, 2**63 - 1)
    raw("PEXPIRE", app.renewed.key(1), 100_000)
    with pytest.raises(live.BoundExceeded) as caught:
        app.renewed.increment(1)
    assert caught.value.key == app.renewed.key(1)
    assert raw("GET", app.renewed.key(1)) == str(2**63 - 1).encode()
    assert raw.ttl(app.renewed.key(1)) <= 100


def test_large_values_are_refused_before_they_are_sent(app: App, live: Any, raw: Raw) -> None:
    for refused, accessor, arguments in (
        (lambda: app.page.set(1, page_of(live.types, title="x" * 2000)), app.page, (1,)),
        (lambda: app.page.set_many({1: page_of(live.types, title="x" * 2000)}), app.page, (1,)),
        (lambda: app.lines.push(1, "☃☃☃☃"), app.lines, (1,)),
        (lambda: app.lines.push_many(1, ["a", "x" * 11]), app.lines, (1,)),
        (lambda: app.profile.save(1, name="n", raw=b"x" * 101), app.profile, (1,)),
    ):
        with pytest.raises(live.ValueTooLarge) as caught:
            refused()
        assert "bytes, at most" in str(caught.value)
        assert raw.ttl(accessor.key(*arguments)) == -2
    assert app.lines.push(1, "x" * 10) == 1
