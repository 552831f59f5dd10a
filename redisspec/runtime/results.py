"""Replies of the scripts, and of the few commands whose replies need a word of their own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from .codecs import decode_int
from .errors import BoundExceeded, CollectionFull, ConfirmationError, DecodeError
from .replies import as_bytes, as_int, as_list, as_map, as_optional_float, positions

K = TypeVar("K")
T = TypeVar("T")

_PORTION: Final = 1_000
"""How many members one script is asked for: with more it keeps the server busy for long."""


def as_count(reply: Any) -> int:
    """A counter's value; 0 without a key."""
    return 0 if reply is None else decode_int(as_bytes(reply))


def as_exact_int(reply: Any) -> int:
    """An integer that came as text, so that no digit was lost."""
    return decode_int(as_bytes(reply))


def as_text(reply: Any) -> str:
    """A text such as a stream entry's ID."""
    return as_bytes(reply).decode()


def as_bit_position(reply: Any) -> int | None:
    """BITPOS: None where there is no such bit."""
    position = as_int(reply)
    return None if position < 0 else position


def as_bit_positions(reply: Any) -> list[int]:
    """The offsets of the set bits of a bitmap read whole; its first bit is the highest."""
    raw = b"" if reply is None else as_bytes(reply)
    return [
        start * 8 + bit
        for start, byte in enumerate(raw)
        if byte
        for bit in range(8)
        if byte & (0x80 >> bit)
    ]


def as_coordinates(reply: Any) -> tuple[float, float] | None:
    """GEOPOS of one member: longitude and latitude."""
    found = positions(reply)
    return found[0] if found else None


def as_distance(reply: Any) -> float | None:
    """GEODIST: metres, None where a member is not there."""
    return as_optional_float(reply)


def set_of(decode: Callable[[bytes], T]) -> Callable[[Any], set[T]]:
    """A decoder of sets, by the decoder of their members."""

    def decode_all(reply: Any) -> set[T]:
        return {decode(as_bytes(item)) for item in as_list(reply)}

    return decode_all


def map_of(
    decode_key: Callable[[bytes], K], decode_value: Callable[[bytes], T]
) -> Callable[[Any], dict[K, T]]:
    """A decoder of HGETALL, by the decoders of keys and values."""

    def decode_all(reply: Any) -> dict[K, T]:
        found: Mapping[bytes, bytes] = as_map(reply)
        return {decode_key(key): decode_value(value) for key, value in found.items()}

    return decode_all


def unless_full(decode: Callable[[Any], T], max_items: int) -> Callable[[Any], T]:
    """A decoder of what a bounded write answers: CollectionFull for -1."""

    def decode_reply(reply: Any) -> T:
        # Numbers of the data come as text: the integer -1 is always the refusal.
        if reply == -1 and type(reply) is int:
            raise CollectionFull(max_items)
        return decode(reply)

    return decode_reply


def within(floor: int, ceiling: int) -> Callable[[Any], int]:
    """A decoder of what a bounded counter answers: BoundExceeded for a refusal."""

    def decode_reply(reply: Any) -> int:
        if isinstance(reply, (list, tuple)):
            raise BoundExceeded(as_exact_int(as_list(reply)[0]), floor, ceiling)
        return as_exact_int(reply)

    return decode_reply


def named(decode: Callable[[bytes], T], field: str) -> Callable[[bytes], T]:
    """A decoder whose DecodeError says which field it was."""

    def decode_field(raw: bytes) -> T:
        try:
            return decode(raw)
        except DecodeError as error:
            error.expected = f"{error.expected} in the field {field!r}"
            raise

    return decode_field


def keyed(key: str, decode: Callable[[Any], T], reply: Any) -> T:
    """The decoded page of a key; its DecodeError names the key."""
    try:
        return decode(reply)
    except DecodeError as error:
        error.key = key
        raise


def glob_escape(text: str) -> str:
    """The text as a pattern of SCAN that matches nothing else."""
    special = "\\*?[]^"
    return "".join(f"\\{letter}" if letter in special else letter for letter in text)


def confirmed(confirm: str, name: str) -> None:
    """Refuse what destroys a keyspace unless its name was said."""
    if confirm != name:
        raise ConfirmationError(
            f"this deletes every key of {name}; say so: delete_all(confirm={name!r})"
        )


def portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, as many at a time as one call has."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]
