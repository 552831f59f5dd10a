"""What functions give that an awaited client calls: coroutines, futures, other awaitables."""

from collections.abc import Awaitable
from inspect import isawaitable
from typing import TypeVar

R = TypeVar("R")


class NoAwaitable(TypeError):
    """A function of an awaited client was none that is awaited, and has run already."""


def awaitable(made: Awaitable[R]) -> Awaitable[R]:
    """What a function gave, to be awaited."""
    given: object = made
    if not isawaitable(given):
        raise NoAwaitable(
            f"expected an awaitable of the function, got a value of type {type(given).__name__}"
        )
    return made
