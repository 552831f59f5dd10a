"""What an idempotency record says: the result of a run that is over, and how replies tell it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from inspect import signature
from secrets import token_hex
from typing import Any, Generic, TypeVar

from .errors import DecodeError, EncodeError, KeyedError
from .replies import as_bytes, as_int, as_list

R = TypeVar("R")


class IdempotencyConflict(KeyedError):
    """The key was used for another request already: its fingerprint is another one."""

    def __str__(self) -> str:
        return f"{self._at()}the key belongs to a request with another fingerprint"


class InFlight(KeyedError):
    """Another run of the same request is under way; nothing was run.

    `retry_after` is what is left of its lease, in seconds, by the server's clock;
    `attempt` says which run of the key it is.
    """

    def __init__(self, retry_after: float, attempt: int) -> None:
        super().__init__(retry_after, attempt)
        self.retry_after = retry_after
        self.attempt = attempt

    def __str__(self) -> str:
        return f"{self._at()}in flight, its lease ends in {self.retry_after:g} s"


@dataclass(frozen=True, slots=True)
class Recorded(Generic[R]):
    """The result that is recorded, and the attempt that made it."""

    result: R
    attempt: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A run has begun, or its result has been recorded: the attempt it is."""

    attempt: int


def new_token() -> str:
    """The token of a run: 128 random bits of the operating system's."""
    return token_hex(16)


def fingerprint_of(given: object) -> str:
    """What is compared of a request: a digest, so that nothing of it is stored."""
    if given is None:
        return "-"
    if not isinstance(given, (str, bytes)):
        raise EncodeError("str or bytes as the fingerprint", given)
    raw = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
    return sha256(raw).hexdigest()


def arguments_of(
    function: Callable[..., object], names: Sequence[str]
) -> Callable[[Sequence[Any], Mapping[str, Any]], list[Any]]:
    """What a call of the function gives these parameters; TypeError where it has none such."""
    taken = signature(function)
    for name in names:
        if name not in taken.parameters:
            raise TypeError(
                f"the function has no parameter {name!r} to make the key of"
            )

    def pick(args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        bound = taken.bind(*args, **kwargs)
        bound.apply_defaults()
        return [bound.arguments[name] for name in names]

    return pick


def reading(decode: Callable[[bytes], R]) -> Callable[[Any], Begun | Recorded[R]]:
    """A decoder of what begin and complete answer, by the decoder of results."""

    def read(reply: Any) -> Begun | Recorded[R]:
        word, *told = as_list(reply)
        match as_int(word), told:
            case 1, [attempt]:
                return Begun(as_int(attempt))
            case 2, [attempt, result]:
                return Recorded(decode(as_bytes(result)), as_int(attempt))
            case 3, [attempt, left_ms]:
                raise InFlight(as_int(left_ms) / 1000, as_int(attempt))
            case 4, []:
                raise IdempotencyConflict
            case _:
                raise DecodeError("a reply of this script", b"an array")

    return read
