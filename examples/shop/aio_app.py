"""The shop's code again, awaited: the same keyspaces, the same methods, from shop_redis.aio."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from catalogue import Database
from shop_redis import Cart, OrderEvents, Product
from shop_redis.aio import Shop


class Storefront:
    """A shop on the web: its pages, its carts and its counts."""

    def __init__(self, shop: Shop, database: Database, shop_id: int = 1) -> None:
        self.shop = shop
        self.database = database
        self.shop_id = shop_id

    async def load_countries(self, names: Mapping[str, str]) -> None:
        """What the nightly job does."""
        await self.shop.country_names.set_many(names)

    async def deliver(self, pieces: Mapping[str, int]) -> None:
        """Put pieces into stock, by SKU; one round trip for all of them."""
        async with self.shop.batch() as batch:
            for sku, count in pieces.items():
                batch.stock.increment(self.shop_id, sku, by=count)

    async def page(self, product_ids: Sequence[int]) -> list[Product]:
        """The products of a catalogue page: from Redis, and where it has none from the database."""
        cached = await self.shop.product_page.get_many(product_ids)
        found = dict(zip(product_ids, cached, strict=True))
        missing = [number for number, product in found.items() if product is None]
        if missing:
            fresh = self.database.products(missing)
            await self.shop.product_page.set_many(fresh)
            found |= fresh
        return [product for product in found.values() if product is not None]

    async def look_at(self, user_id: int, product_id: int, day: date) -> None:
        """Note that a customer looked at a product."""
        async with self.shop.batch() as batch:
            batch.recent_views.push(user_id, product_id)
            batch.visitors.add(day, str(user_id))

    async def count_visitors(self, day: date, customers: Iterable[int]) -> None:
        """Note who came on that day."""
        await self.shop.visitors.add(day, *map(str, customers))

    async def seen_lately(self, user_id: int, count: int = 5) -> list[int]:
        """The products that a customer looked at last, newest first."""
        return await self.shop.recent_views.latest(user_id, count)

    async def put_into_cart(
        self, user_id: int, sku: str, quantity: int, now: datetime
    ) -> Cart | None:
        """Start a cart, then look at it as the next page does."""
        await self.shop.cart.set(user_id, Cart(sku=sku, quantity=quantity, added_at=now))
        return await self.shop.cart.get(user_id)

    async def buy(self, user_id: int, product_id: int, order_id: UUID, day: date) -> int:
        """Order what is in the cart; returns how many pieces are left. Raises OutOfStock.

        The order is one operation of the spec: stock, order, event and index in one step, or
        nothing. The week's figures live in another slot: they follow, and may be missed once.
        """
        cart = await self.shop.cart.get(user_id)
        if cart is None:
            raise LookupError(f"customer {user_id} has no cart")
        left = await self.shop.place_order(self.shop_id, user_id, cart.sku, order_id, cart.quantity)
        async with self.shop.batch() as batch:
            batch.weekly_sales.increment(day, product_id, by=cart.quantity)
            batch.cart.delete(user_id)
        return left

    async def orders_of(self, user_id: int, count: int = 10) -> list[UUID]:
        """The orders that a customer placed last in this shop, newest first."""
        return await self.shop.user_orders.latest(self.shop_id, user_id, count)

    async def best_sellers(self, week: date, count: int = 3) -> list[tuple[int, float]]:
        """The products sold most in the week of that day, with the pieces sold."""
        return await self.shop.weekly_sales.top(week, count)

    async def neighbours(self, week: date, product_id: int) -> list[int]:
        """The products just before and behind this one in the week's sales."""
        return [number for number, _ in await self.shop.weekly_sales.around(week, product_id, 1)]

    async def unique_visitors(self, days: Iterable[date]) -> int:
        """How many different customers came on these days together."""
        return await self.shop.visitors.count_merged(days)

    async def events_after(self, event: str = "0-0") -> list[tuple[str, OrderEvents]]:
        """The shop's orders behind that event, oldest first."""
        return await self.shop.order_events.read(self.shop_id, event)
