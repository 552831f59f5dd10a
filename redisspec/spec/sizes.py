"""Sizes in bytes as the spec writes them: `512B`, `64KiB`, `10MB`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from redisspec.spec.grammar import GrammarError, quoted

UNITS: Final = {
    "B": 1,
    "KB": 1_000,
    "MB": 1_000_000,
    "GB": 1_000_000_000,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}
LARGEST: Final = 512 * UNITS["MiB"]
"""What Redis stores in one value at most (proto-max-bulk-len as it comes)."""

PATTERN: Final = r"^[0-9][0-9_]*(B|KB|MB|GB|KiB|MiB|GiB)$"

_UNIT_WORDS = "`B`, `KB`, `MB`, `KiB` or `MiB`"
_CLOSE = {unit.lower(): unit for unit in UNITS} | {"k": "KB", "m": "MB", "g": "GB", "ki": "KiB"}


@lru_cache(maxsize=1024)
def parse_size(text: str) -> int:
    """Bytes of a size, at least 1 and at most 512 MiB. Raises GrammarError."""
    bare = text.strip()
    found = re.fullmatch(r"([0-9][0-9_]*)[ \t]*([^\W\d_]*)", bare, re.ASCII)
    if found is None:
        raise GrammarError(
            f"{quoted(text)} is no size",
            help_=f"write a whole number and a unit ({_UNIT_WORDS}), such as `64KiB`",
        )
    number, unit = int(found[1].replace("_", "").lstrip("0")[:20] or "0"), found[2]
    if unit == "":
        raise GrammarError(
            f"{quoted(text)} has no unit",
            help_=f"write `{number}B`; the units are {_UNIT_WORDS}",
        )
    factor = UNITS.get(unit)
    if factor is None:
        close = _CLOSE.get(unit.lower())
        raise GrammarError(
            f"{quoted(unit)} is no unit of size",
            text.rindex(unit),
            text.rindex(unit) + len(unit),
            f"write `{number}{close}`" if close else f"the units are {_UNIT_WORDS}",
        )
    size = number * factor
    if size < 1:
        raise GrammarError("a size is at least `1B`", help_="write how large a value may become")
    if size > LARGEST:
        raise GrammarError(
            f"{quoted(text)} is more than the 512 MiB that Redis stores in a value",
            help_="write `512MiB` or less",
        )
    return size


def format_size(size: int) -> str:
    """The shortest exact spelling: 65536 is `64KiB`."""
    best = f"{size}B"
    for unit, factor in UNITS.items():
        if size and size % factor == 0 and len(f"{size // factor}{unit}") < len(best):
            best = f"{size // factor}{unit}"
    return best
