"""Operations that are not atomic: calls in the written order, none of which waits for another's answer."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.methods import Custom
from redisspec.ir.model import Keyspace, Operation
from redisspec.ir.program import Program
from redisspec.operations.compiled import (
    Constant,
    Item,
    KeyArgument,
    Nothing,
    Param,
    PipelineOperation,
    PipelineStep,
)
from redisspec.operations.compiler import assigned_in
from redisspec.operations.parsing import parsed
from redisspec.operations.problems import AbandonedError, Problems
from redisspec.operations.translate import results
from redisspec.operations.translate.expressions import expression
from redisspec.operations.translate.parameters import is_list
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.statements import statements
from redisspec.operations.translate.values import Facts
from redisspec.operations.types import NoneT
from redisspec.structures import methods as methods_of

ALONE = "the calls of an operation with `atomic: false` are sent together: none waits for another's answer"


def compile_pipeline(
    program: Program, operation: Operation, keyspaces: Mapping[str, Keyspace]
) -> tuple[PipelineOperation | None, tuple[Diagnostic, ...]]:
    """Check an operation's calls, and gather them."""
    problems = Problems(operation)
    body = parsed(problems, operation)
    if body is None:
        return None, tuple(problems.found)
    t = Translator(program, operation, keyspaces, Facts(), assigned_in(body), expression)
    statements(t, body)
    if t.problems.found:
        return None, tuple(dict.fromkeys(t.problems.found))
    reader = _Reader(problems, operation, keyspaces)
    for node in body:
        try:
            reader.statement(node)
        except AbandonedError:
            continue
    if problems.found:
        return None, tuple(problems.found)
    static = next((found for _, found in t.returned), NoneT())
    result = results.result(static) if reader.returned is not None else Nothing()
    return PipelineOperation(operation, tuple(reader.steps), result, reader.returned), ()


class _Reader:
    """Gathers the calls; the types of their arguments have been checked."""

    def __init__(
        self, problems: Problems, operation: Operation, keyspaces: Mapping[str, Keyspace]
    ) -> None:
        self.problems = problems
        self.operation = operation
        self.keyspaces = keyspaces
        self.steps: list[PipelineStep] = []
        self.returned: str | None = None
        self._items: dict[str, str] = {}
        self._targets: set[str] = set()

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(ast.Call() as call):
                self._call(call, None)
            case ast.Assign([ast.Name(target)], ast.Call() as call):
                if self._items:
                    raise self.problems.refuse(
                        node,
                        "a call for each item of a list has no one answer",
                        "drop the variable",
                    )
                self._call(call, target)
                self._targets.add(target)
            case ast.For(target, source, body, []):
                self._for(node, target, source, body)
            case ast.Return(ast.Name(name)) if name in self._targets:
                self.returned = name
            case ast.Return(ast.Call() as call):
                self._call(call, "result")
                self.returned = "result"
            case ast.Return(None) | ast.Pass():
                pass
            case _:
                raise self.problems.refuse(
                    node,
                    ALONE,
                    "write calls, `for` over list parameters, and `return` of what one call answers",
                )

    def _for(self, node: ast.For, target: ast.expr, source: ast.expr, body: list[ast.stmt]) -> None:
        names: list[ast.expr] = [target]
        lists: list[ast.expr] = [source]
        if (
            isinstance(source, ast.Call)
            and isinstance(source.func, ast.Name)
            and source.func.id == "zip"
        ):
            lists = source.args
            names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        if self._items:
            raise self.problems.refuse(
                node, "loops do not nest here", "write them one after the other"
            )
        for name, each in zip(names, lists, strict=False):
            if not (
                isinstance(name, ast.Name)
                and isinstance(each, ast.Name)
                and each.id in self.operation.params
                and is_list(self.operation.params[each.id])
            ):
                raise self.problems.refuse(
                    each, ALONE, "go through list parameters, or `zip` of some"
                )
            self._items[name.id] = each.id
        for inner in body:
            self.statement(inner)
        self._items = {}

    def _call(self, node: ast.Call, target: str | None) -> None:
        function = node.func
        if not (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id in self.keyspaces
        ):
            raise self.problems.refuse(node, ALONE, "call methods of keyspaces")
        keyspace = self.keyspaces[function.value.id]
        method = next(m for m in methods_of(keyspace) if m.name == function.attr)
        if isinstance(method.body, Custom) and not method.keyed:
            raise self.problems.refuse(
                node, f"`{keyspace.name}.{method.name}` is not sent with others"
            )
        arguments = tuple(self._argument(each) for each in node.args)
        named = tuple((k.arg or "", self._argument(k.value)) for k in node.keywords)
        each = tuple(
            dict.fromkeys(
                a.param for a in (*arguments, *(v for _, v in named)) if isinstance(a, Item)
            )
        )
        if self._items and not each:
            each = tuple(self._items.values())
        self.steps.append(PipelineStep(keyspace, method.name, arguments, named, each, target))

    def _argument(self, node: ast.expr) -> KeyArgument:
        match node:
            case ast.Name(name) if name in self._items:
                return Item(self._items[name])
            case ast.Name(name) if name in self.operation.params:
                return Param(name)
            case ast.Constant(bool() | int() | str() as value):
                return Constant(value)
            case _:
                raise self.problems.refuse(node, ALONE, "pass parameters and constants")
