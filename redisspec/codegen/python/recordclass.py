"""A record as the class that is emitted for it."""

from __future__ import annotations

from dataclasses import dataclass

from redisspec.ir.types import Field


@dataclass(frozen=True, slots=True)
class RecordClass:
    """The class's name, its docstring, its fields in order."""

    name: str
    doc: str
    fields: tuple[Field, ...]
