"""Refuses arguments that a server would refuse, or misunderstand, before anything is sent."""

from math import isnan

from .errors import BoundExceeded, EncodeError


def check_integer(value: int) -> int:
    """The integer itself; EncodeError for anything else (a bool too)."""
    if type(value) is not int:
        raise EncodeError("an integer", value)
    return value


def check_count(value: int, floor: int, ceiling: int) -> int:
    """The integer itself; BoundExceeded outside of `floor` … `ceiling`."""
    if not floor <= check_integer(value) <= ceiling:
        raise BoundExceeded(value, floor, ceiling)
    return value


def check_offset(offset: int, limit: int) -> int:
    """The offset itself; BoundExceeded outside of 0 … `limit` - 1."""
    if not 0 <= check_integer(offset) < limit:
        raise BoundExceeded(offset, 0, limit - 1)
    return offset


def check_positive(value: int) -> int:
    """The integer itself; ValueError below 1."""
    if check_integer(value) < 1:
        raise ValueError(f"expected at least 1, got {value}")
    return value


def check_not_negative(value: int) -> int:
    """The integer itself; ValueError below 0."""
    if check_integer(value) < 0:
        raise ValueError(f"expected at least 0, got {value}")
    return value


def check_score(value: float) -> float:
    """The score itself (infinities too); EncodeError for nan and for what is no number."""
    if type(value) not in (float, int) or isnan(value):
        raise EncodeError("a number", value)
    return value


def last_place(start: int, count: int) -> int:
    """The last of `count` places from `start` on, both counted, as a range has it."""
    # A stop far before the first item is an empty range: -1 would be the whole.
    return start + count - 1 if check_integer(count) > 0 else -(2**62)


def sorted_set_condition(greater: bool, less: bool, absent: bool, present: bool) -> str:
    """The words of ZADD for these conditions; ValueError where they exclude each other."""
    if (absent and present) or (greater and less) or (absent and (greater or less)):
        raise ValueError(
            "only_if_absent excludes the other conditions,"
            " and only_if_greater excludes only_if_less"
        )
    words = (
        (greater, "GT"),
        (less, "LT"),
        (absent, "NX"),
        (present, "XX"),
    )
    return " ".join(word for wanted, word in words if wanted)
