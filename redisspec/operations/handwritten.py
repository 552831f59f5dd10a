"""A Lua script of the user's own as a compiled operation: what its KEYS and ARGV are made of."""

from __future__ import annotations

from redisspec.ir.flows import Procedure, Retry, Sequence
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


def handwritten(program: Program, operation: Operation) -> CompiledOperation:
    """The operation of a script; its declaration has been checked."""
    script = operation.script
    assert script is not None
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    uses = tuple(
        KeyUse(keyspaces[key.keyspace], tuple(Param(name) for name in key.params))
        for key in script.keys
    )
    retry = retry_of(script)
    return CompiledOperation(
        operation=operation,
        server=server_of(program, uses),
        lua=_header(operation, script, keyspaces) + script.text,
        keys=uses,
        argv=tuple(_value(name, kind) for name, kind in operation.params.items()),
        result=result_of(operation.returns),
        wrapped=False,
        refusals=(),
        retry=retry,
        procedure=Procedure(
            operation.name,
            Sequence(()),
            retry,
            tuple(operation.params),
            "lua",
            operation.span,
        ),
    )


def retry_of(_script: Script) -> Retry:
    """How a lost reply is treated: the script may have written."""
    return "never"


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
