"""A Lua script of the user's own as a compiled operation: what its KEYS and ARGV are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.commands import lookup
from redisspec.ir.flows import Retry
from redisspec.ir.keypattern import KeyPattern
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
    keys = declared_keys(operation, keyspaces)
    uses = tuple(use for use, _ in keys)
    problems = slot_problems(program, operation, keys)
    source = SourceText(script.file or script.path, script.text)
    declared = [replace(use.keyspace, pattern=pattern) for use, pattern in keys]
    read = read_lua(source, declared, operation.name)
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
            read.procedure, retry=retry, parameters=tuple(operation.params), span=operation.span
        ),
    )
    return made, problems


def declared_keys(
    operation: Operation, keyspaces: Mapping[str, Keyspace]
) -> list[tuple[KeyUse, KeyPattern]]:
    """What KEYS are: each with its keyspace's pattern, the operation's own parameters in it."""
    found: list[tuple[KeyUse, KeyPattern]] = []
    for key in operation.script.keys if operation.script is not None else ():
        keyspace = keyspaces[key.keyspace]
        arguments = tuple(Param(name) for name in key.params)
        found.append((KeyUse(keyspace, arguments), bound_pattern(keyspace, arguments)))
    return found


def slot_problems(
    program: Program, operation: Operation, keys: Sequence[tuple[KeyUse, KeyPattern]]
) -> list[Diagnostic]:
    """RS707: keys that may lie in several slots of a cluster."""
    if not keys or program.servers[keys[0][0].keyspace.server].topology != "cluster":
        return []
    assert operation.script is not None
    base = keys[0][1]
    spans = [key.span for key in operation.script.keys]
    return [
        Diagnostic(
            "RS707",
            "cross-slot",
            f"`{pattern.text}` and `{base.text}` may lie in different slots: a cluster refuses "
            "them in one step with CROSSSLOT",
            "error",
            span,
            help="put the same parameter in braces in both keys",
            related=(Related(spans[0], "the first key"),),
        )
        for (_, pattern), span in zip(keys[1:], spans[1:], strict=True)
        if not pattern.same_slot(base)
    ]


def retry_of(script: LuaScript) -> Retry:
    """A script that only reads may run again; one of which something is not known may not."""
    if script.functions or any(name in script.source.text for name in _HIDE_CALLS):
        return "never"
    return "safe" if all(map(_reads, script.calls)) else "never"


def _reads(call: LuaCall) -> bool:
    known = lookup(call.command) if call.command is not None else None
    return known is not None and ("readonly" in known.flags or known.name in _HARMLESS)


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
