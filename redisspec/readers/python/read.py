"""Reads a file: each function that may touch Redis, and the file's own statements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.readers.python.deferred import read_deferred
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.execute import block
from redisspec.readers.python.inline import reaches_redis, run
from redisspec.readers.python.module import (
    PyClient,
    PyModule,
    PyProcedure,
    PyScript,
)
from redisspec.readers.python.names import decorators_of, global_of
from redisspec.readers.python.reach import redis_names
from redisspec.readers.python.receivers import note_script
from redisspec.readers.python.state import Frame, State
from redisspec.readers.python.symbols import Class, Function, as_value
from redisspec.readers.python.tree import walk
from redisspec.readers.values import UNKNOWN

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.readers.python.files import FunctionNode, PyFile
    from redisspec.readers.python.project import Project

_LUA = re.compile(r"redis\s*\.\s*p?call\s*\(")
_MOST_PROCEDURES = 2_000
_CLASSES = frozenset(
    ("Redis", "StrictRedis", "RedisCluster", "Valkey", "StrictValkey", "ValkeyCluster")
)


def read_module(project: Project, file: PyFile) -> PyModule:
    """What a file does with Redis."""
    procedures: list[PyProcedure] = []
    clients: dict[ast.AST, PyClient] = {}
    scripts: dict[object, PyScript] = {}
    for name, function in _roots(project, file):
        state = State(project, Frame(file, name, {}, at_top=function is None))
        try:
            procedures.append(_read(state, file, name, function))
        except RecursionError:
            continue
        for client in state.clients:
            if client.span.file == file.source.path:
                clients.setdefault(client.node, client)
        for script in state.scripts:
            if script.span.file == file.source.path:
                scripts.setdefault(script.span, script)
    for script in _other_scripts(project, file):
        scripts.setdefault(script.span, script)
    return PyModule(
        file.source,
        file.tree,
        file.name,
        tuple(procedures),
        tuple(sorted(clients.values(), key=lambda one: one.span)),
        tuple(sorted(scripts.values(), key=lambda one: one.span)),
    )


def _roots(project: Project, file: PyFile) -> Iterator[tuple[str, Function | None]]:
    """The file's own statements, then every function that may touch Redis."""
    state = State(project, Frame(file, "<module>", {}, at_top=True))
    if not (file.uses_redis or redis_names(file) or _builds(file.tree)):
        return
    yield "<module>", None
    count = 0
    tests = _test_cases(file.tree)
    for name, node in file.every_function:
        if name.partition(".")[0] in tests:
            continue
        owner = _owner(state, file, name)
        function = Function(node, file, owner)
        if node.name in file.evidence.interesting or _builds(node) or reaches_redis(function):
            count += 1
            if count > _MOST_PROCEDURES:
                return
            yield name, function


def _test_cases(tree: ast.Module) -> frozenset[str]:
    """The classes of unittest's test cases: they flush and race on purpose, wherever they stand."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = {text_of(one) or "" for one in node.bases}
            if any(base in found or base.endswith("TestCase") for base in bases):
                found.add(node.name)
    return frozenset(found)


def _builds(node: ast.AST) -> bool:
    """Whether what stands below a node may build a client."""
    for one in walk(node):
        if isinstance(one, ast.Call):
            text = text_of(one.func) or ""
            last = text.rpartition(".")[2]
            given = (text_of(argument) or "" for argument in one.args)
            if any(argument.rpartition(".")[2] in _CLASSES for argument in given):
                # A class is handed to who builds it.
                return True
            if last in ("from_url", "get_redis_connection", "create_pool", "Lock") or any(
                word in text
                for word in ("Redis", "Valkey", "ConnectionPool", "Sentinel", "aioredis")
            ):
                return True
    return False


def _owner(state: State, file: PyFile, name: str) -> Class | None:
    """The class that a function is a method of."""
    outer = name.split(".")[:-1]
    if not outer:
        return None
    found = global_of(state, file, outer[0])
    for inner in outer[1:]:
        if not isinstance(found, Class):
            return None
        found = next(
            (
                Class(one, file)
                for one in found.node.body
                if isinstance(one, ast.ClassDef) and one.name == inner
            ),
            None,
        )
    return found if isinstance(found, Class) and found.file is file else None


def _read(state: State, file: PyFile, name: str, function: Function | None) -> PyProcedure:
    if function is None:
        block(state, file.tree.body)
        for statement in _class_statements(file.tree.body):
            block(state, [statement])
        read_deferred(state)
        return PyProcedure(
            name, (), {}, False, (), tuple(state.calls), tuple(state.others), (),
            file.span(file.tree.body[0]) if file.tree.body else file.span(file.tree), file.tree,
        )  # fmt: skip
    node = function.node
    assert not isinstance(node, ast.Lambda)
    run(state, function, None)
    read_deferred(state)
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return PyProcedure(
        name,
        tuple(one.arg for one in arguments),
        dict(_defaults(state, node)),
        isinstance(node, ast.AsyncFunctionDef),
        decorators_of(node),
        tuple(state.calls),
        tuple(state.others),
        tuple(state.returns),
        file.span(node),
        node,
    )


def _class_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs while classes are made: `client = Redis()` in a class."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, ast.Assign | ast.AnnAssign | ast.Expr):
                    yield inner
            yield from _class_statements(statement.body)


def _defaults(state: State, node: FunctionNode) -> Iterator[tuple[str, Value]]:
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

    names = [*node.args.posonlyargs, *node.args.args]
    pairs = [
        *zip(reversed(names), reversed(node.args.defaults), strict=False),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    with state.silent():
        for argument, default in pairs:
            if default is not None:
                simple = isinstance(default, ast.Constant)
                yield argument.arg, as_value(evaluate(state, default)) if simple else UNKNOWN


def _other_scripts(project: Project, file: PyFile) -> Iterator[PyScript]:
    """Texts that are Lua for Redis by what stands in them, whoever sends them."""
    if not _LUA.search(file.source.text):
        return
    state = State(project, Frame(file, "<module>", {}, at_top=True))
    inside = {
        id(part)
        for node in walk(file.tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in walk(file.tree):
        if isinstance(node, ast.Expr):
            continue
        for child in ast.iter_child_nodes(node):
            if (
                isinstance(child, ast.Constant)
                and isinstance(child.value, str)
                and id(child) not in inside
                and _LUA.search(child.value)
            ):
                note_script(state, child, as_value(_text(child)), sent=False)
    yield from state.scripts


def _text(node: ast.Constant) -> Value:
    from redisspec.readers.python.values import constant  # noqa: PLC0415 - few files have any

    return constant(node.value)
