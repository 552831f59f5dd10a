"""Hashes of free fields: bytes by bytes, bounded by their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.operations.model.encoding import decode, encode
from tests.operations.model.hash import added
from tests.operations.model.structure import Structure


class Map(Structure):
    def _field(self, field: Any) -> bytes:
        assert self.keyspace.map_key is not None
        return encode(self.keyspace.map_key, field)

    @property
    def _held(self) -> dict[bytes, bytes]:
        return self.value or {}

    def get(self, field: Any) -> Any:
        raw = self._held.get(self._field(field))
        self.read()
        return None if raw is None else self.back(raw)

    def get_many(self, fields: Iterable[Any]) -> list[Any]:
        found = [self._held.get(self._field(field)) for field in fields]
        if found:  # nothing is sent where nothing is asked for
            self.read()
        return [None if raw is None else self.back(raw) for raw in found]

    def get_all(self) -> dict[Any, Any]:
        self.read()
        assert self.keyspace.map_key is not None
        return {
            decode(self.keyspace.map_key, field): self.back(raw)
            for field, raw in self._held.items()
        }

    def set(self, field: Any, value: Any, *, ttl: Any = None) -> bool:
        return self.set_many({field: value}, ttl=ttl) == 1

    def set_many(self, values: Mapping[Any, Any], *, ttl: Any = None) -> int:
        raw = {self._field(field): self.of(value) for field, value in values.items()}
        new = len(raw.keys() - self._held.keys())
        if new:
            self.refuse_beyond(len(self._held) + new)
        if raw:
            self.store({**self._held, **raw})
        self.wrote(ttl)
        return new

    def increment(self, field: Any, by: Any = 1, *, ttl: Any = None) -> Any:
        name = self._field(field)
        if name not in self._held:
            self.refuse_beyond(len(self._held) + 1)
        after = added(self.keyspace.value, self._held.get(name), by, self.data.inside)
        self.store({**self._held, name: after})
        self.wrote(ttl)
        return self.back(after)

    def remove(self, *fields: Any) -> int:
        names = {self._field(field) for field in fields} & self._held.keys()
        if names:
            self.store({name: raw for name, raw in self._held.items() if name not in names})
            self.drop_if_empty()
        return len(names)

    def contains(self, field: Any) -> bool:
        self.read()
        return self._field(field) in self._held

    def size(self) -> int:
        self.read()
        return len(self._held)
