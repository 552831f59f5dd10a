"""The types of values: what a keyspace stores, in the words of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from redisspec.source.span import NOWHERE, Span

ScalarName = Literal[
    "str", "int", "float", "bool", "bytes", "decimal", "datetime", "date", "uuid", "slug"
]
SCALARS: tuple[ScalarName, ...] = (
    "str", "int", "float", "bool", "bytes", "decimal", "datetime", "date", "uuid", "slug",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that Redis stores as its own text (`42`, `2026-11-22`)."""

    name: ScalarName


@dataclass(frozen=True, slots=True)
class Enum:
    """One of some texts: `enum(a | b)`."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """`T | none`."""

    inner: ValueType


@dataclass(frozen=True, slots=True)
class ListOf:
    """`list<T>`, stored as JSON."""

    item: ValueType


@dataclass(frozen=True, slots=True)
class MapOf:
    """`map<T>`: string keys, stored as JSON."""

    value: ValueType


@dataclass(frozen=True, slots=True)
class RecordRef:
    """The name of a record under `types:`."""

    name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The user's own class (`shop.models:Address`), decoded by pydantic's TypeAdapter."""

    module: str
    qualname: str
    alias: str


@dataclass(frozen=True, slots=True)
class Json:
    """`json` (anything JSON, `inner` None) or `json<T>`."""

    inner: ValueType | None


ValueType: TypeAlias = Scalar | Enum | Maybe | ListOf | MapOf | RecordRef | Imported | Json


def bare(kind: ValueType) -> ValueType:
    """The type without `json<…>` and `| none` around it."""
    while isinstance(kind, Json | Maybe) and kind.inner is not None:
        kind = kind.inner
    return kind


class Unset:
    """Marks a field without a default (None is a default)."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record, a hash or a stream entry.

    `name` is the Python attribute, `stored` what stands in Redis or in the JSON.
    `default` is a JSON value already checked against `type`, or UNSET.
    """

    name: str
    type: ValueType
    stored: str
    default: object = UNSET
    doc: str | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Record:
    """A named record of `types:`."""

    name: str
    fields: tuple[Field, ...]
    doc: str | None = None
    span: Span = NOWHERE
