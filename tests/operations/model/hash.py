"""Hashes of declared fields: bytes by stored name."""

from __future__ import annotations

from math import isfinite
from typing import Any

from redisspec.ir.types import Field, Maybe, Scalar
from redisspec.runtime import codecs
from tests.operations.model.counter import EXACT
from tests.operations.model.data import Record
from tests.operations.model.encoding import decode
from tests.operations.model.errors import ArithmeticFault
from tests.operations.model.fields import decoded_fields, encoded_fields
from tests.operations.model.structure import Structure


class Hash(Structure):
    def get(self) -> Record | None:
        self.read()
        known = {field.stored.encode() for field in self.keyspace.fields}
        if not self.there or not known & set(self.value):
            return None
        return decoded_fields(self.keyspace.fields, self.value)

    def set(self, record: Record, *, ttl: Any = None) -> None:
        self.save(**record.fields, ttl=ttl)

    def save(self, *, ttl: Any = None, **given: Any) -> None:
        found = encoded_fields(self, given)
        known = {field.stored.encode() for field in self.keyspace.fields}
        kept = {name: raw for name, raw in (self.value or {}).items() if name not in known}
        self.store({**kept, **found})
        self.wrote(ttl)

    def update(self, *, ttl: Any = None, **given: Any) -> bool:
        by_name = {field.name: field for field in self.keyspace.fields}
        changes: dict[bytes, bytes | None] = {}
        for name, value in given.items():
            field = by_name[name]
            gone = value is None and isinstance(field.type, Maybe)
            changes[field.stored.encode()] = None if gone else self.encoded(field.type, value)
        if not self.there:
            return False
        merged = {**self.value, **changes}
        self.store({name: raw for name, raw in merged.items() if raw is not None})
        self.drop_if_empty()
        self.wrote(ttl)
        return True

    def call_field(self, method: str, *arguments: Any, **named: Any) -> Any:
        """`get_<field>` and `increment_<field>`."""
        verb, _, name = method.partition("_")
        (field,) = (one for one in self.keyspace.fields if one.name == name)
        return getattr(self, f"_{verb}")(field, *arguments, **named)

    def _get(self, field: Field) -> Any:
        self.read()
        raw = self.value.get(field.stored.encode()) if self.there else None
        return None if raw is None else decode(field.type, raw)

    def _increment(self, field: Field, by: Any = 1, *, ttl: Any = None) -> Any:
        if not self.there:
            return None
        after = added(field.type, self.value.get(field.stored.encode()), by, self.data.inside)
        self.store({**self.value, field.stored.encode(): after})
        self.wrote(ttl)
        return decode(field.type, after)


def added(kind: Any, raw: bytes | None, by: Any, exact: bool) -> bytes:
    """HINCRBY and HINCRBYFLOAT: what stands there (0 where nothing does) and `by`.

    Within an operation (`exact`) ints stay within what a double holds.
    """
    inner = kind.inner if isinstance(kind, Maybe) else kind
    assert isinstance(inner, Scalar)
    if inner.name == "int":
        before = codecs.decode_int(raw or b"0")
        if exact and max(abs(before), abs(before + by)) > EXACT:
            raise ArithmeticFault("beyond 2**53 - 1")
        return b"%d" % (before + by)
    number = codecs.decode_float(raw or b"0") + by
    if exact and not isfinite(number):
        raise ArithmeticFault("argument")
    if abs(number) < 5e-18:
        number = 0  # the server writes seventeen places behind the point
    return codecs.encode_float(int(number) if number == 0 else number).encode()
