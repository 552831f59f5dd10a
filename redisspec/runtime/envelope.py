"""What a cache stores: a fixed header that scripts read too, tags, then the value.

The header is ASCII, each number in a fixed width:

    0   format   1   "1"
    1   shape    8   hash of the value's type: another one is a miss
    9   kind     1   v value, z compressed, n "there is none", t tombstone
    10  cost     7   how long the loader ran, in ms
    17  version 16   what a put gave it, or zeros
    33  stamp   16   the cache's clock when the loader began, or zeros
    49  fill     8   which fill this was
    57  tags     4   how many bytes of tags follow
"""

import zlib
from collections.abc import Callable, Sequence
from enum import Enum
from os import urandom
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar, cast

from .errors import DecodeError, EncodeError, ValueTooLarge
from .retry import Encodable

T = TypeVar("T")

HEADER: Final = 61
_FORMAT: Final = "1"
_NO_NUMBER: Final = "0" * 16
_MOST_TAGS: Final = 9_999
_MOST_COST: Final = 9_999_999
_MOST_NUMBER: Final = 2**53 - 1
_LEVEL: Final = 3
_LARGEST: Final = 512 * 1024 * 1024
# What is hardly smaller is kept as it is: reading it then costs nothing.
_WORTH: Final = 0.9


class Miss(Enum):
    """Nothing that can be served; None is a value, or stands for "there is none"."""

    MISS = "miss"


MISS: Final = Miss.MISS
Missing: TypeAlias = Literal[Miss.MISS]


class Found(NamedTuple):
    """An entry taken apart: what is still to be decoded, and what its validity rests on."""

    kind: bytes
    tags: tuple[str, ...]
    stamp: int
    body: bytes


class Packed(NamedTuple):
    """An entry to be stored, as text and bytes; `negative` for "there is none"."""

    kind: str
    body: bytes


def new_token() -> str:
    """A lease's token; the first 8 characters name the fill that is made with it."""
    return urandom(12).hex()


def fill_of(raw: bytes | None) -> bytes:
    """Which fill an entry is of; nothing where there is none."""
    return b"" if raw is None else raw[49:57]


def mark_of(shape: str) -> bytes:
    """How the entries of a type begin."""
    return f"{_FORMAT}{shape}".encode()


def opened(raw: bytes, mark: bytes) -> Found | None:
    """An entry taken apart; None for one of another type, a tombstone, and what is none."""
    if not raw.startswith(mark):
        return None
    kind = raw[9:10]
    try:
        length = int(raw[57:HEADER])
        if len(raw) < HEADER + length:
            return None
        if not length:
            found = Found(kind, (), 0, raw[HEADER:])
        else:
            end = HEADER + length
            tags = tuple(raw[HEADER:end].decode("ascii").split(" "))
            found = Found(kind, tags, int(raw[33:49]), raw[end:])
    except ValueError:
        return None
    return None if kind == b"t" else found


def value_in(found: Found, decode: Callable[[bytes], T], negative: bool) -> T | Missing:
    """The value of an entry; MISS for what cannot be read.

    `negative`: "there is none" is a value, None, of which T is then a part.
    """
    body = found.body
    if found.kind == b"n":
        return cast("T", None) if negative else MISS
    try:
        if found.kind == b"z":
            body = _inflated(body)
        return decode(body)
    except (DecodeError, zlib.error):
        return MISS


def _inflated(body: bytes) -> bytes:
    machine = zlib.decompressobj()
    raw = machine.decompress(body, _LARGEST)
    if not machine.eof:
        raise DecodeError("a whole compressed value", body)
    return raw


def packed(
    encoded: Encodable, compress_above: int | None, max_bytes: int | None
) -> Packed:
    """A value's bytes, compressed where that is worth it; ValueTooLarge beyond `max_bytes`."""
    body = encoded if isinstance(encoded, bytes) else str(encoded).encode()
    kind = "v"
    if compress_above is not None and len(body) > compress_above:
        small = zlib.compress(body, _LEVEL)
        if len(small) <= len(body) * _WORTH:
            kind, body = "z", small
    if max_bytes is not None and len(body) > max_bytes:
        raise ValueTooLarge(len(body), max_bytes)
    return Packed(kind, body)


NONE_THERE: Final = Packed("n", b"")
TOMBSTONE: Final = Packed("t", b"")


def sealed(
    mark: bytes,
    value: Packed,
    fill: str,
    *,
    cost: float = 0.0,
    stamp: int = 0,
    tags: Sequence[str] = (),
    version: str = "",
) -> bytes:
    """The entry; `cost` is in seconds, a token's first characters are its `fill`."""
    named = " ".join(tags).encode("ascii")
    if len(named) > _MOST_TAGS:
        raise EncodeError(f"tags of at most {_MOST_TAGS:,} bytes together", tags)
    ms = min(_MOST_COST, round(cost * 1000 + 0.5))
    head = (
        f"{value.kind}{ms:07}{version or _NO_NUMBER}{stamp:016}"
        f"{fill[:8]}{len(named):04}"
    )
    return b"".join((mark, head.encode(), named, value.body))


def version_text(version: int | None) -> str:
    """A version in 16 digits; nothing for None."""
    if version is None:
        return ""
    if type(version) is not int or not 1 <= version <= _MOST_NUMBER:
        raise EncodeError("a version from 1 to 2^53 - 1", version)
    return f"{version:016}"


def still_valid(found: Found, readings: Sequence[int | None]) -> bool:
    """Whether every tag is there, and none was invalidated after the load began."""
    stamp = found.stamp
    return all(reading is not None and reading <= stamp for reading in readings)


def reading(reply: Any) -> int | None:
    """A tag's or a clock's reading; None where it is missing or no number."""
    try:
        return int(reply)
    except (TypeError, ValueError):
        return None
