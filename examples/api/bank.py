"""Stands for a payment provider, which is slow and takes a reference, as real ones do."""

import asyncio
from collections import Counter
from uuid import UUID

LATENCY = 0.05
"""The seconds that a charge takes."""


class Bank:
    """Charges, by the reference that they were asked for with."""

    def __init__(self) -> None:
        self.charges: dict[str, str] = {}
        self.asked: Counter[UUID] = Counter()
        """How often each order was to be charged: more than once where this program asked twice."""

    async def charge(self, reference: str, order_id: UUID, amount_cents: int) -> str:
        """Charge the card; the same reference is the same charge."""
        self.asked[order_id] += 1
        await asyncio.sleep(LATENCY)
        return self.charges.setdefault(reference, f"ch_{len(self.charges) + 1}_{amount_cents}")
