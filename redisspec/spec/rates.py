"""Rate limits as the spec writes them: `100/s`, `5000/h burst 200`, `10/30s`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import gcd
from typing import Final

from redisspec.spec.durations import UNITS, format_duration
from redisspec.spec.grammar import GrammarError, quoted

PATTERN: Final = r"^[0-9][0-9_]*/([0-9]+)?(ms|s|m|h|d|w)( burst [0-9][0-9_]*)?$"
EXACT: Final = 1 << 53
"""Lua's numbers are exact up to here; a debt (tokens times period in microseconds) stays below."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` in `period_ms`, and `burst` at once (as many as `amount` where it is not said)."""

    amount: int
    period_ms: int
    burst: int

    @property
    def grain(self) -> int:
        """By how much the period and the amount are divided so that a debt is counted exactly.

        1 where nothing needs it; then a call may have any amount within the declared one, else
        multiples of it.
        """
        period_us = self.period_ms * 1_000
        least = max(self.amount, self.burst) * period_us // EXACT + 1
        common = gcd(self.amount, period_us)
        divisors = (each for each in range(least, least + 1_000) if common % each == 0)
        return next(divisors, common)

    @property
    def countable(self) -> bool:
        """Whether the largest debt is exact in Lua's numbers."""
        most = max(self.amount, self.burst)
        return most * (self.period_ms * 1_000 // self.grain) < EXACT

    @property
    def period(self) -> str:
        """The period as the spec writes it: `m`, `30s`."""
        period = format_duration(self.period_ms)
        without = period.removeprefix("1")
        return without if without[:1].isalpha() else period

    def __str__(self) -> str:
        burst = f" burst {self.burst}" if self.burst != self.amount else ""
        return f"{self.amount}/{self.period}{burst}"


def parse_rate(text: str) -> Rate:
    """A rate limit. Raises GrammarError."""
    found = re.fullmatch(
        r"\s*([0-9][0-9_]*)\s*/\s*([0-9]+)?\s*([a-z]+)(?:\s+burst\s+([0-9][0-9_]*))?\s*",
        text,
        re.ASCII,
    )
    if found is None:
        raise GrammarError(
            f"{quoted(text)} is no rate",
            help_="write how many in which time, such as `100/s` or `100/s burst 200`",
        )
    unit = UNITS.get(found[3])
    if unit is None:
        raise GrammarError(
            f"{quoted(found[3])} is no unit of time",
            found.start(3),
            found.end(3),
            "the units are `ms`, `s`, `m`, `h`, `d` or `w`",
        )
    amount = _number(found[1])
    period = _number(found[2] or "1") * unit
    burst = _number(found[4]) if found[4] else amount
    if min(amount, period, burst) < 1:
        raise GrammarError(
            f"{quoted(text)} lets nothing through", help_="write numbers of at least 1"
        )
    if not Rate(amount, period, burst).countable:
        raise GrammarError(
            f"{quoted(text)} is too large to be counted exactly",
            help_="write a rounder amount, a shorter period or a smaller burst",
        )
    return Rate(amount, period, burst)


def _number(digits: str) -> int:
    # What has more digits cannot be counted either, and reading a long number takes its time.
    return int(digits.replace("_", "").lstrip("0")[:20] or "0")
