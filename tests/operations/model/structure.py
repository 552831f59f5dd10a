"""What every structure of the model shares: presence, lifetimes, sizes, and the methods of every key."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from redisspec.ir.model import Keyspace
from redisspec.ir.types import ValueType
from redisspec.runtime.errors import CollectionFull, ValueTooLarge
from tests.operations.model.data import Data
from tests.operations.model.encoding import decode, encode


class Structure:
    """One key of a keyspace."""

    def __init__(self, data: Data, keyspace: Keyspace, key: str) -> None:
        self.data = data
        self.keyspace = keyspace
        self.name = key

    # --- what stands there -----------------------------------------------------

    @property
    def there(self) -> bool:
        return self.name in self.data.values

    @property
    def value(self) -> Any:
        return self.data.values.get(self.name)

    def store(self, value: Any) -> None:
        self.data.values[self.name] = value
        self.data.ttls.setdefault(self.name, None)

    def drop(self) -> None:
        self.data.values.pop(self.name, None)
        self.data.ttls.pop(self.name, None)

    def drop_if_empty(self) -> None:
        if not self.value:
            self.drop()

    # --- lifetimes -------------------------------------------------------------

    def wrote(self, ttl: timedelta | float | None = None) -> None:
        """A write's end: the key has its TTL, anew unless it keeps the one it has."""
        life = self.keyspace.lifetime
        if not self.there or life.ttl_ms is None:
            return
        if life.refresh != "never" or self.data.ttls[self.name] is None:
            self.data.ttls[self.name] = self.chosen(ttl)

    def read(self) -> None:
        """A read's end: with `on_access` the key has its whole TTL again."""
        life = self.keyspace.lifetime
        if self.there and life.ttl_ms is not None and life.refresh == "on_access":
            self.data.ttls[self.name] = life.ttl_ms

    def chosen(self, ttl: timedelta | float | None) -> int | None:
        if ttl is None:
            return self.keyspace.lifetime.ttl_ms
        seconds = ttl.total_seconds() if isinstance(ttl, timedelta) else ttl
        return math.ceil(seconds * 1000)

    # --- values ----------------------------------------------------------------

    def encoded(self, kind: ValueType | None, value: Any) -> bytes:
        assert kind is not None
        raw = encode(kind, value)
        most = self.keyspace.bound.max_bytes
        if most is not None and len(raw) > most:
            error = ValueTooLarge(len(raw), most)
            error.key = self.name
            raise error
        return raw

    def of(self, value: Any) -> bytes:
        return self.encoded(self.keyspace.value, value)

    def back(self, raw: bytes) -> Any:
        assert self.keyspace.value is not None
        return decode(self.keyspace.value, raw)

    # --- bounds ----------------------------------------------------------------

    @property
    def most(self) -> int | None:
        return self.keyspace.bound.max_items

    @property
    def trims(self) -> bool:
        return self.most is not None and self.keyspace.bound.when_full == "trim"

    def refuse_beyond(self, size: int) -> None:
        """CollectionFull where `size` is more than a rejecting collection may hold."""
        if self.most is not None and not self.trims and size > self.most:
            error = CollectionFull(self.most)
            error.key = self.name
            raise error

    # --- the methods of every key ----------------------------------------------

    def delete(self) -> bool:
        found = self.there
        self.drop()
        return found

    def exists(self) -> bool:
        return self.there

    def ttl(self) -> timedelta | None:
        if not self.there:
            return None
        left = self.data.ttls[self.name]
        return timedelta.max if left is None else timedelta(milliseconds=left)

    def touch(self, *, ttl: timedelta | float | None = None) -> bool:
        if self.there:
            self.data.ttls[self.name] = self.chosen(ttl)
        return self.there
