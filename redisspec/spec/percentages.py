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
    bare = text.strip()
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)[ \t]*(%?)", bare, re.ASCII)
    if found is None:
        raise GrammarError(f"{quoted(text)} is no percentage", help_="write one such as `10%`")
    number = float(found[1])
    if not found[2]:
        guess = number * 100 if number < 1 else number
        raise GrammarError(f"{quoted(text)} has no `%`", help_=f"write `{guess:g}%`")
    if number >= 100:
        raise GrammarError(
            f"{quoted(text)} is not less than 100%",
            help_="write a share of the TTL, such as `10%`",
        )
    return number / 100


def format_percentage(fraction: float) -> str:
    """`0.05` is `5%`."""
    return f"{round(fraction * 100, 6):.6f}".rstrip("0").rstrip(".") + "%"
