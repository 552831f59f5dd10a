"""Counters: an int, within its bounds."""

from __future__ import annotations

from typing import Any

from redisspec.runtime import codecs
from redisspec.runtime.errors import BoundExceeded
from tests.operations.model.errors import ArithmeticFault
from tests.operations.model.structure import Structure

EXACT = 2**53 - 1


class Counter(Structure):
    @property
    def bounds(self) -> tuple[int, int] | None:
        low, high = self.keyspace.floor, self.keyspace.ceiling
        if low is None and high is None and not self.data.inside:
            return None
        return -EXACT if low is None else low, EXACT if high is None else high

    def _count(self) -> int:
        return codecs.decode_int(self.value) if self.there else 0

    def get(self) -> int:
        self.read()
        return self._count()

    def increment(self, by: int = 1, *, ttl: Any = None) -> int:
        if self.data.inside and abs(by) > EXACT:
            raise ArithmeticFault("by")
        before = self._count()
        after = before + by
        if self.bounds and not self.bounds[0] <= after <= self.bounds[1]:
            error = BoundExceeded(before, *self.bounds)
            error.key = self.name
            raise error
        self.store(b"%d" % after)
        self.wrote(ttl)
        return after

    def decrement(self, by: int = 1, *, ttl: Any = None) -> int:
        return self.increment(-by, ttl=ttl)

    def set(self, value: int, *, ttl: Any = None) -> None:
        if self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            error = BoundExceeded(None, *self.bounds, value)
            error.key = self.name
            raise error
        self.store(b"%d" % value)
        self.wrote(ttl)
