"""Why the compiler may refuse a well-typed program: the reasons that the language documents."""

from __future__ import annotations

import re

from redisspec.diagnostics.diagnostic import Diagnostic

REASONS: dict[str, re.Pattern[str]] = {}
"""A reason's name, and how its message reads."""


def reason(diagnostic: Diagnostic) -> str | None:
    """The documented reason; None where the compiler has one of its own."""
    return next((name for name, text in REASONS.items() if text.search(diagnostic.message)), None)
