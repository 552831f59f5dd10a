"""The calls that the steps of operations make, as rules over a spec read them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.ir.flows import Effect
    from redisspec.ir.methods import Method
    from redisspec.ir.model import Keyspace, Operation
    from redisspec.ir.program import Program
    from redisspec.source.span import Span


@dataclass(frozen=True, slots=True)
class StepCall:
    """A call of an accessor's method: what was written for its key and for the rest.

    `target` is the variable that its result goes to.
    """

    keyspace: Keyspace
    method: Method
    node: ast.Call
    key: tuple[ast.expr, ...]
    rest: tuple[ast.expr, ...]
    span: Span
    target: str | None = None

    @property
    def what(self) -> str:
        return f"{self.keyspace.name}.{self.method.name}"

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What it does to its key, in one atomic step."""
        from redisspec.ir.flows import Unit  # noqa: PLC0415 - few specs have operations
        from redisspec.structures.procedures import procedures  # noqa: PLC0415 - see above

        (procedure,) = procedures(self.keyspace, (self.method,))
        return procedure.flow.effects if isinstance(procedure.flow, Unit) else ()

    def does(self, *actions: str) -> bool:
        return any(not effect.actions.isdisjoint(actions) for effect in self.effects)


@dataclass(frozen=True, slots=True)
class Steps:
    """What an operation does: its calls in the written order, and what it returns."""

    calls: tuple[StepCall, ...] = ()
    returned: tuple[ast.expr, ...] = ()


def steps_of(program: Program, operation: Operation) -> Steps:
    """The calls of declared keyspaces' methods; none where the steps are Lua, or no Python."""
    from redisspec.operations.parsing import parsed  # noqa: PLC0415 - few specs have operations
    from redisspec.operations.problems import Problems  # noqa: PLC0415 - see above
    from redisspec.structures import methods as methods_of  # noqa: PLC0415 - see above

    told = Problems(operation)
    # What is wrong with them the compiler tells.
    body = None if operation.script is not None else parsed(told, operation)
    nodes = [node for statement in body or () for node in ast.walk(statement)]
    named = {
        node.value: node.targets[0].id
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    found = []
    for node in nodes:
        match node:
            case ast.Call(ast.Attribute(ast.Name(owner), name)) if owner in keyspaces:
                keyspace = keyspaces[owner]
            case _:
                continue
        method = next((one for one in methods_of(keyspace) if one.name == name), None)
        if method is not None:
            key, rest = _given(node, keyspace, method)
            target = named.get(node)
            found.append(StepCall(keyspace, method, node, key, rest, told.span(node), target))
    return Steps(
        tuple(sorted(found, key=lambda one: (one.node.lineno, one.node.col_offset))),
        tuple(node.value for node in nodes if isinstance(node, ast.Return) and node.value),
    )


def _given(
    node: ast.Call, keyspace: Keyspace, method: Method
) -> tuple[tuple[ast.expr, ...], tuple[ast.expr, ...]]:
    """What is written for the key's parameters, in their order, and all else."""
    names = [one.name for one in keyspace.pattern.parameters] if method.keyed else []
    key = dict(zip(names, node.args, strict=False))
    rest = list(node.args[len(names) :])
    for word in node.keywords:
        if word.arg in names:
            key[word.arg] = word.value
        else:
            rest.append(word.value)
    return tuple(key[name] for name in names if name in key), tuple(rest)


def names_in(*nodes: ast.AST) -> frozenset[str]:
    """The variables and parameters that expressions mention."""
    return frozenset(
        one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)
    )
