"""HyperLogLogs (exact while they are small), bitmaps, Bloom filters (without errors while they are) and geo indexes."""

from __future__ import annotations

import math
from typing import Any

from redisspec.runtime.errors import BoundExceeded
from tests.operations.model.data import Near
from tests.operations.model.structure import Structure

RADIUS = 6372797.560856
"""The earth's, in metres, as Redis has it."""


class HyperLogLog(Structure):
    def add(self, *elements: Any, ttl: Any = None) -> bool:
        raw = {self.of(element) for element in elements}
        held: set[bytes] = self.value or set()
        new = not self.there or not raw <= held
        self.store(held | raw)
        self.wrote(ttl)
        return new

    def count(self) -> int:
        self.read()
        return len(self.value or ())


class Bitmap(Structure):
    """Bytes; their first bit is the highest."""

    @property
    def _held(self) -> bytes:
        return self.value or b""

    def _check(self, offset: int) -> None:
        limit = self.most or 2**32
        if not 0 <= offset < limit:
            raise BoundExceeded(None, 0, limit - 1, offset)

    def _bit(self, offset: int) -> bool:
        at, bit = divmod(offset, 8)
        return at < len(self._held) and bool(self._held[at] & (0x80 >> bit))

    def set(self, offset: int, bit: bool = True, *, ttl: Any = None) -> bool:
        self._check(offset)
        before = self._bit(offset)
        raw = bytearray(self._held.ljust(offset // 8 + 1, b"\0"))
        mask = 0x80 >> (offset % 8)
        raw[offset // 8] = raw[offset // 8] | mask if bit else raw[offset // 8] & ~mask
        self.store(bytes(raw))
        self.wrote(ttl)
        return before

    def get(self, offset: int) -> bool:
        self._check(offset)
        self.read()
        return self._bit(offset)

    def count(self) -> int:
        self.read()
        return sum(byte.bit_count() for byte in self._held)

    def first(self, bit: bool = True) -> int | None:
        self.read()
        size = len(self._held) * 8
        found = next((at for at in range(size) if self._bit(at) is bit), None)
        if found is None and not bit:
            return size
        return found

    def positions(self) -> list[int]:
        self.read()
        return [at for at in range(len(self._held) * 8) if self._bit(at)]


class BloomFilter(Structure):
    """The members themselves; where nothing was ever added there is no key."""

    def add(self, *members: Any, ttl: Any = None) -> int:
        raw = {self.of(member) for member in members}
        held: set[bytes] = self.value or set()
        self.refuse_beyond(len(held | raw))
        if held | raw:
            self.store(held | raw)
            self.wrote(ttl)
        return len(raw - held)

    def contains(self, member: Any) -> bool:
        self.read()
        return self.of(member) in (self.value or ())

    def contains_many(self, members: Any) -> list[bool]:
        found = [self.of(member) in (self.value or ()) for member in members]
        if found:  # nothing is sent where nothing is asked for
            self.read()
        return found

    def count(self) -> int:
        self.read()
        return len(self.value or ())


class Geo(Structure):
    """Places by bytes; what comes back from a server is near them."""

    @property
    def _held(self) -> dict[bytes, tuple[float, float]]:
        return self.value or {}

    def add(self, member: Any, longitude: float, latitude: float, *, ttl: Any = None) -> bool:
        raw = self.of(member)
        if raw not in self._held:
            self.refuse_beyond(len(self._held) + 1)
        changed = self._held.get(raw) != (longitude, latitude)
        self.store({**self._held, raw: (longitude, latitude)})
        self.wrote(ttl)
        return changed

    def position(self, member: Any) -> tuple[float, float] | None:
        self.read()
        found = self._held.get(self.of(member))
        return found and (Near(found[0]), Near(found[1]))

    def distance(self, member: Any, other: Any) -> float | None:
        self.read()
        first, second = self._held.get(self.of(member)), self._held.get(self.of(other))
        return None if first is None or second is None else Near(_metres(first, second))

    def remove(self, *members: Any) -> int:
        gone = {self.of(member) for member in members} & self._held.keys()
        if gone:
            self.store({raw: place for raw, place in self._held.items() if raw not in gone})
            self.drop_if_empty()
        return len(gone)

    def size(self) -> int:
        self.read()
        return len(self._held)


def _metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    (x1, y1), (x2, y2) = (tuple(map(math.radians, place)) for place in (first, second))
    u, v = math.sin((y2 - y1) / 2), math.sin((x2 - x1) / 2)
    return 2 * RADIUS * math.asin(math.sqrt(u * u + math.cos(y1) * math.cos(y2) * v * v))
