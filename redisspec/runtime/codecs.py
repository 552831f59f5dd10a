"""How values are stored: each scalar as Redis's own text, or as JSON."""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from .errors import DecodeError, EncodeError, ValueTooLarge
from .keys import parse_date, parse_slug, parse_uuid, whole

T = TypeVar("T")
M = TypeVar("M", bound=str)

_DEEPEST: Final = 500

_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_INT: Final = "int of at most 3899 digits"
# Redis's INCR knows 64 bits; more is fine for SET and GET. Python refuses to turn
# texts of more than 4300 digits into ints, which bounds the work too.
_MOST_DIGITS = 3_900
_MOST_BITS = 12_950


# --- str


def encode_str(value: object) -> str:
    """Text as it is; lone surrogates have no bytes."""
    if not isinstance(value, str):
        raise EncodeError("str", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise EncodeError("str without lone surrogates", value) from None
    return value


def decode_str(raw: bytes) -> str:
    """Text from UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise DecodeError("str in UTF-8", raw) from None


def str_to_json(value: object) -> object:
    """A JSON string."""
    return encode_str(value)


def str_from_json(data: object) -> str:
    """A JSON string's text."""
    if isinstance(data, str):
        return data
    raise mismatch("str", data)


# --- int


def encode_int(value: object) -> int | str:
    """Decimal digits; a bool is no int."""
    if type(value) is int:
        if -(2**63) <= value < 2**63:
            return value
        if value.bit_length() <= _MOST_BITS:
            return str(value)
        raise EncodeError(_INT, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return encode_int(int(value))
    raise EncodeError("int", value)


def decode_int(raw: bytes) -> int:
    """Decimal digits, without spaces, underscores or leading zeros."""
    try:
        if len(raw) <= _MOST_DIGITS:
            return whole(raw.decode("ascii"))
    except ValueError:
        pass
    raise DecodeError("int", raw)


def int_to_json(value: object) -> object:
    """A JSON number, or a string of digits beyond 2**53 - 1, where others round."""
    number = int(encode_int(value))
    return number if -(2**53) < number < 2**53 else str(number)


def int_from_json(data: object) -> int:
    """A whole JSON number, or a string of digits."""
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if isinstance(data, str):
        return _text(data, whole, "int")
    raise mismatch("int", data)


# --- float


def encode_float(value: object) -> str:
    """The shortest text that reads back as the same float; inf, -inf, but no nan."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise EncodeError("float", value)
    try:
        number = float(value)
    except OverflowError:
        raise EncodeError("float in range", value) from None
    if math.isnan(number):
        raise EncodeError("float other than nan", value)
    if number != value:
        raise EncodeError("float, or an int that a float holds exactly", value)
    return repr(number)


def decode_float(raw: bytes) -> float:
    """A decimal number, inf or -inf."""
    try:
        if b"_" not in raw and raw == raw.strip():
            number = float(raw)
            if not math.isnan(number):
                return number
    except ValueError:
        pass
    raise DecodeError("float", raw)


def float_to_json(value: object) -> object:
    """A JSON number; infinity, which JSON lacks, as the string inf or -inf."""
    number = float(encode_float(value))
    return number if math.isfinite(number) else repr(number)


def float_from_json(data: object) -> float:
    """A JSON number, or the string inf or -inf."""
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        try:
            number = float(data)
        except OverflowError:
            raise mismatch("float", data) from None
        if math.isfinite(number):
            return number
    if data in ("inf", "-inf"):
        return float(str(data))
    raise mismatch("float", data)


# --- bool


def encode_bool(value: object) -> str:
    """1 or 0."""
    if value is True:
        return "1"
    if value is False:
        return "0"
    raise EncodeError("bool", value)


def decode_bool(raw: bytes) -> bool:
    """1 or 0."""
    if raw == b"1":
        return True
    if raw == b"0":
        return False
    raise DecodeError("bool (1 or 0)", raw)


def bool_to_json(value: object) -> object:
    """true or false."""
    encode_bool(value)
    return value


def bool_from_json(data: object) -> bool:
    """true or false."""
    if isinstance(data, bool):
        return data
    raise mismatch("bool", data)


# --- bytes


def encode_bytes(value: object) -> bytes:
    """Bytes as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(cast("bytearray | memoryview[int]", value))
    raise EncodeError("bytes", value)


def decode_bytes(raw: bytes) -> bytes:
    """Bytes as they are."""
    return raw


def bytes_to_json(value: object) -> object:
    """A JSON string in base64."""
    return b64encode(encode_bytes(value)).decode("ascii")


def bytes_from_json(data: object) -> bytes:
    """A JSON string in base64."""
    if isinstance(data, str):
        return _text(data, lambda text: b64decode(text, validate=True), "base64")
    raise mismatch("base64", data)


# --- decimal


def encode_decimal(value: object) -> str:
    """The decimal's own text, trailing zeros kept; no infinity, no nan."""
    if not isinstance(value, Decimal):
        raise EncodeError("decimal.Decimal", value)
    if not value.is_finite():
        raise EncodeError("finite decimal.Decimal", value)
    return str(value)


def decode_decimal(raw: bytes) -> Decimal:
    """A decimal number."""
    try:
        return _decimal(raw.decode("ascii"))
    except ValueError:
        raise DecodeError("decimal", raw) from None


def decimal_to_json(value: object) -> object:
    """A JSON string, so that nobody rounds it."""
    return encode_decimal(value)


def decimal_from_json(data: object) -> Decimal:
    """A JSON string, or a whole JSON number."""
    if isinstance(data, int) and not isinstance(data, bool):
        return Decimal(data)
    if isinstance(data, str):
        return _text(data, _decimal, "decimal")
    raise mismatch("decimal", data)


def _decimal(text: str) -> Decimal:
    if not text.isascii() or "_" in text or text != text.strip():
        raise ValueError("expected a decimal")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("expected a decimal") from None
    if not value.is_finite():
        raise ValueError("expected a finite decimal")
    return value


# --- datetime


def encode_datetime(value: object) -> str:
    """ISO 8601 in UTC with a Z, microseconds where there are any."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise EncodeError("datetime with a timezone", value)
    try:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise EncodeError("datetime of the years 1 to 9999 in UTC", value) from None


def decode_datetime(raw: bytes) -> datetime:
    """ISO 8601 with a Z or an offset; in UTC."""
    try:
        return _datetime(raw.decode("ascii"))
    except ValueError:
        raise DecodeError("datetime with a timezone", raw) from None


def datetime_to_json(value: object) -> object:
    """A JSON string in ISO 8601."""
    return encode_datetime(value)


def datetime_from_json(data: object) -> datetime:
    """A JSON string in ISO 8601."""
    if isinstance(data, str):
        return _text(data, _datetime, "datetime with a timezone")
    raise mismatch("datetime", data)


def _datetime(text: str) -> datetime:
    if len(text) < 17 or text[10] != "T":
        raise ValueError("expected YYYY-MM-DDTHH:MM:SSZ")
    value = datetime.fromisoformat(text)
    if value.utcoffset() is None:
        raise ValueError("expected a timezone")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a year from 1 to 9999") from None


# --- date


def encode_date(value: object) -> str:
    """YYYY-MM-DD; a datetime is no date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise EncodeError("date", value)
    return value.isoformat()


def decode_date(raw: bytes) -> date:
    """YYYY-MM-DD."""
    try:
        return parse_date(raw.decode("ascii"))
    except ValueError:
        raise DecodeError("date (YYYY-MM-DD)", raw) from None


def date_to_json(value: object) -> object:
    """A JSON string, YYYY-MM-DD."""
    return encode_date(value)


def date_from_json(data: object) -> date:
    """A JSON string, YYYY-MM-DD."""
    if isinstance(data, str):
        return _text(data, parse_date, "date (YYYY-MM-DD)")
    raise mismatch("date", data)


# --- uuid


def encode_uuid(value: object) -> str:
    """Lower case, with hyphens."""
    if not isinstance(value, UUID):
        raise EncodeError("uuid.UUID", value)
    return str(value)


def decode_uuid(raw: bytes) -> UUID:
    """Lower case, with hyphens."""
    try:
        return parse_uuid(raw.decode("ascii"))
    except ValueError:
        raise DecodeError("uuid", raw) from None


def uuid_to_json(value: object) -> object:
    """A JSON string."""
    return encode_uuid(value)


def uuid_from_json(data: object) -> UUID:
    """A JSON string."""
    if isinstance(data, str):
        return _text(data, parse_uuid, "uuid")
    raise mismatch("uuid", data)


# --- slug


def encode_slug(value: object) -> str:
    """Lower-case letters, digits, `_` and `-`."""
    if not isinstance(value, str) or not value or not _SLUG.issuperset(value):
        raise EncodeError("slug ([a-z0-9_-]+)", value)
    return value


def decode_slug(raw: bytes) -> str:
    """Lower-case letters, digits, `_` and `-`."""
    try:
        return parse_slug(raw.decode("ascii"))
    except ValueError:
        raise DecodeError("slug ([a-z0-9_-]+)", raw) from None


def slug_to_json(value: object) -> object:
    """A JSON string."""
    return encode_slug(value)


def slug_from_json(data: object) -> str:
    """A JSON string."""
    if isinstance(data, str):
        return _text(data, parse_slug, "slug ([a-z0-9_-]+)")
    raise mismatch("slug", data)


# --- enum


def encode_enum(value: object, members: Sequence[str]) -> str:
    """The member's own text."""
    if not isinstance(value, str) or value not in members:
        raise EncodeError("one of " + ", ".join(members), value)
    return str(value)


def decode_enum(raw: bytes, members: Sequence[M]) -> M:
    """One of the members."""
    for member in members:
        if raw == member.encode():
            return member
    raise DecodeError("one of " + ", ".join(members), raw)


def enum_to_json(value: object, members: Sequence[str]) -> object:
    """A JSON string, one of the members."""
    return encode_enum(value, members)


def enum_from_json(data: object, members: Sequence[M]) -> M:
    """A JSON string that is one of the members."""
    for member in members:
        if data == member:
            return member
    raise mismatch("one of " + ", ".join(members), data)


# --- JSON


def dump_json(data: object) -> bytes:
    """Compact JSON in UTF-8; no nan or infinity, no lone surrogates, text keys only."""
    try:
        text = json.dumps(
            data, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()
    except (TypeError, ValueError, RecursionError):
        raise EncodeError("a value that JSON can hold", data) from None


def load_json(raw: bytes) -> object:
    """The JSON value; DecodeError for anything else, nan and infinity too."""
    try:
        data: object = json.loads(raw.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise DecodeError("JSON", raw) from None
    return data


def check_json(data: object) -> object:
    """The value itself where JSON can hold it as it is; EncodeError otherwise.

    Tuples, other keys than texts, nan and the like would come back as something else;
    a list that holds itself would not end.
    """
    todo = [(data, 0)]
    while todo:
        at, depth = todo.pop()
        if depth > _DEEPEST:
            raise EncodeError(f"JSON of at most {_DEEPEST} levels", data)
        if at is None or at is True or at is False or type(at) is int:
            continue
        if type(at) is str:
            encode_str(at)
        elif type(at) is float:
            if not math.isfinite(at):
                raise EncodeError("a finite float in JSON", at)
        elif type(at) is list:
            todo.extend((item, depth + 1) for item in cast("list[object]", at))
        elif type(at) is dict:
            for key, value in cast("dict[object, object]", at).items():
                if type(key) is not str:
                    raise EncodeError("text keys in JSON", key)
                todo.extend(((key, depth), (value, depth + 1)))
        else:
            raise EncodeError("a value that JSON can hold", at)
    return data


def _no_constant(name: str) -> object:
    raise ValueError(name)


def mismatch(expected: str, data: object) -> DecodeError:
    """The error for a JSON value that is not of its type."""
    try:
        found = json.dumps(data, ensure_ascii=False)[:200].encode(errors="replace")
    except (TypeError, ValueError, RecursionError):
        found = type(data).__name__.encode()
    return DecodeError(expected, found)


def _text(data: str, parse: Callable[[str], T], expected: str) -> T:
    try:
        return parse(data)
    except ValueError:
        raise mismatch(expected, data) from None


def check_size(raw: Any, max_bytes: int, key: str = "") -> Any:
    """The encoded value itself; ValueTooLarge when it has more than `max_bytes` bytes."""
    size = len(raw) if isinstance(raw, bytes) else len(str(raw).encode())
    if size > max_bytes:
        error = ValueTooLarge(size, max_bytes)
        error.key = key
        raise error
    return raw
