"""A Lua script of the user's own as a compiled operation: what its KEYS and ARGV are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.commands import lookup
from redisspec.ir.flows import Retry
from redisspec.ir.model import Keyspace, Operation, Script
from redisspec.ir.program import Program
from redisspec.ir.types import ListOf, Maybe, ValueType
from redisspec.operations.compiled import (
    CompiledOperation,
    KeyUse,
    ListedOf,
    Nothing,
    OptionalOf,
    Param,
    Plain,
    Result,
    Value,
)
from redisspec.operations.translate.state import bound_pattern
from redisspec.readers.lua import LuaCall, LuaScript, read_lua
from redisspec.source.text import SourceText

_HARMLESS: Final = frozenset(("TIME", "ECHO", "PING"))
_HIDE_CALLS: Final = ("loadstring", "getfenv", "setfenv")
"""Functions behind which the reader sees no call."""


def handwritten(
    program: Program, operation: Operation
) -> tuple[CompiledOperation | None, list[Diagnostic]]:
    """The operation of a script whose declaration has been checked, and what is wrong with it."""
    script = operation.script
    assert script is not None
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    uses = tuple(
        KeyUse(keyspaces[key.keyspace], tuple(Param(name) for name in key.params))
        for key in script.keys
    )
    problems = _slots(program, script, uses)
    read = script_of(operation, [use.keyspace for use in uses])
    if isinstance(read, Diagnostic):
        return None, [*problems, read]
    retry = retry_of(read)
    made = CompiledOperation(
        operation=operation,
        server=server_of(program, uses),
        lua=_header(operation, script, keyspaces) + script.text,
        keys=uses,
        argv=tuple(
            Value(name, kind, optional=isinstance(kind, Maybe))
            for name, kind in operation.params.items()
        ),
        result=result_of(operation.returns),
        wrapped=False,
        refusals=(),
        retry=retry,
        procedure=replace(
            read.procedure,
            name=operation.name,
            retry=retry,
            parameters=tuple(operation.params),
            span=operation.span,
        ),
    )
    return made, problems


def script_of(operation: Operation, keyspaces: Sequence[Keyspace]) -> LuaScript | Diagnostic:
    """What the reader knows of the script, KEYS being keys of these keyspaces."""
    script = operation.script
    assert script is not None
    return read_lua(SourceText(script.file, script.text), keyspaces, operation.name)


def retry_of(script: LuaScript) -> Retry:
    """A script that only reads may run again; one of which something is not known may not."""
    if script.functions or any(name in script.source.text for name in _HIDE_CALLS):
        return "never"
    return "safe" if all(map(_reads, script.calls)) else "never"


def _reads(call: LuaCall) -> bool:
    known = lookup(call.command) if call.command is not None else None
    if known is None:
        return False
    return "readonly" in known.flags or known.name in _HARMLESS


def _slots(program: Program, script: Script, uses: tuple[KeyUse, ...]) -> list[Diagnostic]:
    """RS707: keys that may lie in several slots of a cluster."""
    if not uses or program.servers[uses[0].keyspace.server].topology != "cluster":
        return []
    base = bound_pattern(uses[0].keyspace, uses[0].arguments)
    found: list[Diagnostic] = []
    for key, use in zip(script.keys, uses, strict=True):
        pattern = bound_pattern(use.keyspace, use.arguments)
        if use is not uses[0] and not pattern.same_slot(base):
            found.append(
                Diagnostic(
                    "RS707",
                    "cross-slot",
                    f"`{pattern.text}` and `{base.text}` may lie in different slots: a cluster "
                    "refuses them in one step with CROSSSLOT",
                    "error",
                    key.span,
                    help="put the same parameter in braces in both keys",
                    related=(Related(script.keys[0].span, "the first key"),),
                )
            )
    return found


def server_of(program: Program, uses: tuple[KeyUse, ...]) -> str:
    """The server of the keys; the first one for a script without keys."""
    return uses[0].keyspace.server if uses else next(iter(program.servers))


def result_of(kind: ValueType | None) -> Result:
    """How the script's own reply is read: a `list<T>` is an array, all else a text or a number."""
    if kind is None:
        return Nothing()
    if isinstance(kind, Maybe):
        return OptionalOf(result_of(kind.inner))
    if isinstance(kind, ListOf):
        return ListedOf(result_of(kind.item))
    return Plain(kind)


def _header(operation: Operation, script: Script, keyspaces: dict[str, Keyspace]) -> str:
    """What KEYS and ARGV are, as a comment: names alone, which hold no line break."""
    said = [f"-- {operation.name}, from {script.path}"]
    for number, key in enumerate(script.keys, 1):
        given = ", ".join(key.params)
        said.append(f"-- KEYS[{number}] {key.name}: {key.keyspace}({given})")
    at = 1
    for name, kind in operation.params.items():
        if isinstance(kind, Maybe):
            said.append(f"-- ARGV[{at}], ARGV[{at + 1}] {name}: 1 and the value, or 0 and ''")
            at += 2
        else:
            said.append(f"-- ARGV[{at}] {name}")
            at += 1
    return "\n".join(said) + "\n"
