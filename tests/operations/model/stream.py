"""Streams: IDs and entries, oldest first; the IDs of new entries are names of the model's own."""

from __future__ import annotations

from typing import Any

from tests.operations.model.data import Record
from tests.operations.model.fields import decoded_fields, encoded_fields
from tests.operations.model.structure import Structure

Entries = list[tuple[str, Record]]
NEW = 2**62
"""The IDs of the model's own: above every one that an initial state has, and that a server makes."""


def number(entry_id: str, last: bool = False) -> tuple[int, int]:
    """An ID's place in the order of IDs."""
    if entry_id in {"-", "+"}:
        return (0, 0) if entry_id == "-" else (2**63, 0)
    first, dash, second = entry_id.partition("-")
    return int(first), int(second) if dash else (2**63 if last else 0)


class Stream(Structure):
    @property
    def _held(self) -> list[tuple[str, dict[bytes, bytes]]]:
        return self.value or []

    def _shown(self, entries: list[tuple[str, dict[bytes, bytes]]]) -> Entries:
        return [(name, decoded_fields(self.keyspace.fields, raw)) for name, raw in entries]

    def append(self, *, ttl: Any = None, **given: Any) -> str:
        raw = encoded_fields(self, given)
        self.refuse_beyond(len(self._held) + 1)
        self.data.appended += 1
        name = f"{NEW + self.data.appended}-0"
        held = [*self._held, (name, raw)]
        self.store(held[-self.most :] if self.trims and self.most else held)
        self.wrote(ttl)
        return name

    def range(self, first: str = "-", last: str = "+", *, count: int | None = None) -> Entries:
        self.read()
        low, high = number(first), number(last, last=True)
        found = [entry for entry in self._held if low <= number(entry[0]) <= high]
        return self._shown(found[:count])

    def latest(self, count: int) -> Entries:
        self.read()
        return self._shown(self._held[::-1][:count])

    def read_after(self, after: str = "0-0", *, count: int = 100) -> Entries:
        """The method `read`, whose name the renewing of a key has here; it renews nothing."""
        found = [entry for entry in self._held if number(entry[0]) > number(after)]
        return self._shown(found[:count])

    def length(self) -> int:
        self.read()
        return len(self._held)

    def trim(self, count: int) -> int:
        gone = max(0, len(self._held) - count)
        if gone:
            self.store(self._held[gone:])
        return gone

    def remove(self, entry_id: str) -> bool:
        left = [entry for entry in self._held if number(entry[0]) != number(entry_id)]
        found = len(left) < len(self._held)
        if found:
            self.store(left)
        return found
