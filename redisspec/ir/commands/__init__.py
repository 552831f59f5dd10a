"""The command table: what servers say of each command, looked up by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Version: TypeAlias = tuple[int, int, int]
Later: TypeAlias = tuple[str, Version | None, Version | None]
"""An option that came after its command: since when in Redis, since when in Valkey."""
KeySpecRow: TypeAlias = tuple[str, int | tuple[str, int], tuple[str | int, ...]]
Row: TypeAlias = tuple[
    str, tuple[KeySpecRow, ...], str, Version | None, Version | None, tuple[Later, ...]
]


@dataclass(frozen=True, slots=True)
class KeySpec:
    """Where keys stand among a command's words (0 is the command) and what becomes of them.

    `flags` are the server's (RO, RW, OW, RM, access, insert, update, delete …). `begin` is the
    first key's place, or a keyword with the place to search from (negative: from the end). `find`
    is ("range", last, step, limit), ("keynum", count's place, first, step) relative to `begin`,
    or ("unknown",).
    """

    flags: frozenset[str]
    begin: int | tuple[str, int]
    find: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a subcommand that takes keys ("OBJECT ENCODING")."""

    name: str
    flags: frozenset[str]
    keys: tuple[KeySpec, ...]
    complexity: str
    redis_since: Version | None
    valkey_since: Version | None
    later_options: tuple[Later, ...]


@lru_cache(maxsize=1024)
def lookup(name: str) -> Command | None:
    """The command of that name in any case, or None where neither server knows it."""
    # The table is loaded when first asked: most of a lint run never does.
    from redisspec.ir.commands.table import ROWS  # noqa: PLC0415 - see above

    name = " ".join(name.upper().replace("|", " ").split())
    row = ROWS.get(name)
    if row is None and name.startswith("BF."):
        from redisspec.ir.commands.modules import MODULE_ROWS  # noqa: PLC0415 - asked for by few

        row = MODULE_ROWS.get(name)
    if row is None:
        return None
    flags, keys, complexity, redis_since, valkey_since, later = row
    return Command(
        name,
        frozenset(flags.split()),
        tuple(KeySpec(frozenset(words.split()), begin, find) for words, begin, find in keys),
        complexity,
        redis_since,
        valkey_since,
        later,
    )
