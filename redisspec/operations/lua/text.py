"""Lua's own spelling: literals, names, comments."""

from __future__ import annotations

import re
from math import copysign
from typing import Final

RESERVED: Final = frozenset(
    """
    and break do else elseif end false for function goto if in local nil not or repeat return then
    true until while
    KEYS ARGV redis call math string table tonumber tostring unpack ipairs type select error
    later time now counts
    """.split()  # noqa: SIM905 - a list of forty words reads worse
)
"""Lua's words, and the names that the scripts themselves use."""

_PLAIN = re.compile(r"[^\x20-\x7e]|[\\']")


def quoted(value: str | bytes) -> str:
    """A Lua string literal; what is not printable ASCII stands as decimal escapes of its bytes."""
    raw = value.encode() if isinstance(value, str) else value
    text = raw.decode("latin-1")
    return "'" + _PLAIN.sub(lambda found: f"\\{ord(found[0]):03d}", text) + "'"


def number(value: float) -> str:
    """A number as Lua reads it back exactly."""
    if isinstance(value, int):
        return str(value)
    if value in (float("inf"), float("-inf")):
        return "math.huge" if value > 0 else "-math.huge"
    if value == 0 and copysign(1, value) < 0:
        # Lua keeps one constant for 0 and -0: each 0 of the script would become what came first
        return "tonumber('-0')"
    return repr(value)


def comment(text: str) -> str:
    """The text as one comment line, without anything that could end it or mislead a terminal."""
    plain = text.rstrip()
    if not plain.isprintable():
        plain = "".join(c if c.isprintable() else "?" for c in plain)
    return f"-- {plain}".rstrip()
