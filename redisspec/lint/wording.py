"""Numbers, durations and lists as people write them, for messages."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ((604_800_000, "w"), (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
_WEEK = 604_800_000


def duration(ms: int) -> str:
    """A duration in the spec's own grammar: `7d`, `90m`, `500ms`."""
    if ms == 0:
        return "0s"
    sign, size = ("-", -ms) if ms < 0 else ("", ms)
    for unit, letter in _UNITS:
        # 30 days are a month to people; weeks read well only where they are whole ones.
        if size % unit == 0 and (unit != _WEEK or size // unit in (2, 3, 5, 6)):
            return f"{sign}{size // unit}{letter}"
    return f"{sign}{size}ms"


def number(value: int) -> str:
    """A number with the separators that the spec allows: `10_000`."""
    return f"{value:_}"


def size(count: int) -> str:
    """A size in the spec's own grammar: `64KiB`, `10MB`, `512B`."""
    for unit, name in ((1 << 20, "MiB"), (1_000_000, "MB"), (1 << 10, "KiB"), (1_000, "KB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return f"{count}B"


def names(items: Sequence[str], most: int = 4) -> str:
    """`a`, `b` and `c`; past `most` of them, `a`, `b` and 7 more."""
    quoted = [f"`{item}`" for item in items]
    if len(quoted) > most:
        rest = len(quoted) - most + 1
        quoted = [*quoted[: most - 1], f"{rest} more"]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
