"""Lists: bytes, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.operations.model.structure import Structure


class List(Structure):
    @property
    def _held(self) -> list[bytes]:
        return self.value or []

    def push(self, item: Any, *, ttl: Any = None) -> int:
        return self.push_many([item], ttl=ttl)

    def push_many(self, items: Iterable[Any], *, ttl: Any = None) -> int:
        raw = [self.of(item) for item in items]
        self.refuse_beyond(len(self._held) + len(raw))
        held = [*reversed(raw), *self._held]
        if raw:
            self.store(held[: self.most] if self.trims else held)
        self.wrote(ttl)
        return len(self._held)

    def pop(self) -> Any:
        return self._take(0)

    def pop_oldest(self) -> Any:
        return self._take(-1)

    def _take(self, at: int) -> Any:
        if not self._held:
            return None
        held = list(self._held)
        found = held.pop(at)
        self.store(held)
        self.drop_if_empty()
        return self.back(found)

    def latest(self, count: int) -> list[Any]:
        self.read()
        return [self.back(raw) for raw in self._held[: max(count, 0)]]

    def range(self, start: int = 0, stop: int = -1) -> list[Any]:
        self.read()
        size = len(self._held)
        first = max(start + size if start < 0 else start, 0)
        last = stop + size if stop < 0 else stop
        return [self.back(raw) for raw in self._held[first : max(last + 1, 0)]]

    def get(self, index: int) -> Any:
        self.read()
        if not -len(self._held) <= index < len(self._held):
            return None
        return self.back(self._held[index])

    def length(self) -> int:
        self.read()
        return len(self._held)

    def trim(self, count: int) -> None:
        if self.there:
            self.store(self._held[: max(count, 0)])
            self.drop_if_empty()

    def remove(self, item: Any) -> int:
        raw = self.of(item)
        left = [one for one in self._held if one != raw]
        gone = len(self._held) - len(left)
        if gone:
            self.store(left)
            self.drop_if_empty()
        return gone
