"""A week in the shop, told once for both storefronts, each step held against what must come of it."""

from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from inspect import isawaitable
from typing import TypeVar
from uuid import UUID

import aio_app
import app
from catalogue import PRODUCTS
from kit.checklist import Checklist
from shop_redis import KeyParameterError, OutOfStock

T = TypeVar("T")

MONDAY = date(2026, 11, 16)
TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
COUNTRIES = {"AT": "Austria", "CH": "Switzerland", "DE": "Germany", "LI": "Liechtenstein"}
STOCK = {"teapot": 5, "kettle": 3, "mug-blue": 10, "scale": 4}
TEAPOT, KETTLE, MUG = 1, 2, 3


async def walk(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    """Let customers look, buy and be refused."""
    await _settled(store.load_countries(COUNTRIES))
    await _settled(store.deliver(STOCK))
    await _catalogue(store, checks)
    await _visits(store, checks)
    await _orders(store, checks)
    await _figures(store, checks)


async def _catalogue(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    first = await _settled(store.page([1, 2, 3, 4, 99]))
    again = await _settled(store.page([1, 2, 3, 4]))
    checks.expect("a catalogue page shows the products", first, list(PRODUCTS.values()))
    checks.expect("shown again, it comes from Redis alone", store.database.reads, len(PRODUCTS))
    checks.expect("and is the same", again, first)
    names = await _settled(store.shop.country_names.get_all())
    checks.expect("country names come back whole", names, COUNTRIES)


async def _visits(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    for product in range(1, 61):
        await _settled(store.look_at(42, product, MONDAY))
    await _settled(store.look_at(42, KETTLE, TUESDAY))
    await _settled(store.count_visitors(MONDAY, range(1, 41)))
    await _settled(store.count_visitors(TUESDAY, range(21, 61)))
    kept = await _settled(store.shop.recent_views.length(42))
    checks.expect("of 61 views the newest 50 are kept", kept, 50)
    latest = await _settled(store.seen_lately(42))
    checks.expect("newest first", latest, [KETTLE, 60, 59, 58, 57])
    # a HyperLogLog estimates: 0.81% of 60 is less than one
    seen = await _settled(store.unique_visitors([MONDAY, TUESDAY]))
    checks.expect("41 + 40 visitors on two days were 60 people", abs(seen - 60) <= 1)


async def _orders(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    begin = datetime.now(UTC)
    baskets = [(42, TEAPOT, "teapot", 2), (43, KETTLE, "kettle", 3), (42, MUG, "mug-blue", 1)]
    left = []
    for count, (customer, product, sku, quantity) in enumerate(baskets, start=1):
        await _settled(store.put_into_cart(customer, sku, quantity, NOW))
        left.append(await _settled(store.buy(customer, product, _order(count), NOW.date())))
    checks.expect("three orders take their pieces from stock", left, [3, 0, 9])
    order = await _settled(store.shop.order.get(1, _order(2)))
    placed = order and abs(order.placed_at - begin) < timedelta(minutes=1)
    checks.expect("an order is kept with the server's time", placed)
    placed_by = await _settled(store.orders_of(42))
    checks.expect("a customer's orders, newest first", placed_by, [_order(3), _order(1)])
    await _refused(store, checks)
    try:
        await _settled(store.shop.stock.get(1, "teapot:spare"))
        said = ""
    except KeyParameterError as error:
        said = error.parameter
    checks.expect("a SKU with a colon never becomes another key", said, "sku")


async def _refused(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    cart = await _settled(store.put_into_cart(45, "kettle", 1, NOW))
    before = await _state(store)
    try:
        await _settled(store.buy(45, KETTLE, _order(4), NOW.date()))
        left = None
    except OutOfStock as error:
        left = error.left
    checks.expect("the fourth kettle is not sold: OutOfStock says what is left", left, 0)
    checks.expect("its order, event, index and stock are untouched", await _state(store), before)
    checks.expect("and its cart stays", await _settled(store.shop.cart.get(45)), cart)


async def _state(store: app.Storefront | aio_app.Storefront) -> list[object]:
    """What the operation `place_order` could have changed for customer 45's kettle."""
    shop = store.shop
    return [
        await _settled(shop.stock.get(1, "kettle")),
        await _settled(shop.order.exists(1, _order(4))),
        await _settled(shop.order_events.length(1)),
        await _settled(shop.user_orders.exists(1, 45)),
    ]


async def _figures(store: app.Storefront | aio_app.Storefront, checks: Checklist) -> None:
    best = await _settled(store.best_sellers(NOW.date()))
    checks.expect("the week's best sellers", best, [(KETTLE, 3.0), (TEAPOT, 2.0), (MUG, 1.0)])
    around = await _settled(store.neighbours(NOW.date(), TEAPOT))
    checks.expect("and who stands beside the teapot", around, [KETTLE, TEAPOT, MUG])
    events = await _settled(store.events_after())
    told = [event.order_id for _, event in events]
    checks.expect("the event stream tells of each order", told, [_order(n) for n in (1, 2, 3)])
    last = events[-1][0] if events else "0-0"
    checks.expect("and of nothing twice", await _settled(store.events_after(last)), [])


def _order(number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{number:012d}")


async def _settled(result: T | Awaitable[T]) -> T:
    """What a call gives, of either storefront."""
    return await result if isawaitable(result) else result
