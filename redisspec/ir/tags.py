"""The tags of a cache: texts under which entries are invalidated together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from redisspec.ir.keypattern import ParameterType
from redisspec.ir.types import ValueType

HoleType: TypeAlias = ParameterType | ValueType | None


@dataclass(frozen=True, slots=True)
class TagHole:
    """What is filled in: a parameter of the key, or (by its attributes) a part of the value.

    `many` says that it is a list, each item of which makes a tag. `type` is that of what is filled
    in; None where only the caller's own class knows it.
    """

    source: Literal["key", "value"]
    path: tuple[str, ...]
    type: HoleType = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as declared: its name, the literal parts of its text, and the holes between them."""

    name: str
    parts: tuple[str, ...]
    holes: tuple[TagHole, ...]

    @property
    def of_key(self) -> bool:
        """Whether the key alone gives it, so that it is known before the entry is read."""
        return all(hole.source == "key" for hole in self.holes)
