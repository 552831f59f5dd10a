"""The engine that a program targets: `redis >= 7.0`, `valkey >= 8.1`."""

from __future__ import annotations

import re
from typing import Final

from redisspec.ir.model import Engine
from redisspec.spec.grammar import GrammarError, quoted

FLOORS: Final[dict[Engine, tuple[int, int]]] = {"redis": (6, 2), "valkey": (7, 2)}
"""The oldest release of each engine that is known to run what is generated."""

PATTERN: Final = r"^(redis|valkey) *>= *[0-9]+(\.[0-9]+)?$"


def parse_engine(text: str) -> tuple[Engine, tuple[int, int]]:
    """The engine and the least version (major, minor). Raises GrammarError."""
    found = re.fullmatch(
        r"\s*([A-Za-z]+)\s*([<>=!~^]*)\s*v?([0-9]{1,4})?(?:\.([0-9]{1,4}))?(\.[0-9]{1,4})?\s*",
        text,
        re.ASCII,
    )
    if found is None:
        raise GrammarError(
            f"{quoted(text)} names no server", help_="write `redis >= 7.0` or `valkey >= 8.0`"
        )
    name = found[1].lower()
    engine: Engine
    if name == "redis":
        engine = "redis"
    elif name == "valkey":
        engine = "valkey"
    else:
        raise GrammarError(
            f"{quoted(found[1])} is no engine that is known",
            found.start(1),
            found.end(1),
            "write `redis >= 7.0` or `valkey >= 8.0`",
        )
    if found[3] is None:
        raise GrammarError(
            f"{quoted(text)} does not say from which version on",
            help_=f"write `{engine} >= {'7.0' if engine == 'redis' else '8.0'}`",
        )
    version = (int(found[3]), int(found[4] or 0))
    shown = f"{version[0]}.{version[1]}"
    if found[2] != ">=":
        raise GrammarError(
            f"{quoted(text)} does not say `>=`: what is generated runs on that version and all after it",
            found.start(2),
            max(found.end(2), found.start(2) + 1),
            f"write `{engine} >= {shown}`",
        )
    floor = FLOORS[engine]
    if version < floor:
        raise GrammarError(
            f"{engine} {shown} is older than what is supported",
            found.start(3),
            found.end(4) if found[4] else found.end(3),
            f"write `{engine} >= {floor[0]}.{floor[1]}` or newer",
        )
    return engine, version


def format_engine(engine: Engine, version: tuple[int, int]) -> str:
    """`redis >= 7.0`."""
    return f"{engine} >= {version[0]}.{version[1]}"
