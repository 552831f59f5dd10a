"""JSON data of lists, maps and records, made of the functions for what they hold."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from .errors import DecodeError, EncodeError

T = TypeVar("T")
S = TypeVar("S")


def as_it_is(value: Any) -> Any:
    """Any JSON data, unchanged."""
    return value


def maybe(convert: Callable[[S], T], value: S | None) -> T | None:
    """The converted value; None stays None."""
    return None if value is None else convert(value)


def list_to_json(convert: Callable[[T], object], value: Iterable[T]) -> list[object]:
    """Every item converted; EncodeError for what is no list."""
    if issubclass(_kind(value), (str, bytes, Mapping)):
        raise EncodeError("a list", value)
    return [convert(item) for item in value]


def map_to_json(
    convert: Callable[[T], object], value: Mapping[str, T]
) -> dict[str, object]:
    """Every value converted; EncodeError for a key that is no text."""
    for key in value:
        if type(key) is not str:
            raise EncodeError("a map with text keys", value)
    return {key: convert(item) for key, item in value.items()}


def list_from_json(convert: Callable[[Any], T], data: Any) -> list[T]:
    """Every item converted; DecodeError for data that is no array."""
    if _kind(data) is not list:
        raise DecodeError("a JSON array", shown(data))
    items: list[Any] = data
    return [convert(item) for item in items]


def map_from_json(convert: Callable[[Any], T], data: Any) -> dict[str, T]:
    """Every value converted; DecodeError for data that is no object."""
    return {key: convert(item) for key, item in object_of(data, "an object").items()}


def object_of(data: Any, expected: str) -> dict[str, Any]:
    """The JSON object itself; DecodeError naming what was expected otherwise."""
    if _kind(data) is not dict:
        raise DecodeError(f"a JSON object ({expected})", shown(data))
    found: dict[str, Any] = data
    return found


def required(fields: Mapping[str, Any], name: str) -> Any:
    """The field's data; DecodeError where it is missing."""
    try:
        return fields[name]
    except KeyError:
        raise DecodeError(f"a field {name!r}", shown(dict(fields))) from None


def _kind(value: object) -> type:
    return type(value)


def shown(data: object) -> bytes:
    """What stood there, for a DecodeError, which shortens it."""
    return repr(data).encode("utf-8", "backslashreplace")


def field_of(decode: Callable[[bytes], T], raw: bytes | None, name: str) -> T:
    """A field of a hash or a stream entry; DecodeError where it is missing or corrupt."""
    if raw is None:
        raise DecodeError(f"a field {name!r}, which is missing")
    try:
        return decode(raw)
    except DecodeError as error:
        error.expected = f"{error.expected} (field {name!r})"
        raise


def field_or_none(
    decode: Callable[[bytes], T], raw: bytes | None, name: str
) -> T | None:
    """The same for a field that may be missing."""
    return None if raw is None else field_of(decode, raw, name)


def field_or(
    decode: Callable[[bytes], T],
    raw: bytes | None,
    name: str,
    default: Callable[[], T],
) -> T:
    """The same for a field with a default."""
    return default() if raw is None else field_of(decode, raw, name)


def check_record(value: object, kind: type) -> None:
    """Refuse what is not of the record's class, before it is taken apart."""
    if not isinstance(value, kind):
        raise EncodeError(f"a {kind.__name__}", value)
