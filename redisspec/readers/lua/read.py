"""Reads a script from its text to all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from redisspec.ir.flows import Branch, Procedure
from redisspec.readers.lua.execute import body
from redisspec.readers.lua.global_names import global_writes
from redisspec.readers.lua.parse import invalid_lua, parse
from redisspec.readers.lua.script import Declared, LuaScript
from redisspec.readers.lua.state import MOST_STEPS, State, sequence
from redisspec.readers.lua.symbols import Builtin, FunctionObject, Symbol
from redisspec.readers.lua.syntax import Chunk
from redisspec.readers.values import UNKNOWN

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.source.text import SourceText


def read_lua(
    source: SourceText, declared: Sequence[Declared] = (), name: str | None = None
) -> LuaScript | Diagnostic:
    """The script, or an RS007 where it is no Lua 5.1; never raises for what it finds.

    `name` is the script's in messages; its file's name otherwise.
    """
    chunk = parse(source)
    if not isinstance(chunk, Chunk):
        return chunk
    called = name or PurePath(source.path).stem
    known = tuple(declared)
    try:
        state = State(known)
        with state.block():
            body(state, chunk.body)
            _left_over(state)
        main = _script(called, source, chunk, state)
        functions = tuple(
            _registered(main, state, title, function) for title, function in state.registered
        )
        return replace(main, globals=global_writes(chunk), functions=functions)
    except RecursionError:
        return invalid_lua(chunk.span, "the script nests too deeply to be read", None)


def _left_over(state: State) -> None:
    """Functions that nothing seen calls: they may run under any condition, or never."""
    place = 0
    while place < len(state.functions) and state.steps <= MOST_STEPS:
        function = state.functions[place]
        place += 1
        if function not in state.called:
            _run(state, function, [UNKNOWN] * len(function.node.parameters), returns=True)


def _run(state: State, function: FunctionObject, arguments: list[Symbol], *, returns: bool) -> None:
    state.called.add(function)
    outer, state.returns = state.returns, [] if returns else None
    state.active.append(function)
    with state.branch() as steps, state.block(function.scope):
        for name, one in zip(function.node.parameters, arguments, strict=False):
            state.declare(name, one)
        state.declare("...", UNKNOWN)
        body(state, function.node.body)
    state.active.pop()
    state.returns = outer
    if steps:
        state.flow.append(Branch(UNKNOWN, sequence(steps)))


def _registered(main: LuaScript, state: State, title: str, function: FunctionObject) -> LuaScript:
    """A function of a library: its first two parameters are KEYS and ARGV."""
    own = State(main.declared, store=dict(state.store), made=state.made, globals=state.globals)
    own.depth = -1
    _run(own, function, [Builtin("KEYS"), Builtin("ARGV")], returns=False)
    return _script(title, main.source, main.chunk, own)


def _script(name: str, source: SourceText, chunk: Chunk, state: State) -> LuaScript:
    procedure = Procedure(
        name, sequence(state.flow), "never" if _changes(state) else "safe", (), "lua", chunk.span
    )
    return LuaScript(
        name,
        source,
        chunk,
        procedure,
        state.declared,
        tuple(state.calls),
        tuple(state.replies),
        tuple(state.tests),
        tuple(state.found_loops),
        tuple(state.unpacks),
        tuple(state.texts),
        (),
        tuple(state.key_values),
        tuple(sorted(state.used["KEYS"])),
        tuple(sorted(state.used["ARGV"])),
        "KEYS" in state.some,
        "ARGV" in state.some,
    )


def _changes(state: State) -> bool:
    return any(
        not effect.actions.isdisjoint(("writes", "deletes"))
        for call in state.calls
        for effect in call.effects
    )
