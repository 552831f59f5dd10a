"""What a command does to a key: its actions, from the command table and the overlay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from redisspec.ir.commands import Command, Version, lookup
from redisspec.ir.commands.modules import MODULE_ACTIONS
from redisspec.ir.commands.overlay import ARITY_OF_OPTION, CONDITIONS, ROWS, SINCE, Row
from redisspec.ir.flows import Action, Effect, Value
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Engine
from redisspec.source.span import NOWHERE, Span

_NO_ROW = Row()


def effect(
    command: str,
    key: KeyPattern | None,
    args: Sequence[Value] = (),
    *,
    position: int = 0,
    span: Span = NOWHERE,
) -> Effect:
    """The effect of a command on one key.

    `args` are the words after the key. `position` is the key's place among the command's key
    specs: 1 for the destination of RENAME, LMOVE or COPY. A command that no table knows reads
    and writes: nothing better is known of it.
    """
    known = lookup(command)
    if known is None:
        name = " ".join(command.upper().split())
        return Effect(name, key, frozenset(("reads", "writes")), tuple(args), span=span)
    row = ROWS.get((known.name, position)) or MODULE_ACTIONS.get(known.name, _NO_ROW)
    actions = _said(known, position) | row.actions
    condition = row.condition
    for option in _options(row, args):
        twist = row.options[option]
        actions = (actions - twist.drops) | twist.adds
        if option in CONDITIONS and condition is None:
            condition = "XX" if option in ("IFEQ", "NOMKSTREAM") else option.removeprefix("F")
    # An option that sets a TTL and one that would keep it do not go together: servers refuse.
    if "expires" in actions:
        actions -= {"clears_ttl"}
    return Effect(
        known.name,
        key,
        cast("frozenset[Action]", actions),
        tuple(args),
        condition,
        span,
    )


def since(command: str, engine: Engine, option: str | None = None) -> Version | None:
    """The first version of an engine that has the command, or this option of it.

    None where the engine (up to the version that the table was taken from) lacks it. Valkey's
    numbers are Redis's up to 7.2.
    """
    known = lookup(command)
    if known is None:
        return None
    redis_since = SINCE.get(known.name, known.redis_since)
    base = redis_since if engine == "redis" else known.valkey_since
    if option is None or base is None:
        return base
    for name, in_redis, in_valkey in known.later_options:
        if name == option.upper():
            return in_redis if engine == "redis" else in_valkey
    return base


def _said(command: Command, position: int) -> frozenset[str]:
    """What the server's own flags say: whether the key is read, and whether it is written."""
    found: set[str] = set()
    if position < len(command.keys):
        flags = command.keys[position].flags
        if "access" in flags or "RO" in flags:
            found.add("reads")
        if not flags.isdisjoint(("RW", "OW", "RM")):
            found.add("writes")
    elif "readonly" in command.flags:
        found.add("reads")
    elif "write" in command.flags:
        found.add("writes")
    # Popping and trimming through a read-only key spec (XREADGROUP) is a write all the same.
    if len(command.keys) == 1 and "write" in command.flags:
        found.add("writes")
    return frozenset(found)


def _options(row: Row, args: Sequence[Value]) -> Iterator[str]:
    """The option words among the arguments that the row knows."""
    place = row.before
    while place < len(args):
        value = args[place]
        word = value.text.upper() if value.provenance == "constant" else ""
        place += 1
        if word in row.options:
            yield word
            skipped = ARITY_OF_OPTION.get(word, 0)
            if skipped and place < len(args) and args[place].text in ("~", "="):
                place += 1
            place += skipped
        elif row.leading:
            return
