"""What rules ask of a key pattern: does it bear a date, and who chooses its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redisspec.ir.keypattern import Literal, Parameter

if TYPE_CHECKING:
    from redisspec.ir.keypattern import KeyPattern

WINDOW_TYPES = ("date", "month", "isoweek", "hour")

_TEXT_TYPES = ("str", "slug", "encoded")
# Names that say "a point in time" whatever the type; a number called `hour` or `month` may be
# one of 24 or 12, so for numbers only the names that grow for ever count; `year` by itself does,
# a `model_year` is one of some.
_WINDOW_NAMES = frozenset(
    [
        "date",
        "day",
        "week",
        "isoweek",
        "month",
        "year",
        "hour",
        "minute",
        "window",
        "yyyymmdd",
        "yyyymm",
        "timestamp",
        "ts",
        "epoch",
    ]
)
_GROWING_NUMBERS = frozenset(["date", "window", "yyyymmdd", "yyyymm", "timestamp", "ts", "epoch"])
_DATE_IN_LITERAL = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2]|W[0-5]\d)(?!\d{3})")

_PERIODS = {"date": "day", "month": "month", "isoweek": "week", "hour": "hour"}
_WORDS = frozenset((*_PERIODS.values(), "year"))


def bears_window(parameter: Parameter) -> bool:
    """Whether each day, week or window brings a new value of `parameter`."""
    if parameter.type.name in WINDOW_TYPES:
        return True
    last_word = parameter.name.rpartition("_")[2]
    if parameter.type.name in _TEXT_TYPES:
        return last_word in _WINDOW_NAMES
    return parameter.type.name == "int" and (
        last_word in _GROWING_NUMBERS or parameter.name == "year"
    )


def names_window(name: str) -> bool:
    """Whether a plain name (`date`, `start_day`, `yyyymmdd`) says "a point in time"."""
    return name.lower().rpartition("_")[2] in _WINDOW_NAMES


def window_of(pattern: KeyPattern) -> str | None:
    """What in the pattern bears a date or a window, as the spec writes it; None where nothing."""
    for parameter in pattern.parameters:
        if bears_window(parameter):
            return f"<{parameter.name}:{parameter.type.text}>"
    for part in pattern.parts:
        if isinstance(part, Literal):
            found = _DATE_IN_LITERAL.search(part.text)
            if found:
                return found.group()
    return None


def is_text(parameter: Parameter) -> bool:
    """Whether the parameter takes text that callers, and so the outside world, can choose."""
    return parameter.type.name in _TEXT_TYPES


def is_small(parameter: Parameter) -> bool:
    """Whether the spec lists the values that the parameter can have."""
    return parameter.type.name == "enum"


def period_of(pattern: KeyPattern) -> str:
    """The word for the time that one key of a dated pattern covers: `day`, `week`, `window` …"""
    for parameter in pattern.parameters:
        if parameter.type.name in _PERIODS:
            return _PERIODS[parameter.type.name]
        if bears_window(parameter):
            word = parameter.name.rpartition("_")[2]
            return _PERIODS.get(word, word if word in _WORDS else "window")
    return "period"
