"""Turns a `redis.call` into what it does: its command, its keys, its effects."""

from __future__ import annotations

from dataclasses import replace

from redisspec.ir.commands import Command, lookup
from redisspec.ir.effects import effect
from redisspec.ir.flows import Effect, Unit, Value
from redisspec.ir.model import Keyspace
from redisspec.readers.lua.keyspecs import key_places
from redisspec.readers.lua.script import Declared, LuaCall, LuaKey
from redisspec.readers.lua.state import State
from redisspec.readers.lua.values import declared_as, element_of, key_kind, pattern_of, plain
from redisspec.readers.values import UNKNOWN, reply_of
from redisspec.source.span import Span


def server_call(
    state: State,
    words: list[tuple[Value, Span]],
    open_end: bool,
    span: Span,
    *,
    protected: bool,
    dropped: bool,
) -> Value:
    """Note the call; returns its reply."""
    command, rest = _named(words, open_end)
    values = [value for value, _ in rest]
    spans = tuple(where for _, where in rest)
    known = lookup(command) if command is not None else None
    if known is None:
        # Whatever it is, what it is given of KEYS are its keys.
        places = [(0, n) for n, value in enumerate(values) if _from_keys(value)]
        whole = False
    else:
        places, whole = key_places(known, values, open_end)
    keys = tuple(
        _key(values[place], spans[place], role, state.declared)
        for role, place in places
        if place < len(values)
    )
    call = LuaCall(
        len(state.calls),
        command,
        words[0][0] if words else UNKNOWN,
        tuple(values),
        spans,
        open_end,
        keys,
        whole,
        _effects(command, known, keys, values, [place for _, place in places], span),
        tuple(state.guards),
        state.loops,
        protected,
        dropped,
        span,
    )
    state.calls.append(call)
    state.flow.append(Unit("script", call.effects, span))
    at_keys = {place for _, place in places}
    for place, (value, where) in enumerate(rest):
        found = element_of(plain(value))
        # A channel is passed in KEYS by many, for the sake of permissions.
        channel = command in ("PUBLISH", "SPUBLISH") and place == 0
        if place not in at_keys and whole and found is not None and not channel:
            table, index = found
            if table == "KEYS" and index is not None:
                state.key_values.append((index, where, "word"))
    return reply_of(command, values, call.number)


def _named(
    words: list[tuple[Value, Span]], open_end: bool
) -> tuple[str | None, list[tuple[Value, Span]]]:
    """The command's name, a subcommand of the table included, and the words after it."""
    if not words or words[0][0].provenance != "constant" or (open_end and len(words) == 1):
        return None, words[1:]
    name = words[0][0].text.upper()
    if len(words) > 1 and words[1][0].provenance == "constant":
        longer = f"{name} {words[1][0].text.upper()}"
        if lookup(longer) is not None:
            return longer, words[2:]
    return name, words[1:]


def _from_keys(value: Value) -> bool:
    found = element_of(plain(value))
    return found is not None and found[0] == "KEYS"


def _key(value: Value, span: Span, role: int, declared: tuple[Declared, ...]) -> LuaKey:
    kind, index = key_kind(value)
    one = declared_as(declared, plain(value))
    keyspace = one if isinstance(one, Keyspace) else None
    return LuaKey(kind, plain(value), pattern_of(value, declared), span, index, role, keyspace)


def _effects(
    command: str | None,
    known: Command | None,
    keys: tuple[LuaKey, ...],
    values: list[Value],
    places: list[int],
    span: Span,
) -> tuple[Effect, ...]:
    name = command or "?"
    if not keys:
        found = effect(name, None, values, span=span)
        # A command that was not read whole may touch a key that was not seen.
        return (found if known is not None else replace(found, args=(*values, UNKNOWN)),)
    return tuple(
        effect(name, key.pattern, values[place + 1 :], position=key.role, span=span)
        for key, place in zip(keys, places, strict=True)
    )
