"""Stands for the database: users, products and orders, in memory; it counts what it is asked for."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

LATENCY = 0.02
"""The seconds that a database takes to read a row."""


@dataclass(frozen=True, slots=True)
class User:
    """Who may log in. A real table holds a slow hash of the password, never itself."""

    user_id: int
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product, with its category's name as the page shows it."""

    product_id: int
    title: str
    price_cents: int
    category_id: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order; `reference` is the request that paid it, `fence` the highest that wrote to it."""

    order_id: UUID
    user_id: int
    amount_cents: int
    charge_id: str = ""
    reference: str = ""
    fence: int = 0


class Database:
    """The tables; one user, ann, is there from the start."""

    def __init__(self) -> None:
        self.users = {"ann": User(1, "ann", "lapsang")}
        self.categories = {7: "Tea", 8: "Pottery"}
        self.products = {
            row.product_id: row
            for row in (
                Product(1, "Lapsang", 390, 7),
                Product(2, "Sencha", 520, 7),
                Product(3, "Teapot", 3900, 8),
            )
        }
        self.orders: dict[UUID, Order] = {}
        self.reads: dict[int, int] = {}
        """How often each product was read."""

    async def add_user(self, name: str, password: str) -> bool:
        """Write a user; False where the name is taken."""
        if name in self.users:
            return False
        self.users[name] = User(len(self.users) + 1, name, password)
        return True

    async def product(self, product_id: int) -> Product | None:
        """Read a product."""
        self.reads[product_id] = self.reads.get(product_id, 0) + 1
        await asyncio.sleep(LATENCY)
        return self.products.get(product_id)

    async def cheaper(self, than: Product) -> list[int]:
        """The products of the same category that cost less."""
        return [
            row.product_id
            for row in self.products.values()
            if row.category_id == than.category_id and row.price_cents < than.price_cents
        ]

    async def set_price(self, product_id: int, price_cents: int) -> Product | None:
        """Change a price; None where there is no such product."""
        row = self.products.get(product_id)
        if row is None:
            return None
        self.products[product_id] = replace(row, price_cents=price_cents)
        return self.products[product_id]

    async def rename_category(self, category_id: int, name: str) -> bool:
        """Change what all pages of a category show; whether there is one."""
        if category_id not in self.categories:
            return False
        self.categories[category_id] = name
        return True

    async def add_order(self, user_id: int, amount_cents: int) -> Order:
        """Write an order that is to be paid."""
        order = Order(uuid4(), user_id, amount_cents)
        self.orders[order.order_id] = order
        return order

    async def order(self, user_id: int, order_id: UUID) -> Order | None:
        """Read an order of a user."""
        found = self.orders.get(order_id)
        return found if found is not None and found.user_id == user_id else None

    async def set_paid(
        self, order_id: UUID, charge_id: str, reference: str, fence: int
    ) -> Order | None:
        """Write who paid, unless a later holder of the order's lock has written already."""
        row = self.orders[order_id]
        if fence < row.fence:
            return None
        paid = replace(row, charge_id=charge_id, reference=reference, fence=fence)
        self.orders[order_id] = paid
        return paid
