"""The shop's own code on the generated package: what a request handler would call."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from catalogue import Database
from shop_redis import Cart, OrderEvents, Product, Shop


class Storefront:
    """A shop on the web: its pages, its carts and its counts."""

    def __init__(self, shop: Shop, database: Database, shop_id: int = 1) -> None:
        self.shop = shop
        self.database = database
        self.shop_id = shop_id

    def load_countries(self, names: Mapping[str, str]) -> None:
        """What the nightly job does."""
        self.shop.country_names.set_many(names)

    def deliver(self, pieces: Mapping[str, int]) -> None:
        """Put pieces into stock, by SKU; one round trip for all of them."""
        with self.shop.batch() as batch:
            for sku, count in pieces.items():
                batch.stock.increment(self.shop_id, sku, by=count)

    def page(self, product_ids: Sequence[int]) -> list[Product]:
        """The products of a catalogue page: from Redis, and where it has none from the database."""
        found = dict(zip(product_ids, self.shop.product_page.get_many(product_ids), strict=True))
        missing = [number for number, product in found.items() if product is None]
        if missing:
            fresh = self.database.products(missing)
            self.shop.product_page.set_many(fresh)
            found |= fresh
        return [product for product in found.values() if product is not None]

    def look_at(self, user_id: int, product_id: int, day: date) -> None:
        """Note that a customer looked at a product."""
        with self.shop.batch() as batch:
            batch.recent_views.push(user_id, product_id)
            batch.visitors.add(day, str(user_id))

    def count_visitors(self, day: date, customers: Iterable[int]) -> None:
        """Note who came on that day."""
        self.shop.visitors.add(day, *map(str, customers))

    def seen_lately(self, user_id: int, count: int = 5) -> list[int]:
        """The products that a customer looked at last, newest first."""
        return self.shop.recent_views.latest(user_id, count)

    def put_into_cart(self, user_id: int, sku: str, quantity: int, now: datetime) -> Cart | None:
        """Start a cart, then look at it as the next page does."""
        self.shop.cart.set(user_id, Cart(sku=sku, quantity=quantity, added_at=now))
        return self.shop.cart.get(user_id)

    def buy(self, user_id: int, product_id: int, order_id: UUID, day: date) -> int:
        """Order what is in the cart; returns how many pieces are left. Raises OutOfStock.

        The order is one operation of the spec: stock, order, event and index in one step, or
        nothing. The week's figures live in another slot: they follow, and may be missed once.
        """
        cart = self.shop.cart.get(user_id)
        if cart is None:
            raise LookupError(f"customer {user_id} has no cart")
        left = self.shop.place_order(self.shop_id, user_id, cart.sku, order_id, cart.quantity)
        with self.shop.batch() as batch:
            batch.weekly_sales.increment(day, product_id, by=cart.quantity)
            batch.cart.delete(user_id)
        return left

    def orders_of(self, user_id: int, count: int = 10) -> list[UUID]:
        """The orders that a customer placed last in this shop, newest first."""
        return self.shop.user_orders.latest(self.shop_id, user_id, count)

    def best_sellers(self, week: date, count: int = 3) -> list[tuple[int, float]]:
        """The products sold most in the week of that day, with the pieces sold."""
        return self.shop.weekly_sales.top(week, count)

    def neighbours(self, week: date, product_id: int) -> list[int]:
        """The products just before and behind this one in the week's sales."""
        return [number for number, _ in self.shop.weekly_sales.around(week, product_id, 1)]

    def unique_visitors(self, days: Iterable[date]) -> int:
        """How many different customers came on these days together."""
        return self.shop.visitors.count_merged(days)

    def events_after(self, event: str = "0-0") -> list[tuple[str, OrderEvents]]:
        """The shop's orders behind that event, oldest first."""
        return self.shop.order_events.read(self.shop_id, event)
