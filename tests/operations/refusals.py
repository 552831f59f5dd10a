"""Why the compiler may refuse a well-typed program: the reasons that the language documents."""

from __future__ import annotations

import re

from redisspec.diagnostics.diagnostic import Diagnostic

REASONS: dict[str, re.Pattern[str]] = {
    "a read of what waits": re.compile(
        r"reads what .* is to write, and a later step may still refuse"
    ),
    "an answer of what waits": re.compile(r"answers what it has done, and a later step may still"),
    "too many rounds": re.compile(r"these loops may go round [\d,]+ times"),
    "unbounded": re.compile(r"nothing bounds how many items|may have more than 1,000 items"),
    "never None": re.compile(r"is never None|would be None and nothing else"),
    "None by ==": re.compile(r"None is compared with `is`"),
    "beyond the bitmap": re.compile(r"offsets of `\w+` are 0 to \d+"),
}
"""A reason's name, and how its message reads."""


def reason(diagnostic: Diagnostic) -> str | None:
    """The documented reason; None where the compiler has one of its own."""
    return next((name for name, text in REASONS.items() if text.search(diagnostic.message)), None)
