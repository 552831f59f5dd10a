"""Replies of operations: a refusal as its exception, a success as its value.

A refusal is an array that begins with its number, counted from 1; what it says
follows. Of a success that is an array itself the first element is 0.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from .codecs import decode_int
from .errors import (
    ArithmeticFault,
    BoundExceeded,
    CollectionFull,
    DecodeError,
    EncodeError,
    KeyedError,
    OperationError,
    RedisSpecError,
    ValueTooLarge,
)
from .replies import as_bytes, as_int, as_list
from .retry import Encodable

T = TypeVar("T")
S = TypeVar("S")

Refusal: TypeAlias = Callable[[list[Any]], RedisSpecError]
"""Makes the exception of what follows the number of a refusal."""

MOST_ITEMS: Final = 1_000
MOST_EXACT: Final = 2**53 - 1


# --- what is sent


def check_items(values: Any) -> None:
    """Refuse what is no list, or a longer one than an operation takes."""
    if issubclass(type(values), (str, bytes, bytearray, Mapping)):
        raise EncodeError("a list", values)
    try:
        count = len(values)
    except TypeError:
        raise EncodeError("a list", values) from None
    if count > MOST_ITEMS:
        raise EncodeError(f"a list of at most {MOST_ITEMS:,} items", values)


def encode_exact(value: object) -> int:
    """An int with which a script can reckon without rounding; EncodeError else."""
    if type(value) is int:
        if -MOST_EXACT <= value <= MOST_EXACT:
            return value
        raise EncodeError("an int from -(2^53 - 1) to 2^53 - 1", value)
    if isinstance(value, int) and not isinstance(value, bool):
        return encode_exact(int(value))
    raise EncodeError("int", value)


def optional_pair(
    value: S | None, encode: Callable[[S], Encodable]
) -> tuple[Encodable, Encodable]:
    """1 and the encoded value; 0 and nothing for None."""
    return (0, "") if value is None else (1, encode(value))


# --- what comes back


def answer(decode: Callable[[Any], T], *refusals: Refusal) -> Callable[[Any], T]:
    """A decoder of a success that is no array, by the decoder of its value."""

    def decode_reply(reply: Any) -> T:
        if isinstance(reply, (list, tuple)):
            raise _refused(as_list(reply), refusals)
        return decode(reply)

    return decode_reply


def wrapped(decode: Callable[[Any], T], *refusals: Refusal) -> Callable[[Any], T]:
    """A decoder of a success that stands behind a 0, by the decoder of its value."""

    def decode_reply(reply: Any) -> T:
        if reply is None:
            return decode(None)
        found = as_list(reply)
        if not found or found[0] != 0:
            raise _refused(found, refusals)
        return decode(found[1] if len(found) > 1 else None)

    return decode_reply


def _refused(reply: list[Any], refusals: tuple[Refusal, ...]) -> RedisSpecError:
    number = reply[0] if reply else None
    if not isinstance(number, int) or not 1 <= number <= len(refusals):
        return DecodeError("a reply of this operation", b"an array")
    return refusals[number - 1](reply[1:])


def value_of(decode: Callable[[bytes], T]) -> Callable[[Any], T]:
    """A decoder of one value, whether it came as a text or as a number."""

    def decode_one(reply: Any) -> T:
        return decode(as_bytes(reply))

    return decode_one


def optional_of(decode: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """A decoder of what may be nil."""

    def decode_one(reply: Any) -> T | None:
        return None if reply is None else decode(reply)

    return decode_one


def present(decode: Callable[[Any], T | None]) -> Callable[[Any], T]:
    """A decoder of a record that is there; DecodeError where nothing of it is."""

    def decode_one(reply: Any) -> T:
        found = decode(reply)
        if found is None:
            raise DecodeError("a record, which is missing")
        return found

    return decode_one


def list_of(decode: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """A decoder of arrays, by the decoder of their items."""

    def decode_all(reply: Any) -> list[T]:
        return [decode(item) for item in as_list(reply)]

    return decode_all


def set_of_each(decode: Callable[[Any], T]) -> Callable[[Any], set[T]]:
    """A decoder of arrays of different items, by the decoder of their items."""

    def decode_all(reply: Any) -> set[T]:
        return {decode(item) for item in as_list(reply)}

    return decode_all


def items_of(reply: Any, count: int) -> list[Any]:
    """The items of an array of just so many."""
    found = as_list(reply)
    if len(found) != count:
        raise DecodeError(f"an array of {count}", f"one of {len(found)}".encode())
    return found


# --- refusals


def raised(
    kind: Callable[..., OperationError], *decoders: Callable[[Any], object]
) -> Refusal:
    """An error of the operation's own, by the decoders of its attributes."""

    def refuse(found: list[Any]) -> RedisSpecError:
        given = items_of(found, len(decoders))
        return kind(
            *(decode(item) for decode, item in zip(decoders, given, strict=True))
        )

    return refuse


def out_of_bounds(floor: int, ceiling: int) -> Refusal:
    """A count that would leave its range: its key, and the count as it stands."""

    def refuse(found: list[Any]) -> RedisSpecError:
        key, current = items_of(found, 2)
        error = BoundExceeded(decode_int(as_bytes(current)), floor, ceiling)
        return _at(error, key)

    return refuse


def out_of_range(floor: int, ceiling: int) -> Refusal:
    """A number that was asked for outside of its range: its key, and the number."""

    def refuse(found: list[Any]) -> RedisSpecError:
        key, number = items_of(found, 2)
        requested = decode_int(as_bytes(number))
        return _at(BoundExceeded(None, floor, ceiling, requested), key)

    return refuse


def full(max_items: int) -> Refusal:
    """A collection that takes no more: its key."""

    def refuse(found: list[Any]) -> RedisSpecError:
        return _at(CollectionFull(max_items), items_of(found, 1)[0])

    return refuse


def too_large(max_bytes: int) -> Refusal:
    """A value with too many bytes: its key, and how many."""

    def refuse(found: list[Any]) -> RedisSpecError:
        key, size = items_of(found, 2)
        return _at(ValueTooLarge(as_int(size), max_bytes), key)

    return refuse


def corrupt(expected: str) -> Refusal:
    """Something else at a key than was declared: the key, and what stood there."""

    def refuse(found: list[Any]) -> RedisSpecError:
        key, there = items_of(found, 2)
        return _at(DecodeError(expected, as_bytes(there)), key)

    return refuse


def fault(reason: str) -> Refusal:
    """Arithmetic that has no result."""

    def refuse(_: list[Any]) -> RedisSpecError:
        return ArithmeticFault(reason)

    return refuse


def _at(error: KeyedError, key: Any) -> KeyedError:
    error.key = as_bytes(key).decode("utf-8", "replace")
    return error
