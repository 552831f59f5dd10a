"""A Lua script of the user's own as a compiled operation: what its KEYS and ARGV are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from redisspec.ir.flows import Procedure, Retry, Sequence
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
from redisspec.source.text import SourceText


def handwritten(program: Program, operation: Operation) -> CompiledOperation:
    """The operation of a script; its declaration has been checked."""
    script = operation.script
    assert script is not None
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    keys = declared_keys(operation, keyspaces)
    uses = tuple(use for use, _ in keys)
    procedure = _procedure(operation, script, [replace(u.keyspace, pattern=p) for u, p in keys])
    return CompiledOperation(
        operation=operation,
        server=server_of(program, uses),
        lua=_header(operation, script, keyspaces) + script.text,
        keys=uses,
        argv=tuple(_value(name, kind) for name, kind in operation.params.items()),
        result=result_of(operation.returns),
        wrapped=False,
        refusals=(),
        retry=procedure.retry,
        procedure=procedure,
    )


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


def _procedure(operation: Operation, script: Script, declared: list[Keyspace]) -> Procedure:
    """What the script does, as the Lua reader sees it; a script that writes nothing may be repeated."""
    # The Lua parser is needed for specs with such scripts alone.
    from redisspec.readers.lua import LuaScript, read_lua  # noqa: PLC0415 - see above

    source = SourceText(script.file or script.path, script.text)
    read = read_lua(source, declared, operation.name)
    names = tuple(operation.params)
    if not isinstance(read, LuaScript):
        return Procedure(operation.name, Sequence(()), "never", names, "lua", operation.span)
    sure = all(call.command is not None for call in read.calls)
    effects = [effect for call in read.calls for effect in call.effects]
    writes = any({"writes", "deletes"} & effect.actions for effect in effects)
    retry: Retry = "safe" if sure and not writes and not read.functions else "never"
    return replace(read.procedure, retry=retry, parameters=names, span=operation.span)


def server_of(program: Program, uses: tuple[KeyUse, ...]) -> str:
    """The server of the keys; the first one for a script without keys."""
    return uses[0].keyspace.server if uses else next(iter(program.servers))


def _value(name: str, kind: ValueType) -> Value:
    optional = isinstance(kind, Maybe)
    return Value(name, kind, optional=optional)


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
