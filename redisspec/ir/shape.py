"""The shape of a value's type as a short hash: what was stored under another one is not read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from redisspec.ir.types import (
    UNSET,
    Enum,
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    Record,
    RecordRef,
    Scalar,
    ValueType,
)


def shape_of(kind: ValueType, records: Mapping[str, Record]) -> str:
    """Eight hexadecimal digits. Of an imported class the name is all that is known."""
    described = _described(kind, records, ())
    return hashlib.sha256(described.encode()).hexdigest()[:8]


def _described(kind: ValueType, records: Mapping[str, Record], inside: tuple[str, ...]) -> str:
    match kind:
        case Scalar(name):
            return name
        case Enum(members):
            return f"enum({'|'.join(members)})"
        case Maybe(inner):
            return f"maybe({_described(inner, records, inside)})"
        case ListOf(item):
            return f"list({_described(item, records, inside)})"
        case MapOf(value):
            return f"map({_described(value, records, inside)})"
        case Imported():
            return f"class({kind.module}:{kind.qualname})"
        case Json(None):
            return "json"
        case Json(inner):
            assert inner is not None
            return f"json({_described(inner, records, inside)})"
        case RecordRef(name):
            record = records.get(name)
            if record is None or name in inside:
                return f"record({len(inside)})"
            fields = (
                f"{field.stored!r}{'?' if field.default is not UNSET else ''}:"
                f"{_described(field.type, records, (*inside, name))}"
                for field in record.fields
            )
            return f"{{{','.join(sorted(fields))}}}"
