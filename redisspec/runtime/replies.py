"""Replies in one shape, whatever the protocol and redis-py's own callbacks made of them.

Every function takes a raw reply: bytes or str, lists, tuples, sets or dicts, numbers
as numbers or as text.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from .errors import DecodeError

T = TypeVar("T")

Pairs = list[tuple[bytes, bytes]]


def as_bytes(reply: Any) -> bytes:
    """Text or bytes or a number as bytes; DecodeError for anything else."""
    if isinstance(reply, bytes):
        return reply
    if isinstance(reply, str):
        return reply.encode("utf-8", "surrogateescape")
    if isinstance(reply, (int, float)):
        return str(reply).encode()
    raise DecodeError("a text reply", type(reply).__name__.encode())


def as_optional_bytes(reply: Any) -> bytes | None:
    """As as_bytes; None for a nil reply."""
    return None if reply is None else as_bytes(reply)


def as_none(reply: Any) -> None:
    """Whatever a command answers that has nothing to say."""


def as_int(reply: Any) -> int:
    """An integer reply, also where it came as text."""
    try:
        return int(reply)
    except (TypeError, ValueError):
        raise DecodeError("an integer reply", _found(reply)) from None


def as_optional_int(reply: Any) -> int | None:
    """As as_int; None for a nil reply."""
    return None if reply is None else as_int(reply)


def as_bool(reply: Any) -> bool:
    """1, OK or true; False for 0, nil or false."""
    if reply is None or reply is True or reply is False:
        return reply is True
    if isinstance(reply, (bytes, str)):
        return reply in (b"OK", "OK", b"1", "1")
    return as_int(reply) != 0


def as_float(reply: Any) -> float:
    """A double, also where it came as text."""
    try:
        return float(reply)
    except (TypeError, ValueError):
        raise DecodeError("a number as reply", _found(reply)) from None


def as_optional_float(reply: Any) -> float | None:
    """As as_float; None for a nil reply."""
    return None if reply is None else as_float(reply)


def as_list(reply: Any) -> list[Any]:
    """An array, set or nil reply as a list; one item alone as a list of it."""
    if reply is None:
        return []
    if isinstance(reply, (list, tuple, set, frozenset)):
        return list(cast("Iterable[Any]", reply))
    return [reply]


def as_bytes_list(reply: Any) -> list[bytes]:
    """An array or set of texts (SMEMBERS, LRANGE, SPOP, ZRANGE, HKEYS)."""
    return [as_bytes(item) for item in as_list(reply)]


def as_optional_bytes_list(reply: Any) -> list[bytes | None]:
    """An array of texts and nils (MGET, HMGET)."""
    return [as_optional_bytes(item) for item in as_list(reply)]


def as_int_list(reply: Any) -> list[int]:
    """An array of integers (BITFIELD, SMISMEMBER)."""
    return [as_int(item) for item in as_list(reply)]


def as_bool_list(reply: Any) -> list[bool]:
    """An array of flags (SMISMEMBER)."""
    return [as_bool(item) for item in as_list(reply)]


def as_optional_float_list(reply: Any) -> list[float | None]:
    """An array of doubles and nils (ZMSCORE)."""
    return [as_optional_float(item) for item in as_list(reply)]


def as_pairs(reply: Any) -> Pairs:
    """A map of texts: a dict, a flat array, or an array of pairs (HGETALL, HRANDFIELD)."""
    return [(as_bytes(key), as_bytes(value)) for key, value in _pairs(reply)]


def as_map(reply: Any) -> dict[bytes, bytes]:
    """As as_pairs, by key."""
    return dict(as_pairs(reply))


def listed(decode: Callable[[bytes], T]) -> Callable[[Any], list[T]]:
    """A decoder of arrays and sets, by the decoder of their items."""

    def decode_all(reply: Any) -> list[T]:
        return [decode(as_bytes(item)) for item in as_list(reply)]

    return decode_all


def optional(decode: Callable[[bytes], T]) -> Callable[[Any], T | None]:
    """A decoder of one text that may be nil, by the decoder of the text."""

    def decode_one(reply: Any) -> T | None:
        return None if reply is None else decode(as_bytes(reply))

    return decode_one


def optionals(decode: Callable[[bytes], T]) -> Callable[[Any], list[T | None]]:
    """A decoder of arrays with nils, by the decoder of their items."""

    def decode_all(reply: Any) -> list[T | None]:
        return [
            None if item is None else decode(as_bytes(item)) for item in as_list(reply)
        ]

    return decode_all


def scored(decode: Callable[[bytes], T]) -> Callable[[Any], list[tuple[T, float]]]:
    """A decoder of members with scores (ZRANGE WITHSCORES, ZPOPMIN, ZSCAN's page)."""

    def decode_all(reply: Any) -> list[tuple[T, float]]:
        return [
            (decode(as_bytes(member)), as_float(score))
            for member, score in _pairs(reply)
        ]

    return decode_all


def ranked(reply: Any) -> tuple[int, float] | None:
    """ZRANK WITHSCORE: rank and score, None without the member."""
    if reply is None:
        return None
    rank, score = as_list(reply)
    return as_int(rank), as_float(score)


def entries(
    decode: Callable[[dict[bytes, bytes]], T],
) -> Callable[[Any], list[tuple[str, T]]]:
    """A decoder of stream entries with their ids (XRANGE, XREVRANGE)."""

    def decode_all(reply: Any) -> list[tuple[str, T]]:
        found: list[tuple[str, T]] = []
        for entry in as_list(reply):
            name, fields = entry
            # An entry that was deleted while pending has no fields.
            if fields is not None:
                found.append((as_bytes(name).decode(), decode(as_map(fields))))
        return found

    return decode_all


def read_entries(
    decode: Callable[[dict[bytes, bytes]], T],
) -> Callable[[Any], list[tuple[str, T]]]:
    """A decoder of XREAD and XREADGROUP over one stream."""
    decode_entries = entries(decode)

    def decode_all(reply: Any) -> list[tuple[str, T]]:
        if not reply:
            return []
        for _, found in _pairs(reply):
            # RESP3 with redis-py's callbacks wraps the entries once more.
            nested = as_list(found)
            if nested and _is_wrapped(nested):
                nested = as_list(nested[0])
            return decode_entries(nested)
        return []

    return decode_all


def distances(
    decode: Callable[[bytes], T],
) -> Callable[[Any], list[tuple[T, float]]]:
    """A decoder of GEOSEARCH WITHDIST: members with distances."""
    return scored(decode)


def positions(reply: Any) -> list[tuple[float, float] | None]:
    """GEOPOS: longitude and latitude, None for a member that is not there."""
    found: list[tuple[float, float] | None] = []
    for item in as_list(reply):
        if item is None:
            found.append(None)
        else:
            longitude, latitude = item
            found.append((as_float(longitude), as_float(latitude)))
    return found


def scan_page(reply: Any) -> tuple[int, Any]:
    """SCAN, HSCAN, SSCAN, ZSCAN: the next cursor, and the page as it came.

    The page is for as_bytes_list, as_pairs or scored.
    """
    try:
        cursor, page = reply
    except (TypeError, ValueError):
        raise DecodeError("a SCAN reply", _found(reply)) from None
    return as_int(cursor), page


def _is_wrapped(found: list[Any]) -> bool:
    """Whether `found` is [[entry, …]] and not [entry, …]."""
    first = found[0]
    if not isinstance(first, list) or len(found) != 1:
        return False
    inner = as_list(cast("Any", first))
    return not inner or not isinstance(inner[0], (bytes, str))


def _pairs(reply: Any) -> Iterable[tuple[Any, Any]]:
    if reply is None:
        return []
    if isinstance(reply, dict):
        return cast("Mapping[Any, Any]", reply).items()
    items = as_list(reply)
    if items and isinstance(items[0], (list, tuple)):
        try:
            return [(first, second) for first, second in items]
        except ValueError:
            raise DecodeError("an array of pairs", b"an array") from None
    if len(items) % 2:
        raise DecodeError("an array of pairs", b"an odd array")
    return list(zip(items[::2], items[1::2], strict=True))


def _found(reply: Any) -> bytes:
    if isinstance(reply, bytes):
        return reply
    if isinstance(reply, str):
        return reply.encode("utf-8", "surrogateescape")
    return type(reply).__name__.encode()
