"""Records by their fields, as hashes and streams hold them: bytes by stored name, the absent ones left out."""

from __future__ import annotations

from typing import Any

from redisspec.ir.types import UNSET, Field, Maybe
from redisspec.runtime.errors import DecodeError
from tests.operations.model.data import Record
from tests.operations.model.encoding import decode
from tests.operations.model.structure import Structure


def encoded_fields(structure: Structure, given: dict[str, Any]) -> dict[bytes, bytes]:
    """Every declared field: as given, else its default, and nothing where it is None."""
    found: dict[bytes, bytes] = {}
    for field in structure.keyspace.fields:
        value = given.get(field.name, UNSET)
        if value is UNSET:
            value = None if field.default is UNSET else field.default
        if value is None and isinstance(field.type, Maybe):
            continue
        found[field.stored.encode()] = structure.encoded(field.type, value)
    return found


def decoded_fields(fields: tuple[Field, ...], raw: dict[bytes, bytes]) -> Record:
    return Record({field.name: _decoded(field, raw) for field in fields})


def _decoded(field: Field, raw: dict[bytes, bytes]) -> Any:
    found = raw.get(field.stored.encode())
    if found is not None:
        return decode(field.type, found)
    if field.default is not UNSET:
        return field.default
    if isinstance(field.type, Maybe):
        return None
    raise DecodeError(f"a field {field.name!r}, which is missing")
