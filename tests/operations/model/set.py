"""Sets: bytes without order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.operations.model.structure import Structure


class Set(Structure):
    @property
    def _held(self) -> set[bytes]:
        return self.value or set()

    def add(self, *members: Any, ttl: Any = None) -> int:
        new = {self.of(member) for member in members} - self._held
        if new:
            self.refuse_beyond(len(self._held) + len(new))
            self.store(self._held | new)
        self.wrote(ttl)
        return len(new)

    def remove(self, *members: Any) -> int:
        gone = {self.of(member) for member in members} & self._held
        if gone:
            self.store(self._held - gone)
            self.drop_if_empty()
        return len(gone)

    def contains(self, member: Any) -> bool:
        self.read()
        return self.of(member) in self._held

    def contains_many(self, members: Iterable[Any]) -> list[bool]:
        found = [self.of(member) in self._held for member in members]
        if found:  # nothing is sent where nothing is asked for
            self.read()
        return found

    def size(self) -> int:
        self.read()
        return len(self._held)

    def members(self) -> set[Any]:
        self.read()
        return {self.back(raw) for raw in self._held}
