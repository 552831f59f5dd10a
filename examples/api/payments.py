"""Orders and their payment: one charge for a request, and one for an order, however often asked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException
from models import Receipt
from pydantic import BaseModel, Field
from rows import Order
from services import Services, Work
from sessions import Visitor, user_of

router = APIRouter()


class Purchase(BaseModel):
    """What is ordered."""

    product_id: int
    quantity: int = Field(default=1, ge=1, le=100)


class Payment(BaseModel):
    """Which order is paid, and what the customer was told that it costs."""

    order_id: UUID
    amount_cents: int = Field(ge=1)


def _request_id(idempotency_key: Annotated[str | None, Header()] = None) -> UUID:
    """The Idempotency-Key header, which names the request however often it is sent."""
    if idempotency_key is None:
        raise HTTPException(400, "a payment needs an Idempotency-Key header: a new UUID")
    try:
        # the draft has a quoted string, clients send a bare one as well
        return UUID(idempotency_key.strip('"'))
    except ValueError:
        raise HTTPException(400, "Idempotency-Key is not a UUID") from None


RequestId = Annotated[UUID, Depends(_request_id)]


@router.post("/orders", status_code=201)
async def order(work: Work, visitor: Visitor, given: Purchase) -> dict[str, str | int]:
    """Place an order, to be paid."""
    row = work.database.products.get(given.product_id)
    if row is None:
        raise HTTPException(404, f"there is no product {given.product_id}")
    made = await work.database.add_order(user_of(visitor), row.price_cents * given.quantity)
    return {"order_id": str(made.order_id), "amount_cents": made.amount_cents}


@router.get("/orders/{order_id}")
async def state(work: Work, visitor: Visitor, order_id: UUID) -> dict[str, str | int | None]:
    """An order: its charge, and how often the bank was asked for one."""
    found = await _order(work, user_of(visitor), order_id)
    return {
        "amount_cents": found.amount_cents,
        "charge_id": found.charge_id,
        "asked": work.bank.asked[order_id],
    }


@router.post("/payments")
async def pay(work: Work, visitor: Visitor, request_id: RequestId, given: Payment) -> Receipt:
    """Pay an order. The same key and body get the same receipt, without another charge."""
    user_id = user_of(visitor)
    return await work.redis.payment.run(
        user_id,
        request_id,
        lambda: _charge(work, user_id, request_id, given),
        fingerprint=f"{given.order_id} {given.amount_cents}",
    )


async def _charge(work: Services, user_id: int, request_id: UUID, given: Payment) -> Receipt:
    """Charge the card, once for an order: requests with other keys wait here, and find it paid.

    A run may end before its receipt is recorded, and then there is another: it finds its own
    payment, or charges with the same reference, which is the same charge.
    """
    reference = f"{user_id}:{request_id}"
    async with work.redis.order.hold(given.order_id, owner=str(request_id)) as lease:
        found = await _order(work, user_id, given.order_id)
        if found.charge_id and found.reference != reference:
            raise HTTPException(409, "the order is paid already")
        if found.amount_cents != given.amount_cents:
            raise HTTPException(409, f"the order costs {found.amount_cents} cents")
        paid: Order | None = found
        if not found.charge_id:
            charge_id = await work.bank.charge(reference, given.order_id, given.amount_cents)
            paid = await work.database.set_paid(
                given.order_id, charge_id, reference, fence=lease.fence
            )
        if paid is None:
            raise HTTPException(409, "another payment of the order came first")
        return Receipt(
            charge_id=paid.charge_id,
            order_id=paid.order_id,
            amount_cents=paid.amount_cents,
            fence=paid.fence,
        )


async def _order(work: Services, user_id: int, order_id: UUID) -> Order:
    found = await work.database.order(user_id, order_id)
    if found is None:
        raise HTTPException(404, "you have no such order")
    return found
