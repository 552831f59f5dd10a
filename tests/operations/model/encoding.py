"""How the model stores values: the bytes that a server would hold, as the declared type says."""

from __future__ import annotations

from typing import Any

from redisspec.ir.types import Enum, Json, ListOf, Maybe, Scalar, ValueType
from redisspec.runtime import codecs


def encode(kind: ValueType, value: Any) -> bytes:
    """The value's bytes; EncodeError for a value that is not of its type."""
    match kind:
        case Scalar(name):
            raw = getattr(codecs, f"encode_{name}")(value)
        case Enum(members):
            raw = codecs.encode_enum(value, members)
        case Maybe(inner):
            return encode(inner, value)
        case Json(None):
            raw = codecs.dump_json(codecs.check_json(value))
        case ListOf(item):
            raw = codecs.dump_json([_to_json(item, one) for one in value])
        case _:
            raise AssertionError(kind)
    return raw if isinstance(raw, bytes) else str(raw).encode()


def decode(kind: ValueType, raw: bytes) -> Any:
    """The value that the bytes stand for; DecodeError where they stand for none."""
    match kind:
        case Scalar(name):
            return getattr(codecs, f"decode_{name}")(raw)
        case Enum(members):
            return codecs.decode_enum(raw, members)
        case Maybe(inner):
            return decode(inner, raw)
        case Json(None):
            return codecs.load_json(raw)
        case ListOf(item):
            return [_from_json(item, one) for one in codecs.load_json(raw)]
        case _:
            raise AssertionError(kind)


def _to_json(kind: ValueType, value: Any) -> Any:
    assert isinstance(kind, Scalar)
    return getattr(codecs, f"{kind.name}_to_json")(value)


def _from_json(kind: ValueType, data: Any) -> Any:
    assert isinstance(kind, Scalar)
    return getattr(codecs, f"{kind.name}_from_json")(data)
