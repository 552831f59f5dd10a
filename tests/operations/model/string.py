"""Strings: the bytes of one value."""

from __future__ import annotations

from typing import Any

from tests.operations.model.structure import Structure


class String(Structure):
    def get(self) -> Any:
        self.read()
        return self.back(self.value) if self.there else None

    def set(
        self,
        value: Any,
        *,
        only_if_absent: bool = False,
        only_if_present: bool = False,
        ttl: Any = None,
    ) -> bool:
        raw = self.of(value)
        if (only_if_absent and self.there) or (only_if_present and not self.there):
            return False
        self.store(raw)
        self.wrote(ttl)
        return True

    def get_and_delete(self) -> Any:
        found = self.value
        self.drop()
        return None if found is None else self.back(found)
