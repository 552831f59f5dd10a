"""What can go wrong, as exceptions that name the key and never a stored value."""

from decimal import Decimal
from typing import Final

SHOWN: Final = 40
"""How many characters or bytes of something unexpected a message shows."""


class RedisSpecError(Exception):
    """The base of everything that generated code raises by itself."""


class KeyParameterError(RedisSpecError, ValueError):
    """An argument cannot stand in a key; nothing was sent."""

    def __init__(self, parameter: str, value: object, expected: str) -> None:
        super().__init__(parameter, value, expected)
        self.parameter = parameter
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.parameter}: expected {self.expected}, got {shown(self.value)}"


class EncodeError(RedisSpecError, TypeError, ValueError):
    """A value is not of its declared type; nothing was sent."""

    def __init__(self, expected: str, value: object) -> None:
        # Only the type is kept: the value may be a secret.
        super().__init__(expected, type(value).__name__)
        self.expected = expected
        self.found = type(value).__name__

    def __str__(self) -> str:
        return f"expected {self.expected}, got a value of type {self.found}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_encode_error, (self.expected, self.found))


def _encode_error(expected: str, found: str) -> EncodeError:
    """Rebuild a pickled EncodeError."""
    error = EncodeError(expected, None)
    error.found = found
    return error


class KeyedError(RedisSpecError):
    """An error about what stands at a key; the lane fills in `key`."""

    key: str = ""

    def _at(self) -> str:
        return f"{ascii(self.key)[1:-1]}: " if self.key else ""


class DecodeError(KeyedError):
    """What stands at the key is not what was declared.

    `found` holds the offending bytes, the message only the first of them.
    """

    def __init__(self, expected: str, found: bytes = b"") -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self._at()}expected {self.expected}, found {shown(self.found)}"


class CollectionFull(KeyedError):
    """The collection holds `max_items` already; nothing was written."""

    def __init__(self, max_items: int) -> None:
        super().__init__(max_items)
        self.max_items = max_items

    def __str__(self) -> str:
        return f"{self._at()}full at {self.max_items} items"


class BoundExceeded(KeyedError):
    """A number would leave its declared range; nothing was written.

    `current` is the counter's value as it stands, `floor` and `ceiling` the declared
    range. A number that was refused before anything was sent is `requested`; the
    current one is then not known, nor the key.
    """

    def __init__(
        self,
        current: int | None = None,
        floor: int | None = None,
        ceiling: int | None = None,
        requested: int | None = None,
    ) -> None:
        super().__init__(current, floor, ceiling, requested)
        self.current = current
        self.floor = floor
        self.ceiling = ceiling
        self.requested = requested

    def __str__(self) -> str:
        low = "" if self.floor is None else str(self.floor)
        high = "" if self.ceiling is None else str(self.ceiling)
        if self.requested is not None:
            return f"{self._at()}{self.requested} is outside of {low}..{high}"
        now = "" if self.current is None else f", now {self.current}"
        return f"{self._at()}would leave the range {low}..{high}{now}"


class ValueTooLarge(KeyedError):
    """The encoded value has more bytes than declared; nothing was sent."""

    def __init__(self, size: int, max_bytes: int) -> None:
        super().__init__(size, max_bytes)
        self.size = size
        self.max_bytes = max_bytes

    def __str__(self) -> str:
        return f"{self._at()}{self.size} bytes, at most {self.max_bytes} are declared"


class _CallError(RedisSpecError):
    """An error about one call: its command's name and its key."""

    def __init__(self, command: str, key: str) -> None:
        super().__init__(command, key)
        self.command = command
        self.key = key

    def _call(self) -> str:
        return f"{self.command} {ascii(self.key)[1:-1]}".rstrip()


class OutcomeUnknown(_CallError):
    """The reply was lost: the call may or may not have been executed."""

    def __str__(self) -> str:
        return f"{self._call()}: the reply was lost, it may have been executed"


class Unavailable(_CallError):
    """The call could not be made within the deadline; it changed nothing.

    `reason` is what the last attempt met, where the connection was the trouble.
    """

    reason: str = ""

    def __str__(self) -> str:
        reason = f": {self.reason}" if self.reason else ""
        return f"{self._call()}: no answer within the deadline{reason}"


class OperationError(RedisSpecError):
    """The base of the errors that operations raise by name; nothing was changed.

    What was raised with the error is in its attributes, and in `args`, in order.
    """

    __match_args__: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self._told() or type(self).__name__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._told()})"

    def _told(self) -> str:
        told = zip(self.__match_args__, self.args, strict=False)
        return ", ".join(f"{name}={_number_or_kind(value)}" for name, value in told)


class ArithmeticFault(RedisSpecError, ArithmeticError):
    """An operation's arithmetic has no exact result; nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CrossSlotError(RedisSpecError, ValueError):
    """The keys of one atomic step lie in several slots of a cluster."""


class ConfirmationError(RedisSpecError, ValueError):
    """Something destructive was called without its confirmation."""


class BatchNotSent(RedisSpecError, RuntimeError):
    """A result of a batch was asked for before the batch was sent."""


class SettingsError(RedisSpecError, ValueError):
    """A client cannot be built from these settings."""


def _number_or_kind(value: object) -> str:
    """Numbers as they are; of all else the type alone, since it may be a secret."""
    if isinstance(value, (float, Decimal)):
        return str(value)
    if isinstance(value, (str, bytes)):
        return f"a {type(value).__name__}"
    return shown(value)


def shown(value: object) -> str:
    """A short text for a message, ASCII and without control characters."""
    if isinstance(value, (str, bytes, bytearray)):
        used = SHOWN
        cut = ascii(value[:used])
        if len(cut) > 4 * SHOWN:  # an escape has up to ten characters
            used = SHOWN // 4
            cut = ascii(value[:used])
        more = len(value) - used
        return f"{cut} and {more} more" if more > 0 else cut
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 128 else "a very large int"
    return f"a {type(value).__name__}"
