"""What stands in the server is what `redis-cli` and other programs expect; what they wrote is read or named."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.server.generated.app import App
from tests.server.generated.conftest import Raw
from tests.server.generated.tour import DAY, NOW, U1, page_of

HOUR_MS = 3_600_000


def test_keys_are_spelt_as_in_the_spec(app: App, raw: Raw, namespace: str) -> None:
    assert app.stock.key(5, "a-b") == f"{namespace}:stock:{{5}}:a-b"
    assert app.hits.key("::1/ü", NOW) == f"{namespace}:hits:%3A%3A1%2F%C3%BC:2026-11-22T10"
    assert app.sales.key(DAY) == f"{namespace}:sales:2026-W47"
    assert app.order.key(U1) == f"{namespace}:order:{U1}"
    assert app.seen.key(DAY) == f"{namespace}:seen:2026-11-22"
    assert app.motd.key() == f"{namespace}:motd"


STORED: tuple[tuple[str, Any, bytes], ...] = (
    ("v_str", "é☃\x00\n", "é☃\x00\n".encode()),
    ("v_str", "", b""),
    ("v_int", -5, b"-5"),
    ("v_int", 10**40, b"1" + b"0" * 40),
    ("v_float", 1.5, b"1.5"),
    ("v_float", 1e300, b"1e+300"),
    ("v_float", float("inf"), b"inf"),
    ("v_bool", True, b"1"),
    ("v_bool", False, b"0"),
    ("v_bytes", b"\xff\x00", b"\xff\x00"),
    ("v_decimal", Decimal("1.50"), b"1.50"),
    ("v_datetime", NOW, b"2026-11-22T10:30:05.123456Z"),
    ("v_date", DAY, b"2026-11-22"),
    ("v_uuid", U1, b"00000000-0000-0000-0000-000000000001"),
    ("v_slug", "a-b_1", b"a-b_1"),
    ("v_json", {"a": [1, None, 1.5, "é"]}, '{"a":[1,null,1.5,"é"]}'.encode()),
    ("v_json", None, b"null"),
    ("v_list", [{"a": 1.0, "b": None}], b'[{"a":1.0,"b":null}]'),
)


@pytest.mark.parametrize(("name", "value", "stored"), STORED)
def test_scalars_are_their_own_text(
    name: str, value: Any, stored: bytes, app: App, raw: Raw
) -> None:
    accessor = getattr(app, name)
    accessor.set(1, value)
    assert raw("GET", accessor.key(1)) == stored
    assert accessor.get(1) == value
    assert accessor.get_many([1, 2]) == [value, None]


def test_incr_works_on_counters_and_numbers(app: App, raw: Raw) -> None:
    app.total.set(1, 41)
    assert raw("INCR", app.total.key(1)) == 42
    assert app.total.get(1) == 42
    app.prices.set(1, "a", 1)
    assert raw("HINCRBY", app.prices.key(1), "a", 5) == 6
    assert app.prices.get(1, "a") == 6
    app.cart.save(1, sku="a", weight=1)
    raw("HINCRBYFLOAT", app.cart.key(1), "weight", "0.25")
    assert app.cart.get_weight(1) == 1.25


def test_records_are_json_under_their_stored_names(app: App, live: Any, raw: Raw) -> None:
    app.page.set(1, page_of(live.types))
    assert json.loads(raw("GET", app.page.key(1))) == {
        "title": "é☃",
        "subtitle": None,
        "price": "1.50",
        "words": [],
        "Kind": "a",
        "seen": "2026-11-22T10:30:05.123456Z",
        "author": {"id": str(U1), "born": "2026-11-22", "extra": {"a": [1, None, True, 1.5, "x"]}},
    }
    app.cart.save(1, sku="a", tags=["x"])
    assert _hash(raw, app.cart.key(1)) == {
        b"sku": b"a",
        b"quantity": b"1",
        'labels & "more" ☃'.encode(): b'["x"]',
    }


def _hash(raw: Raw, key: str) -> dict[bytes, bytes]:
    flat = raw("HGETALL", key)
    return dict(zip(flat[::2], flat[1::2], strict=True))


def test_fields_that_are_none_are_removed_and_unknown_ones_stay(
    app: App, live: Any, raw: Raw
) -> None:
    key = app.cart.key(1)
    app.cart.save(1, sku="a", weight=1.5, added=NOW)
    raw("HSET", key, "later", "x")
    app.cart.set(1, live.types.Cart(sku="b", weight=2.5))
    assert set(_hash(raw, key)) == {
        b"sku",
        b"quantity",
        b"weight",
        'labels & "more" ☃'.encode(),
        b"later",
    }
    app.cart.update(1, weight=None, tags=["y"])
    assert set(_hash(raw, key)) == {b"sku", b"quantity", 'labels & "more" ☃'.encode(), b"later"}
    assert app.cart.get(1) == live.types.Cart(sku="b", tags=["y"])
    assert app.cart.update(1) is True


def test_missing_fields_take_their_defaults(app: App, live: Any, raw: Raw) -> None:
    raw("HSET", app.cart.key(1), "sku", "a")
    raw("PEXPIRE", app.cart.key(1), HOUR_MS)
    found = app.cart.get(1)
    assert found == live.types.Cart(sku="a", quantity=1, tags=[])
    found.tags.append("x")  # no two records share a default
    assert app.cart.get(1).tags == []
    raw("SET", app.page.key(1), '{"title": "t", "price": 5, "later": [1]}', "PX", HOUR_MS)
    assert app.page.get(1) == live.types.Page(title="t", price=Decimal(5))


CORRUPT: tuple[tuple[str, tuple[Any, ...], str, tuple[Any, ...]], ...] = (
    ("v_int", (1,), "SET", ("1.5",)),
    ("v_int", (1,), "SET", (" 1",)),
    ("v_float", (1,), "SET", ("nan",)),
    ("v_bool", (1,), "SET", ("true",)),
    ("v_str", (1,), "SET", (b"\xff",)),
    ("v_decimal", (1,), "SET", ("Infinity",)),
    ("v_datetime", (1,), "SET", ("2026-11-22T10:30:05",)),
    ("v_date", (1,), "SET", ("2026-11-31",)),
    ("v_uuid", (1,), "SET", ("x",)),
    ("v_slug", (1,), "SET", ("A",)),
    ("v_json", (1,), "SET", ("{",)),
    ("v_list", (1,), "SET", ('{"a": 1}',)),
    ("v_place", (1,), "SET", ('{"codes": 1}',)),
    ("v_spots", (1,), "SET", ('{"a": {"x": "x"}}',)),
    ("page", (1,), "SET", ('{"title": 1, "price": 1}',)),
    ("page", (1,), "SET", ('{"price": 1}',)),
    ("page", (1,), "SET", ("[]",)),
    ("flag", ("a",), "SET", ("maybe",)),
    ("total", (1,), "SET", ("x",)),
    ("cart", (1,), "HSET", ("sku", "a", "quantity", "x")),
    ("cart", (1,), "HSET", ("quantity", "1")),
    ("profile", (1,), "HSET", ("name", b"\xff", "raw", "")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "command", "stored"), CORRUPT)
def test_corrupt_data_names_its_key(
    name: str, arguments: tuple[Any, ...], command: str, stored: tuple[Any, ...], app: App, live: Any, raw: Raw
) -> None:  # fmt: skip
    accessor = getattr(app, name)
    key = accessor.key(*arguments)
    raw(command, key, *stored)
    raw("PEXPIRE", key, HOUR_MS)
    reads = [lambda: accessor.get(*arguments)]
    if hasattr(getattr(app.client, name), "get_many"):
        reads.append(lambda: accessor.get_many([arguments[0]]))
    for read in reads:
        with pytest.raises(live.DecodeError) as caught:
            read()
        assert caught.value.key == key
        assert str(caught.value).startswith(key)
    if command == "HSET" and name == "cart":
        assert ("quantity" if "sku" in stored else "sku") in str(caught.value)


def test_corrupt_members_name_their_key(app: App, live: Any, raw: Raw) -> None:
    makers = {
        "views": ("RPUSH", (1,), ("x",), "range"),
        "crowd": ("SADD", (1,), ("x",), "members"),
        "ranks": ("ZADD", (1,), (1, "x"), "iterate"),
        "prices": ("HSET", (1,), ("a", "x"), "get_all"),
        "weights": ("HSET", (1,), ("x", "1"), "iterate"),
        "events": ("XADD", (1,), ("*", "order_id", "x"), "range"),
        "shops": ("GEOADD", ("it",), (1, 1, "x"), None),
    }
    for name, (command, arguments, stored, method) in makers.items():
        accessor = getattr(app, name)
        key = accessor.key(*arguments)
        raw(command, key, *stored)
        raw("PEXPIRE", key, HOUR_MS)
        with pytest.raises(live.DecodeError) as caught:
            if method is None:
                accessor.search("it", 1, 1, radius=10)
            else:
                getattr(accessor, method)(*arguments)
        assert caught.value.key == key, name


def test_another_type_at_the_key_names_the_key(app: App, live: Any, raw: Raw) -> None:
    key = app.views.key(1)
    raw("SADD", key, "x")
    raw("PEXPIRE", key, HOUR_MS)
    for step in (lambda: app.views.push(1, 1), lambda: app.views.range(1)):
        with pytest.raises(live.DecodeError) as caught:
            step()
        assert caught.value.key == key
    assert raw("SMEMBERS", key) == [b"x"]


WRONG_KEYS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("text", ("1",)), ("text", (True,)), ("text", (1.0,)), ("text", (None,)),
    ("flag", ("A",)), ("flag", ("",)), ("flag", ("a:b",)), ("flag", ("ß",)),
    ("by_text", ("a:b",)), ("by_text", ("a{b",)), ("by_text", ("a*",)), ("by_text", ("",)),
    ("by_text", ("a\n",)), ("by_text", ("e\u0301",)), ("by_text", ("\ud800",)), ("by_text", ("x" * 600,)),
    ("by_any", ("",)), ("by_any", ("\ud800",)), ("by_any", ("☃" * 60,)),
    ("order", ("x",)), ("order", (str(U1),)),
    ("sales", (NOW,)), ("sales", ("2026-W47",)), ("seen", (NOW,)),
    ("hits", ("x", NOW.replace(tzinfo=None))), ("hits", ("x", DAY)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), WRONG_KEYS, ids=str)
def test_wrong_keys_are_refused(name: str, arguments: tuple[Any, ...], app: App, live: Any) -> None:
    accessor = getattr(app, name)
    for method in (accessor.key, accessor.delete, accessor.exists):
        with pytest.raises(live.KeyParameterError):
            method(*arguments)


def test_every_parameter_type(app: App, live: Any, namespace: str) -> None:
    given = (
        1,
        U1,
        "a-b_c",
        "é x",
        "a:{b}*☃",
        DAY,
        date(2026, 2, 5),
        date(2027, 1, 1),
        NOW,
        "y-1",
        "0123abcd",
    )
    assert app.every_key.key(*given) == (
        f"{namespace}:every:1:{U1}:a-b_c:é x:a%3A%7Bb%7D%2A%E2%98%83:2026-11-22:2026-02:2026-W53"
        ":2026-11-22T10:y-1:0123abcd"
    )
    app.every_key.set(*given, 5)
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    found = (*given[:6], date(2026, 2, 1), date(2026, 12, 28), hour, *given[9:])
    assert app.every_key.scan() == [found]
    assert app.every_key.get(*found) == 5
    for wrong in (("x", "0123ABCD"), ("z", "0123abcd"), ("x", "0")):
        with pytest.raises(live.KeyParameterError):
            app.every_key.key(*given[:9], *wrong)


WRONG_VALUES: tuple[tuple[str, Any], ...] = (
    ("v_str", b"x"), ("v_str", "\ud800"), ("v_str", None), ("v_int", "1"), ("v_int", True), ("v_int", 1.0),
    ("v_float", "1"), ("v_float", float("nan")), ("v_float", True), ("v_bool", 1), ("v_bytes", "x"),
    ("v_decimal", 1.5), ("v_decimal", Decimal("NaN")), ("v_datetime", NOW.replace(tzinfo=None)),
    ("v_datetime", DAY), ("v_date", NOW), ("v_uuid", str(U1)), ("v_slug", "A"), ("v_json", {1: 2}),
    ("v_json", float("nan")), ("v_json", {1, 2}), ("v_list", "x"), ("v_list", [{"a": "x"}]), ("v_list", [[1.0]]),
    ("v_place", {"codes": 1}), ("v_spots", {"a": 1}), ("v_route", {"name": 1}), ("page", {"title": "x"}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG_VALUES, ids=str)
def test_wrong_values_are_refused(name: str, value: Any, app: App, live: Any, raw: Raw) -> None:
    accessor = getattr(app, name)
    for step in (lambda: accessor.set(1, value), lambda: accessor.set_many({1: value})):
        with pytest.raises(live.EncodeError):
            step()
    assert raw.ttl(accessor.key(1)) == -2


def test_wrong_members_are_refused(app: App, live: Any, raw: Raw, namespace: str) -> None:
    for step in (
        lambda: app.views.push(1, "1"),
        lambda: app.views.push_many(1, [1, "2"]),
        lambda: app.tags.add(1, 1, "a", "B"),
        lambda: app.sales.add(DAY, "1", 1),
        lambda: app.sales.add(DAY, 1, float("nan")),
        lambda: app.sales.add_many(DAY, {1: float("nan")}),
        lambda: app.prices.set(1, 1, 1),
        lambda: app.prices.set_many(1, {"a": 1, "b": "x"}),
        lambda: app.cart.save(1, sku=1),
        lambda: app.events.append(1, order_id="x"),
        lambda: app.visitors.add(DAY, "x"),
        lambda: app.hits.increment("x", NOW, by=1.5),
        lambda: app.hits.decrement("x", NOW, by="1"),
        lambda: app.stock.increment(1, "a", by=0.5),
        lambda: app.total.set(1, True),
    ):
        with pytest.raises((live.EncodeError, TypeError)):
            step()
    for conditions in (
        {"only_if_absent": True, "only_if_greater": True},
        {"only_if_absent": True, "only_if_present": True},
        {"only_if_greater": True, "only_if_less": True},
    ):
        with pytest.raises(ValueError, match="excludes"):
            app.sales.add(DAY, 1, 1, **conditions)
    assert raw.keys(f"{namespace}:*") == set()


def test_imported_classes(app: App, live: Any, raw: Raw) -> None:
    from tests.generated.models import Place, Spot  # noqa: PLC0415 - what the spec imports

    place = Place(city="é", codes=[1], seen=NOW)
    app.v_place.set(1, place)
    assert app.v_place.get(1) == place
    app.v_spots.set(1, {"a": Spot(x=1.5, tags=["t"])})
    assert app.v_spots.get(1) == {"a": Spot(x=1.5, tags=["t"])}
    app.v_route.set(1, {"name": "r", "stops": [1, 2]})
    assert app.v_route.get(1) == {"name": "r", "stops": [1, 2]}
    app.profile.save(1, name="n", raw=b"", place=place)
    assert app.profile.get(1) == live.types.Profile(name="n", raw=b"", place=place)
    assert json.loads(raw("HGET", app.profile.key(1), "place"))["city"] == "é"
