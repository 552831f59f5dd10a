"""How many keys there will be, as the spec writes it: `200_000 keys`, or the number alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from redisspec.spec.grammar import GrammarError, quoted

PATTERN: Final = r"^[0-9][0-9_]* keys?$"
MOST: Final = 1 << 53

_SHORT = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}


@lru_cache(maxsize=1024)
def parse_expectation(text: str) -> int:
    """The number of keys, at least 1. Raises GrammarError."""
    found = re.fullmatch(
        r"\s*([0-9][0-9_,. ']{0,24}?)\s*([kKmMbB]?)\s*((?i:keys?)?)\s*", text, re.ASCII
    )
    if found is None:
        raise GrammarError(
            f"{quoted(text)} is no number of keys", help_="write one such as `200_000 keys`"
        )
    digits = re.sub(r"[_,. ']", "", found[1])
    number = int(digits)
    if found[2] or re.search(r"[,. ']", found[1]):
        guess = number * _SHORT.get(found[2].lower(), 1)
        raise GrammarError(
            f"{quoted(text)} is no whole number of keys", help_=f"write `{guess:_} keys`"
        )
    if not 1 <= number <= MOST:
        raise GrammarError(
            f"{quoted(text)} is no number of keys that can be expected",
            help_="write one such as `200_000 keys`",
        )
    return number
