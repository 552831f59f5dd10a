"""What the API answers and Redis keeps: pydantic models, which the spec names."""

from uuid import UUID

from pydantic import BaseModel


class Page(BaseModel):
    """A product, with its category's name and the products that cost less in there."""

    title: str
    price_cents: int
    category_id: int
    category: str
    cheaper: list[int]


class Receipt(BaseModel):
    """That an order was paid; `fence` says in which turn of the order's lock."""

    charge_id: str
    order_id: UUID
    amount_cents: int
    fence: int
