"""The Lua scripts that a spec names: the rules know what their KEYS are, and what is declared of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.lint.lua_files import check_script
from redisspec.operations.handwritten import declared_keys, slot_problems
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Operation
    from redisspec.ir.program import Program
    from redisspec.lint.rule import Rule


def check_scripts(
    program: Program, rules: list[Rule]
) -> Iterator[tuple[LuaScript, list[Diagnostic]]]:
    """Each script of the spec's own with what the rules say of it; what is no Lua is passed over:
    the compiler has told so, and whether the declared keys lie in several slots.
    """
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    for operation in program.operations:
        if operation.script is None:
            continue
        script = read_script(program, operation)
        if not isinstance(script, LuaScript):
            continue
        found = list(check_script(script, rules))
        clustered = any(server.topology == "cluster" for server in program.servers.values())
        if not clustered or slot_problems(program, operation, declared_keys(operation, keyspaces)):
            found = [each for each in found if each.code != "RS707"]
        yield script, found


def read_script(program: Program, operation: Operation) -> LuaScript | Diagnostic:
    """A script with its KEYS as the operation declares them, or why it is no Lua."""
    assert operation.script is not None
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    declared = [
        replace(keyspaces[use.keyspace.name], pattern=pattern)
        for use, pattern in declared_keys(operation, keyspaces)
    ]
    source = SourceText(operation.script.file or operation.script.path, operation.script.text)
    return read_lua(source, declared, operation.name)
