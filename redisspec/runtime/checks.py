"""Refuses arguments that a server would refuse, or misunderstand, before anything is sent."""

import re
from math import isfinite, isnan
from typing import Final

from .errors import BoundExceeded, EncodeError

_LARGEST: Final = 2**63 - 1
_ENTRY_ID: Final = r"[-+$]|\(?[0-9]{1,20}(?:-[0-9]{1,20})?"


def check_integer(value: int) -> int:
    """The integer itself; EncodeError for anything else, a bool and past 64 bits too."""
    if type(value) is not int or not -_LARGEST - 1 <= value <= _LARGEST:
        raise EncodeError("an integer of 64 bits", value)
    return value


def check_subtrahend(value: int) -> int:
    """The same for what is to be subtracted: its negative has 64 bits too."""
    if check_integer(value) < -_LARGEST:
        raise EncodeError("an integer of 64 bits with its negative", value)
    return value


def check_count(value: int, floor: int, ceiling: int) -> int:
    """The integer itself; BoundExceeded outside of `floor` … `ceiling`."""
    if not floor <= check_integer(value) <= ceiling:
        raise BoundExceeded(None, floor, ceiling, value)
    return value


def check_offset(offset: int, limit: int) -> int:
    """The offset itself; BoundExceeded outside of 0 … `limit` - 1."""
    if not 0 <= check_integer(offset) < limit:
        raise BoundExceeded(None, 0, limit - 1, offset)
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


def check_finite(value: float) -> float:
    """The number itself; EncodeError for what is none, nan and the infinities too."""
    if type(value) not in (float, int) or not isfinite(value):
        raise EncodeError("a finite number", value)
    return value


def check_longitude(value: float) -> float:
    """The degrees themselves; ValueError outside of -180 … 180."""
    if not -180 <= check_finite(value) <= 180:
        raise ValueError(f"longitude: expected -180 to 180 degrees, got {value}")
    return value


def check_latitude(value: float) -> float:
    """The degrees themselves; ValueError outside of what Redis's projection holds."""
    if not -85.05112878 <= check_finite(value) <= 85.05112878:
        raise ValueError(
            f"latitude: expected -85.05112878 to 85.05112878 degrees, got {value}"
        )
    return value


def check_radius(value: float) -> float:
    """The metres themselves; ValueError below 0."""
    if check_finite(value) < 0:
        raise ValueError(f"radius: expected at least 0 metres, got {value}")
    return value


def check_entry_id(text: str) -> str:
    """The ID of a stream entry itself (`1700000000000-0`, `-`, `+`); ValueError else."""
    if type(text) is not str or re.fullmatch(_ENTRY_ID, text) is None:
        raise ValueError("expected the ID of a stream entry, such as 1700000000000-0")
    return text


def string_condition(absent: bool, present: bool) -> tuple[str, ...]:
    """The word of SET for these conditions; ValueError where they exclude each other."""
    if absent and present:
        raise ValueError("only_if_absent excludes only_if_present")
    if absent:
        return ("NX",)
    return ("XX",) if present else ()


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
