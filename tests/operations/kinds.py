"""The types of expressions in random programs: those of the spec, and what methods answer beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from redisspec.ir.types import Enum, Json, ListOf, Maybe, Scalar, ValueType


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, as a parameter or as what a method answers."""

    item: Kind


@dataclass(frozen=True, slots=True)
class SetOf:
    item: Kind


@dataclass(frozen=True, slots=True)
class Pair:
    """A tuple."""

    items: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    key: Kind
    value: Kind


@dataclass(frozen=True, slots=True)
class RecordOf:
    """The record of the hash, or an entry of the stream, of that name."""

    keyspace: str


@dataclass(frozen=True, slots=True)
class Optional:
    inner: Kind


@dataclass(frozen=True, slots=True)
class Nothing:
    """None."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A timedelta."""


Kind: TypeAlias = ValueType | Listed | SetOf | Pair | Mapped | RecordOf | Optional | Nothing | Delta

INT, FLOAT, BOOL, STR, BYTES = (Scalar(name) for name in ("int", "float", "bool", "str", "bytes"))
DATETIME, DATE, UUID, SLUG = (Scalar(name) for name in ("datetime", "date", "uuid", "slug"))
DECIMAL = Scalar("decimal")
NOTHING, DELTA = Nothing(), Delta()


def optional(kind: Kind) -> Kind:
    """`T | none`, once."""
    if isinstance(kind, Maybe):
        return Optional(kind.inner)
    return kind if isinstance(kind, Optional) else Optional(kind)


def spelt(kind: Kind) -> str | None:
    """The type in the words of the spec; None where the spec has none for it."""
    match kind:
        case Scalar(name):
            return name
        case Enum(members):
            return f"enum({' | '.join(members)})"
        case Json(None):
            return "json"
        case Optional(inner) | Maybe(inner):
            return f"{spelt(inner)} | none"
        case Listed(item) | ListOf(item):
            return f"list<{spelt(item)}>"
        case _:
            return None
