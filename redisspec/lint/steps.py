"""The calls that the steps of operations make, as rules over a spec read them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
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

    `target` is the variable that its result goes to; `returned` says that it is the result.
    """

    keyspace: Keyspace
    method: Method
    node: ast.Call
    key: tuple[ast.expr, ...]
    rest: tuple[ast.expr, ...]
    span: Span
    target: str | None = None
    returned: bool = False

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


def steps_of(operation: Operation) -> ast.Module | None:
    """The steps as Python; None where they are none, which the compiler tells, or Lua."""
    if operation.script is not None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(operation.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def step_calls(program: Program, operation: Operation) -> tuple[StepCall, ...]:
    """The calls of declared keyspaces' methods, in the written order."""
    from redisspec.operations.problems import Problems  # noqa: PLC0415 - few specs have operations
    from redisspec.structures import methods as methods_of  # noqa: PLC0415 - see above

    tree = steps_of(operation)
    if tree is None:
        return ()
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    told = Problems(operation)
    found = []
    for node, target, returned in _calls(tree):
        match node.func:
            case ast.Attribute(ast.Name(owner), name) if owner in keyspaces:
                keyspace = keyspaces[owner]
            case _:
                continue
        method = next((one for one in methods_of(keyspace) if one.name == name), None)
        if method is None:
            continue
        key, rest = _given(node, keyspace, method)
        found.append(StepCall(keyspace, method, node, key, rest, told.span(node), target, returned))
    return tuple(sorted(found, key=lambda one: (one.node.lineno, one.node.col_offset)))


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str | None, bool]]:
    named: dict[ast.expr, str] = {}
    returned: set[ast.expr] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name(name)], value):
                named[value] = name
            case ast.Return(ast.expr() as value):
                returned.add(value)
            case ast.Call():
                yield node, named.get(node), node in returned
            case _:
                pass


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
