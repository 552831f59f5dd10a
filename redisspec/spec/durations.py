"""Durations as the spec writes them: `500ms`, `30s`, `5m`, `1h`, `7d`, `2w`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from redisspec.spec.grammar import GrammarError, quoted

UNITS: Final = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
LONGEST_MS: Final = 100 * 365 * UNITS["d"]
"""A century: what is longer is meant to stay, and `never` says so."""

PATTERN: Final = r"^[0-9][0-9_]*(ms|s|m|h|d|w)$"

_LONG_UNITS = {
    "msec": "ms", "millis": "ms", "millisecond": "ms", "sec": "s", "second": "s", "min": "m",
    "minute": "m", "hr": "h", "hour": "h", "day": "d", "week": "w",
}  # fmt: skip
_NEVER = "write `never` (with a `reason`) for what is to stay"
_UNIT_WORDS = "`ms`, `s`, `m`, `h`, `d` or `w`"


@lru_cache(maxsize=4096)
def parse_duration(text: str, lasting: bool = False) -> int:
    """Milliseconds of a duration. Raises GrammarError; `0s` is a duration (lint has a word).

    `lasting` says that `never` can stand in its place.
    """
    number, unit = _split(text.strip())
    lead = len(text) - len(text.lstrip())
    if number is None:
        raise GrammarError(
            f"{quoted(text)} is no duration",
            help_=_way_out(text.strip(), lasting),
        )
    if unit == "":
        raise GrammarError(
            f"{quoted(text)} has no unit",
            help_=f"write `{number}s` for seconds; the units are {_UNIT_WORDS}",
        )
    factor = UNITS.get(unit)
    if factor is None:
        raise GrammarError(
            f"{quoted(unit)} is no unit of time",
            lead + len(text.strip()) - len(unit),
            lead + len(text.strip()),
            _unit_help(number, unit),
        )
    value = int(number) * factor
    if value > LONGEST_MS:
        raise GrammarError(
            f"{quoted(text)} is longer than a hundred years",
            help_=_NEVER if lasting else f"write at most `{format_duration(LONGEST_MS)}`",
        )
    return value


def _split(text: str) -> tuple[str | None, str]:
    """The digits (separators dropped) and the rest, which is a unit where this is a duration."""
    found = re.fullmatch(r"([0-9][0-9_]*)[ \t]*([^\W\d_]*)", text, re.ASCII)
    if found is None:
        return None, ""
    # What has more digits is too long in any unit, and a long number takes its time.
    return found[1].replace("_", "").lstrip("0")[:20] or "0", found[2]


def _way_out(text: str, lasting: bool) -> str:
    """What was probably meant by a text that is not a number and a unit."""
    found = re.fullmatch(r"([0-9]{1,6}\.[0-9]{1,6}) ?(ms|s|m|h|d|w)", text, re.ASCII)
    if found is not None:
        milliseconds = round(float(found[1]) * UNITS[found[2]])
        return f"write `{format_duration(milliseconds)}`, in whole numbers"
    pairs = re.fullmatch(r"(?:[0-9]{1,6} ?(?:ms|s|m|h|d|w) ?){2,6}", text, re.ASCII)
    if pairs is not None:
        parts = re.findall(r"([0-9]+) ?([a-z]+)", text)
        milliseconds = sum(int(number) * UNITS[unit] for number, unit in parts)
        return f"write `{format_duration(milliseconds)}`, with one unit"
    if lasting and text.lower() in {
        "forever",
        "infinite",
        "infinity",
        "inf",
        "none",
        "no",
        "-1",
        "unlimited",
    }:
        return _NEVER
    return f"write a whole number and a unit ({_UNIT_WORDS}), such as `30s` or `7d`"


def _unit_help(number: str, unit: str) -> str:
    word = unit.lower()
    short = _LONG_UNITS.get(word) or _LONG_UNITS.get(word.removesuffix("s"))
    if short is None and word in UNITS:
        short = word
    if short is not None:
        return f"write `{number}{short}`"
    if word in {"y", "yr", "yrs", "year", "years"}:
        return f"write `{int(number) * 365}d`"
    if word in {"mo", "mon", "month", "months"}:
        return f"write `{int(number) * 30}d`"
    return f"the units are {_UNIT_WORDS}"


def format_duration(milliseconds: int) -> str:
    """The shortest spelling of a duration: 3_600_000 is `1h`."""
    for unit in ("w", "d", "h", "m", "s"):
        if milliseconds and milliseconds % UNITS[unit] == 0:
            return f"{milliseconds // UNITS[unit]}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"
