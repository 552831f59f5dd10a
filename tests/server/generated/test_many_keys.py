"""What spans keys: scans, deletes, namespaces, batches, slots, large argument lists, forgotten scripts."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.server.generated.app import App, Connection
from tests.server.generated.conftest import Raw
from tests.server.generated.tour import DAY, DAY2, NOW, U1, page_of

MANY = 10_000


def fill(raw: Raw, *keys: str) -> None:
    for key in keys:
        raw("SET", key, "1", "PX", 600_000)


def test_scan_yields_own_keys_alone(app: App, raw: Raw, namespace: str) -> None:
    app.v_int.set_many({at: at for at in range(-3, 1200)})
    fill(
        raw, f"{namespace}:v:int:x", f"{namespace}:v:int:01", f"{namespace}:v:int:1:2",
        f"{namespace}:v:int:", f"{namespace}:v:int:-0", f"{namespace}x:v:int:5001", f"x{namespace}:v:int:5002",
        f"{namespace}:v:ints:5003", f"{namespace}:v:int:5\n",
    )  # fmt: skip
    raw("SET", f"{namespace}:v:int:".encode() + b"\xff", "1", "PX", 600_000)
    assert sorted(set(app.v_int.scan())) == list(range(-3, 1200))
    assert app.v_str.scan() == []


def test_delete_all_deletes_own_keys_alone(app: App, live: Any, raw: Raw, namespace: str) -> None:
    app.v_int.set_many({at: at for at in range(2500)})
    foreign = {f"{namespace}:v:int:x", f"{namespace}:v:inty:1", f"{namespace}2:v:int:1"}
    fill(raw, *foreign)
    app.v_str.set(1, "kept")
    for wrong in ("", "v_str", "V_INT", "yes"):
        with pytest.raises(live.ConfirmationError):
            app.v_int.delete_all(confirm=wrong)
    assert app.v_int.delete_all(confirm="v_int") == 2500
    assert app.v_int.scan() == []
    assert raw.keys(f"{namespace}*") == {*foreign, app.v_str.key(1)}


def test_a_namespace_is_a_world_of_its_own(
    connection: Connection, live: Any, raw: Raw, namespace: str
) -> None:
    names = [namespace, f"{namespace}.a", f"{namespace}-b", f"{namespace[:-1]}"]
    apps = [connection.app(name) for name in names]
    for at, app in enumerate(apps):
        app.v_int.set(1, at)
        app.tags.add(1, 1, f"m{at}")
    assert [app.v_int.get(1) for app in apps] == [0, 1, 2, 3]
    assert [app.tags.members(1, 1) for app in apps] == [{"m0"}, {"m1"}, {"m2"}, {"m3"}]
    assert apps[0].v_int.delete_all(confirm="v_int") == 1
    assert [app.v_int.scan() for app in apps] == [[], [1], [1], [1]]
    for wrong in ("", "a:b", "a*", "a{b}", "x" * 65, "ä"):
        with pytest.raises(live.KeyParameterError):
            connection.app(wrong)
    assert apps[1].batched(lambda batch: batch.v_int.get(1)).value == 1


def test_values_of_many_keys(app: App, raw: Raw) -> None:
    app.v_int.set_many({at: at * at for at in range(3000)})
    assert app.v_int.get_many(range(-1, 3000)) == [None, *(at * at for at in range(3000))]
    assert app.v_int.get_many([]) == []
    app.v_int.set_many({})
    assert 3000 < raw.ttl(app.v_int.key(2999)) <= 3600
    assert app.v_int.get_many([5, 5]) == [25, 25]


def test_a_batch_answers_by_pending(app: App, live: Any, raw: Raw) -> None:
    def filled(batch: Any) -> list[Any]:
        out = [
            batch.v_int.set(1, 5),
            batch.v_int.get(1),
            batch.renewed.increment(1, by=3),
            batch.views.push_many(1, [1, 2, 3, 4]),
            batch.views.latest(1, 2),
            batch.cart.save(1, sku="a"),
            batch.cart.update(1, quantity=4),
            batch.cart.get(1),
            batch.tags.add(1, 1, "a"),
            batch.tags.remove(1, 1),
            batch.sales.add(DAY, 1, 2.5),
            batch.sales.top(DAY, 1),
            batch.events.append(1, order_id=U1),
            batch.events.length(1),
            batch.seen.set(DAY, 5),
            batch.visitors.add(DAY, 1, 2),
            batch.shops.add("it", 1, 1, 1),
            batch.prices.increment(1, "a"),
            batch.v_int.delete(1),
            batch.v_int.ttl(2),
        ]
        with pytest.raises(live.BatchNotSent):
            _ = out[0].value
        return out

    raw.forget_scripts()  # the calls run in their order all the same
    found = [pending.value for pending in app.batched(filled)]
    assert isinstance(found.pop(12), str)
    assert found == [
        True, 5, 3, 3, [4, 3], None, True, live.types.Cart(sku="a", quantity=4), 1, 0, True, [(1, 2.5)],
        1, False, True, True, 1, True, None,
    ]  # fmt: skip
    for key in (
        app.renewed.key(1),
        app.views.key(1),
        app.cart.key(1),
        app.tags.key(1, 1),
        app.sales.key(DAY),
    ):
        assert 3000 < raw.ttl(key) <= 3600


def test_a_batch_of_many_keys_and_slots(app: App) -> None:
    pending = app.batched(lambda batch: [batch.renewed.increment(at % 100) for at in range(2000)])
    assert sorted(one.value for one in pending) == sorted(list(range(1, 21)) * 100)
    found = app.batched(lambda batch: [batch.renewed.get(at) for at in range(100)])
    assert [one.value for one in found] == [20] * 100


def test_a_failed_call_of_a_batch_leaves_the_others(app: App, live: Any, raw: Raw) -> None:
    raw("SADD", app.v_int.key(2), "x")
    raw("PEXPIRE", app.v_int.key(2), 600_000)
    app.inbox.push_many(1, ["a", "b", "c"])
    kept: list[Any] = []

    def filled(batch: Any) -> None:
        kept.extend([
            batch.v_int.set(1, 1), batch.v_int.get(2), batch.inbox.push(1, "d"), batch.stock.decrement(1, "a"),
            batch.v_int.set(3, 3),
        ])  # fmt: skip

    with pytest.raises(live.DecodeError):
        app.batched(filled)
    assert (kept[0].value, kept[4].value) == (True, True)
    assert kept[2].error is not None
    assert (kept[2].error.key, kept[2].error.max_items) == (app.inbox.key(1), 3)
    with pytest.raises(live.BoundExceeded):
        _ = kept[3].value
    assert app.v_int.get_many([1, 3]) == [1, 3]


def test_a_batch_that_raises_sends_nothing(app: App, live: Any, raw: Raw) -> None:
    pending: list[Any] = []

    def filled(batch: Any) -> None:
        pending.append(batch.v_int.set(1, 1))
        batch.v_int.set(2, "x")

    with pytest.raises(live.EncodeError):
        app.batched(filled)
    assert raw.ttl(app.v_int.key(1)) == -2
    with pytest.raises(live.BatchNotSent):
        _ = pending[0].value


def test_sets_of_a_slot_combine_and_others_do_not(app: App, live: Any) -> None:
    for product in range(3):
        app.tags.add(1, product, "all", f"p{product}")
    keys = [(1, product) for product in range(3)]
    assert app.tags.intersection(keys) == {"all"}
    assert app.tags.union(keys) == {"all", "p0", "p1", "p2"}
    assert app.tags.difference(keys) == {"p0"}
    app.tags.add(2, 1, "all")
    if app.client._lane.cluster:
        for method in (app.tags.intersection, app.tags.union, app.tags.difference):
            with pytest.raises(live.CrossSlotError):
                method([(1, 1), (2, 1)])
    else:
        assert app.tags.intersection([(1, 1), (2, 1)]) == {"all"}


def test_counts_merge_over_slots_and_leave_no_key(app: App, raw: Raw, namespace: str) -> None:
    days = [DAY + timedelta(days=at) for at in range(20)]
    for at, day in enumerate(days):
        app.visitors.add(day, *range(at * 10, at * 10 + 20))
    before = raw.keys(f"{namespace}*")
    assert abs(app.visitors.count_merged(days) - 210) <= 6
    assert app.visitors.count_merged([*days, date(1999, 1, 1), DAY2]) == app.visitors.count_merged(
        days
    )
    assert app.visitors.count_merged([date(1999, 1, 1), date(1998, 1, 1)]) == 0
    assert raw.keys(f"*{namespace}*") == before


def test_reading_waits_for_an_entry(app: App) -> None:
    app.events.append(1, order_id=U1)
    ((last, _),) = app.events.read(1)
    assert app.events.read(1, last) == []
    assert app.events.read(1, last, wait=0.02) == []
    app.events.append(1, order_id=U1, quantity=7)
    ((_, found),) = app.events.read(1, last, wait=2.0)
    assert found.quantity == 7
    with pytest.raises(ValueError, match="wait"):
        app.events.read(1, last, wait=60.0)


def test_huge_argument_lists(app: App) -> None:
    numbers = list(range(MANY))
    assert app.crowd.add(1, *numbers) == MANY
    assert app.crowd.size(1) == MANY
    assert all(app.crowd.contains_many(1, numbers))
    assert set(app.crowd.iterate(1)) == set(numbers)
    assert app.crowd.remove(1, *numbers) == MANY
    assert app.inbox.length(1) == 0
    assert app.lines.push_many(1, [str(at) for at in numbers]) == MANY
    assert app.lines.iterate(1, page=3000) == [str(at) for at in reversed(numbers)]
    assert app.views.push_many(1, numbers) == 3
    assert app.weights.set_many(1, {at: at / 2 for at in numbers}) == MANY
    assert app.weights.size(1) == MANY
    assert dict(app.weights.iterate(1))[9999] == 4999.5
    assert app.weights.get_many(1, numbers)[-1] == 4999.5
    assert app.sales.add_many(DAY, {at: at for at in numbers}) >= 3
    assert app.sales.top(DAY, 1) == [(MANY - 1, MANY - 1.0)]
    assert app.visitors.add(DAY, *numbers) is True
    assert abs(app.visitors.count(DAY) - MANY) < MANY * 0.03
    app.v_int.set_many({at: at for at in numbers})
    assert app.v_int.get_many(numbers) == numbers
    assert app.v_int.delete_all(confirm="v_int") == MANY


def test_forgotten_scripts_are_sent_again(app: App, live: Any, raw: Raw) -> None:
    for at, step in enumerate((
        lambda: app.renewed.increment(1) == 1,
        lambda: app.stock.increment(1, "a") == 1,
        lambda: app.views.push(1, 1) == 1,
        lambda: app.tags.add(1, 1, "a") == 1,
        lambda: app.sales.add(DAY, 1, 1) is True,
        lambda: app.sales.around(DAY, 1) == [(1, 1.0)],
        lambda: app.cart.save(1, sku="a") is None,
        lambda: app.prices.set(1, "a", 1) is True,
        lambda: app.prices.increment(1, "a") == 2,
        lambda: len(app.events.append(1, order_id=U1)) > 3,
        lambda: app.visitors.add(DAY, 1) is True,
        lambda: app.seen.set(DAY, 1) is False,
        lambda: app.shops.add("it", 1, 1, 1) is True,
        lambda: app.crowd.size(1) == 0,
        lambda: app.token.set(1, b"a") is True,
        lambda: app.token.set_many(dict.fromkeys(range(2, 30), b"a")) is None,
        lambda: [one.value for one in app.batched(lambda b: [b.renewed.increment(one) for one in range(10, 30)])] == [1] * 20,
    )):  # fmt: skip
        raw.forget_scripts()
        assert step(), at


def test_the_hour_of_a_counter(app: App, live: Any) -> None:
    app.hits.increment("x", NOW)
    app.hits.increment("x", NOW + timedelta(minutes=20))
    app.hits.increment("x", NOW + timedelta(minutes=40))
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    assert sorted(app.hits.scan()) == [("x", hour), ("x", hour + timedelta(hours=1))]
    assert app.hits.get_many(app.hits.scan()) in ([2, 1], [1, 2])
    app.page.set(1, page_of(live.types))
    assert app.page.scan() == [1]
