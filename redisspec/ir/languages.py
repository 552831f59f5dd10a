"""Which texts each parameter type admits, written once as expressions over character sets.

An expression becomes a regular expression (to match) and an automaton (to decide overlaps).
A character set is an integer with a bit for each code point; a negative one is the complement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set."""

    mask: int


@dataclass(frozen=True, slots=True)
class Seq:
    """One expression after the other."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """Any one of the expressions."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same expression again and again, at least `least` (0 or 1) times.

    The expression inside holds no other Repeat.
    """

    item: Expr
    least: int = 1


Expr: TypeAlias = Chars | Seq | Alt | Repeat

ANY = -1
"""Every character."""


def chars(texts: Iterable[str]) -> int:
    """The set of these characters."""
    mask = 0
    for text in texts:
        mask |= 1 << ord(text)
    return mask


_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_HEX = _DIGITS + "abcdef"
UNRESERVED = _LOWER + _LOWER.upper() + _DIGITS + "_.~-"
"""What percent-encoding leaves as it is."""

_CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
STR_EXCLUDED = ":{}*?[]\\^" + _CONTROLS
"""What `str` does not admit (besides lone surrogates, which no automaton needs to know of)."""

_DIGIT = Chars(chars(_DIGITS))
_NONZERO = Chars(chars("123456789"))


def literal(text: str) -> Seq:
    """Exactly this text."""
    return Seq(tuple(Chars(1 << ord(c)) for c in text))


def _pairs(numbers: Iterable[int], digits: str = _DIGITS) -> Expr:
    """Two digits (of the base that `digits` has) that write one of the numbers."""
    base = len(digits)
    by_units: dict[int, int] = {}
    by_high: dict[int, int] = {}
    for number in numbers:
        by_high[number // base] = by_high.get(number // base, 0) | 1 << ord(digits[number % base])
    for high, mask in by_high.items():
        by_units[mask] = by_units.get(mask, 0) | 1 << ord(digits[high])
    items = tuple(Seq((Chars(highs), Chars(units))) for units, highs in by_units.items())
    return items[0] if len(items) == 1 else Alt(items)


_YEAR = Alt(
    (
        Seq((_NONZERO, _DIGIT, _DIGIT, _DIGIT)),
        Seq((*literal("0").items, _NONZERO, _DIGIT, _DIGIT)),
        Seq((*literal("00").items, _NONZERO, _DIGIT)),
        Seq((*literal("000").items, _NONZERO)),
    )
)
_MONTHS = _pairs(range(1, 13))


def _leap_years() -> Expr:
    fours = _pairs(range(4, 100, 4))
    return Alt((Seq((_DIGIT, _DIGIT, fours)), Seq((fours, literal("00")))))


def _date() -> Expr:
    dash = literal("-")
    days = Alt(
        (
            Seq((_pairs((1, 3, 5, 7, 8, 10, 12)), dash, _pairs(range(1, 32)))),
            Seq((_pairs((4, 6, 9, 11)), dash, _pairs(range(1, 31)))),
            Seq((literal("02-"), _pairs(range(1, 29)))),
        )
    )
    return Alt((Seq((_YEAR, dash, days)), Seq((_leap_years(), literal("-02-29")))))


def _long_years() -> Expr:
    """Years with a week 53. The calendar repeats after 400 years; year 0 would be none of them."""
    found: list[Expr] = []
    for century in range(4):
        years = [
            year
            for year in range(100)
            # 28 December is always in the last week of its ISO year.
            if date(2000 + century * 100 + year, 12, 28).isocalendar().week == 53
        ]
        found.append(Seq((_pairs(range(century, 100, 4)), _pairs(years))))
    return Alt(tuple(found))


def _isoweek() -> Expr:
    return Alt(
        (
            Seq((_YEAR, literal("-W"), _pairs(range(1, 53)))),
            Seq((_long_years(), literal("-W53"))),
        )
    )


def _int() -> Expr:
    signed = Seq((_NONZERO, Repeat(_DIGIT, 0)))
    return Alt((literal("0"), signed, Seq((*literal("-").items, signed))))


def _uuid() -> Expr:
    digit = Chars(chars(_HEX))
    items: list[Expr] = []
    for width in (8, 4, 4, 4, 12):
        items += [*literal("-").items, *[digit] * width] if items else [digit] * width
    return Seq(tuple(items))


def _encoded() -> Expr:
    def octets(*ranges: tuple[int, int]) -> Expr:
        numbers = [n for low, high in ranges for n in range(low, high + 1)]
        return Seq((*literal("%").items, _pairs(numbers, "0123456789ABCDEF")))

    reserved = [(n, n) for n in range(0x80) if chr(n) not in UNRESERVED]
    more = octets((0x80, 0xBF))
    return Repeat(
        Alt(
            (
                Chars(chars(UNRESERVED)),
                octets(*reserved),
                Seq((octets((0xC2, 0xDF)), more)),
                Seq((octets((0xE0, 0xE0)), octets((0xA0, 0xBF)), more)),
                Seq((octets((0xE1, 0xEC), (0xEE, 0xEF)), more, more)),
                Seq((octets((0xED, 0xED)), octets((0x80, 0x9F)), more)),
                Seq((octets((0xF0, 0xF0)), octets((0x90, 0xBF)), more, more)),
                Seq((octets((0xF1, 0xF3)), more, more, more)),
                Seq((octets((0xF4, 0xF4)), octets((0x80, 0x8F)), more, more)),
            )
        )
    )


_MAKERS: dict[str, Callable[[], Expr]] = {
    "int": _int,
    "uuid": _uuid,
    "slug": lambda: Repeat(Chars(chars(_LOWER + _DIGITS + "_-"))),
    "str": lambda: Repeat(Chars(~chars(STR_EXCLUDED))),
    "encoded": _encoded,
    "date": _date,
    "month": lambda: Seq((_YEAR, literal("-"), _MONTHS)),
    "isoweek": _isoweek,
    "hour": lambda: Seq((_date(), literal("T"), _pairs(range(24)))),
}


@lru_cache(maxsize=256)
def expression(name: str, members: tuple[str, ...] = (), length: int = 0) -> Expr:
    """The texts of a parameter type; `members` are an enum's, `length` a hex's."""
    if name == "enum":
        return Alt(tuple(literal(member) for member in members))
    if name == "hex":
        return Seq((Chars(chars(_HEX)),) * length)
    return _MAKERS[name]()


def regex(expr: Expr) -> str:
    """The expression as Python's `re` writes it, without capturing groups."""
    match expr:
        case Chars(mask):
            return _char_class(mask)
        case Seq(items):
            return "".join(map(regex, items))
        case Alt(items):
            return f"(?:{'|'.join(map(regex, items))})"
        case Repeat(item, least):
            return f"(?:{regex(item)}){'+' if least else '*'}"


def _char_class(mask: int) -> str:
    if mask == ANY:
        return "[\\s\\S]"
    if mask < 0:
        # A lone surrogate is no text: it has no UTF-8.
        return f"[^{_members(~mask)}\\ud800-\\udfff]"
    return f"[{_members(mask)}]"


def _members(mask: int) -> str:
    found: list[str] = []
    code = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        code, mask = code + skip, mask >> skip
        run = (~mask & (mask + 1)).bit_length() - 1
        first, last = re.escape(chr(code)), re.escape(chr(code + run - 1))
        found.append(first if run == 1 else f"{first}-{last}")
        code, mask = code + run, mask >> run
    return "".join(found)


_PREFERRED = _LOWER + "0123456789" + _LOWER.upper() + "-_."


def pick(mask: int) -> str:
    """A character of a non-empty set that a reader finds unsurprising: letters, then digits."""
    for c in _PREFERRED:
        if mask >> ord(c) & 1:
            return c
    return chr((mask & -mask).bit_length() - 1)


_EXAMPLES = {
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2026-01-01",
    "month": "2026-01",
    "isoweek": "2026-W01",
    "hour": "2026-01-01T00",
}


def example(name: str, members: tuple[str, ...] = (), length: int = 0) -> str:
    """A shortest text of a parameter type, to show a key with."""
    if name == "enum":
        return min(members, key=len)
    return "0" * length if name == "hex" else _EXAMPLES.get(name, "a")
