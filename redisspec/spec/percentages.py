"""Percentages as the spec writes them: `5%`, `12.5%`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from redisspec.spec.grammar import GrammarError, quoted

PATTERN: Final = r"^[0-9]{1,2}(\.[0-9]{1,6})?%$"


@lru_cache(maxsize=256)
def parse_percentage(text: str) -> float:
    """The fraction in [0, 1) that a percentage names. Raises GrammarError."""
    number = _number(text, "10%")
    if number >= 100:
        raise GrammarError(
            f"{quoted(text)} is not less than 100%",
            help_="write a share of the TTL, such as `10%`",
        )
    return number / 100


@lru_cache(maxsize=256)
def parse_error_rate(text: str) -> float:
    """The fraction in (0, 0.5) that the error rate of a Bloom filter is. Raises GrammarError."""
    number = _number(text, "0.1%")
    if number >= 50:
        raise GrammarError(
            f"{quoted(text)} is not less than 50%: the filter would know next to nothing",
            help_="write the share of wrong answers that you can bear, such as `1%` or `0.1%`",
        )
    if not number:
        raise GrammarError(
            "no Bloom filter is without errors",
            help_="write a small share, such as `0.1%`, or use a `set`, which is exact",
        )
    return round(number / 100, 8)


def _number(text: str, example: str) -> float:
    bare = text.strip()
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)[ \t]*(%?)", bare, re.ASCII)
    if found is None:
        raise GrammarError(
            f"{quoted(text)} is no percentage", help_=f"write one such as `{example}`"
        )
    number = float(found[1])
    if not found[2]:
        guess = number * 100 if number < 1 else number
        raise GrammarError(f"{quoted(text)} has no `%`", help_=f"write `{guess:g}%`")
    return number


def format_percentage(fraction: float) -> str:
    """`0.05` is `5%`."""
    return f"{round(fraction * 100, 6):.6f}".rstrip("0").rstrip(".") + "%"
