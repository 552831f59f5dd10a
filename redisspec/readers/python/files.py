"""A parsed file of a project, with what stands at its top."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from redisspec.readers.python.evidence import Evidence, find_evidence
from redisspec.readers.python.imports import is_package
from redisspec.readers.python.tree import walk
from redisspec.source.span import Span

if TYPE_CHECKING:
    from redisspec.readers.python.project import Project
    from redisspec.readers.python.symbols import Symbol
    from redisspec.source.text import SourceText

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Import: TypeAlias = tuple[str, str | None, int]
"""(module, name or None for the module itself, level of a relative import)."""


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """A loop's body: the names that it counts up, whether it may `break` or leave early, or only builds texts."""

    counted: tuple[str, ...]
    breaks: bool
    leaves: bool
    builds: bool


@dataclass(eq=False)
class PyFile:
    """A parsed file. `globals` holds what its top-level names were found to stand for."""

    source: SourceText
    tree: ast.Module
    project: Project
    globals: dict[str, Symbol] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    instances: dict[ast.ClassDef, dict[str, Symbol]] = field(default_factory=dict)
    bases: dict[ast.ClassDef, list[Symbol]] = field(default_factory=dict)
    stands_for: str | None = None
    """The module that this text is declared to stand for; None for a file that is there."""
    redis_names: frozenset[str] | None = None
    """Names that are imported from files that use Redis; None until somebody asks."""

    _members: dict[ast.ClassDef, Mapping[str, ast.stmt]] = field(default_factory=dict)
    _set: dict[ast.ClassDef, Mapping[str, tuple[ast.expr, ...]]] = field(default_factory=dict)
    _loops: dict[ast.AST, LoopFacts] = field(default_factory=dict)
    _names: dict[ast.AST, tuple[frozenset[str], int]] = field(default_factory=dict)
    _spans: dict[ast.AST, Span] = field(default_factory=dict)
    _stored: dict[ast.AST, tuple[str, ...]] = field(default_factory=dict)

    def at(self, place: PyFile) -> PyFile:
        """The same names, as if they stood in another file: for what is told at the place of a call."""
        moved = PyFile(place.source, self.tree, self.project, self.globals, self.pending)
        moved.stands_for = self.stands_for
        return moved

    def forget(self) -> None:
        """Forget what names, objects and classes were found to stand for."""
        self.globals.clear()
        self.pending.clear()
        self.instances.clear()
        self.bases.clear()
        self.redis_names = None

    def members(self, node: ast.ClassDef) -> Mapping[str, ast.stmt]:
        """The statements of a class that give its names a meaning; of a property the one that reads."""
        found = self._members.get(node)
        if found is None:
            made: dict[str, ast.stmt] = {}
            for statement in node.body:
                for name in _names_set(statement):
                    if name not in made or _reads(statement):
                        made[name] = statement
            found = self._members[node] = made
        return found

    def set_by_methods(self, node: ast.ClassDef) -> Mapping[str, tuple[ast.expr, ...]]:
        """What the methods of a class give the class's own attributes: `cls.x = …`, `Cart.x = …`."""
        found = self._set.get(node)
        if found is None:
            made: dict[str, list[ast.expr]] = defaultdict(list)
            for one in walk(node):
                if isinstance(one, ast.Assign):
                    for target in one.targets:
                        if isinstance(target, ast.Attribute) and _is_class(target.value, node.name):
                            made[target.attr].append(one.value)
            found = self._set[node] = {name: tuple(values) for name, values in made.items()}
        return found

    def inside(self, function: ast.AST) -> tuple[frozenset[str], int]:
        """The plain names that a function uses, and how many statements it has."""
        found = self._names.get(function)
        if found is None:
            names, size = set(), 0
            for node in walk(function):
                if isinstance(node, ast.Name):
                    names.add(node.id)
                elif isinstance(node, ast.stmt):
                    size += 1
            found = self._names[function] = frozenset(names), size
        return found

    def stored(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
        """The attributes that a method gives its object."""
        found = self._stored.get(method)
        if found is None:
            me = method.args.args[0].arg if method.args.args else None
            found = self._stored[method] = tuple(
                dict.fromkeys(
                    node.attr
                    for node in walk(method)
                    if isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == me
                )
            )
        return found

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> LoopFacts:
        """What a loop's body says of it."""
        found = self._loops.get(node)
        if found is None:
            counted = {
                one.target.id: None
                for one in walk(node)
                if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
            }
            own = _own(node.body)
            breaks = any(isinstance(one, ast.Break) for one in own)
            leaves = breaks or any(isinstance(one, ast.Return) for one in own)
            found = self._loops[node] = LoopFacts(
                tuple(counted), breaks, leaves, not leaves and _only_builds(node.body)
            )
        return found

    @cached_property
    def qualified(self) -> Mapping[ast.AST, str]:
        """The qualified name of every function."""
        return {node: name for name, node in self.every_function}

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's own."""
        return is_package(self.source.path)

    @cached_property
    def uses_redis(self) -> bool:
        """Whether anything in the file says that it calls Redis."""
        return self.evidence.any

    @cached_property
    def name(self) -> str:
        """What messages and evidence call the module: its file's name without the ending."""
        if self.stands_for is not None:
            return self.stands_for
        path = PurePath(self.source.path)
        return path.parent.name if path.stem == "__init__" else path.stem

    @cached_property
    def _ascii(self) -> bool:
        return self.source.text.isascii()

    def span(self, node: ast.AST) -> Span:
        """Where a node stands; columns in characters, as everywhere. What is read where it is called is asked often."""
        found = self._spans.get(node)
        if found is None:
            found = self._spans[node] = self._span(node)
        return found

    def _span(self, node: ast.AST) -> Span:
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or column
        if not self._ascii:
            column = self._characters(line, column)
            end_column = self._characters(end_line, end_column)
        return Span(self.source.path, line, column + 1, end_line, end_column + 1)

    def _characters(self, line: int, width: int) -> int:
        text = self.source.line(line)
        return width if text.isascii() else len(text.encode()[:width].decode("utf-8", "ignore"))

    @cached_property
    def top(self) -> Mapping[str, tuple[ast.stmt, ...]]:
        """The statements at the top of the file, in `if` and `try` too, that give a name a meaning."""
        found: dict[str, list[ast.stmt]] = defaultdict(list)
        for statement in _statements(self.tree.body):
            for name in _names_set(statement):
                found[name].append(statement)
        for _, function in self.every_function:
            for name, statement in _globals_set(function):
                found[name].append(statement)
        return {name: tuple(statements) for name, statements in found.items()}

    @cached_property
    def every_function(self) -> Sequence[tuple[str, FunctionNode]]:
        """Every function with its qualified name, nested ones too, and those of one name that others take later:
        a property and its setter, one of two branches.
        """
        return tuple(_functions(self.tree.body, ""))

    @cached_property
    def functions(self) -> Mapping[str, FunctionNode]:
        """The functions by their qualified names."""
        return dict(self.every_function)

    @cached_property
    def evidence(self) -> Evidence:
        """Which receivers of this file are Redis by what is called on them."""
        return find_evidence(self.tree)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The modules of `import app.store`, which binds no more than `app`."""
        return frozenset(
            alias.name
            for node in walk(self.tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if "." in alias.name and not alias.asname
        )

    @cached_property
    def stars(self) -> tuple[tuple[str, int], ...]:
        """The modules of which all names are imported, each with its level."""
        return tuple(
            (module, level) for name, (module, _, level) in self.imports.items() if name[:1] == "*"
        )

    @cached_property
    def imports(self) -> Mapping[str, Import]:
        """What each name is imported from, wherever in the file the import stands."""
        return dict(imported(self.tree))


def imported(tree: ast.AST) -> Iterator[tuple[str, Import]]:
    """The names that the imports below a node bind."""
    for node in walk(tree):
        yield from bound_by(node)


def bound_by(node: ast.AST) -> Iterator[tuple[str, Import]]:
    """The names that one import statement binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, (alias.name, None, 0)
            else:
                head = alias.name.partition(".")[0]
                yield head, (head, None, 0)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            # Of many `import *` each has a name of its own.
            own = f"*{node.module}" if alias.name == "*" else alias.name
            yield alias.asname or own, (node.module or "", alias.name, node.level)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        match statement:
            case ast.If():
                yield from _statements(statement.body)
                yield from _statements(statement.orelse)
            case ast.Try():
                yield from _statements(statement.body)
                for handler in statement.handlers:
                    yield from _statements(handler.body)
                yield from _statements(statement.orelse)
                yield from _statements(statement.finalbody)
            case ast.With():
                yield from _statements(statement.body)


def _names_set(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign(targets):
            for target in targets:
                for one in target.elts if isinstance(target, ast.Tuple | ast.List) else (target,):
                    if isinstance(one, ast.Name):
                        yield one.id
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Expr(value=ast.NamedExpr(target=name)) | ast.If(test=ast.NamedExpr(target=name)):
            yield name.id
        case ast.Import() | ast.ImportFrom():
            for name, _ in bound_by(statement):
                yield name


def _is_class(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Name(id=plain):
            return plain in ("cls", name)
        case ast.Attribute(value=ast.Name(id="self"), attr="__class__"):
            return True
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name(id="self")]):
            return True
    return False


_BUILDS = frozenset(
    ("append", "extend", "insert", "add", "join", "replace", "strip", "lstrip", "rstrip", "lower", "upper", "title",
     "encode", "decode", "format", "split", "startswith", "endswith", "isoformat", "strftime", "hexdigest",
     "str", "int", "repr", "bool", "len", "isinstance", "quote", "md5", "sha1", "sha256")
)  # fmt: skip


def _only_builds(body: list[ast.stmt]) -> bool:
    """Whether statements do nothing but put texts and lists together."""
    for one in (inner for statement in body for inner in walk(statement)):
        if isinstance(one, ast.Call):
            name = (
                one.func.attr
                if isinstance(one.func, ast.Attribute)
                else getattr(one.func, "id", "")
            )
            if name not in _BUILDS:
                return False
        elif isinstance(one, ast.stmt) and not isinstance(
            one,
            ast.Assign
            | ast.AugAssign
            | ast.AnnAssign
            | ast.Expr
            | ast.If
            | ast.Continue
            | ast.Pass,
        ):
            return False
    return True


def _own(body: Iterable[ast.AST]) -> list[ast.AST]:
    """The nodes of a loop's body without those of functions and loops inside."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            found += (one for one in walk(node) if isinstance(one, ast.Return))
            continue
        waiting += ast.iter_child_nodes(node)
    return found


def _reads(statement: ast.stmt) -> bool:
    return not (
        isinstance(statement, ast.FunctionDef)
        and any(
            isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter")
            for one in statement.decorator_list
        )
    )


def _globals_set(function: FunctionNode) -> Iterator[tuple[str, ast.stmt]]:
    named = {name for node in walk(function) if isinstance(node, ast.Global) for name in node.names}
    if named:
        for node in walk(function):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                for name in _names_set(node):
                    if name in named:
                        yield name, node


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, FunctionNode]]:
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + statement.name, statement
                yield from _functions(statement.body, f"{prefix}{statement.name}.")
            case ast.ClassDef():
                yield from _functions(statement.body, f"{prefix}{statement.name}.")
            case ast.If() | ast.For() | ast.While() | ast.With() | ast.AsyncFor() | ast.AsyncWith():
                yield from _functions(statement.body, prefix)
                yield from _functions(getattr(statement, "orelse", []), prefix)
            case ast.Try():
                yield from _functions(statement.body, prefix)
                for handler in statement.handlers:
                    yield from _functions(handler.body, prefix)
                yield from _functions(statement.orelse, prefix)
                yield from _functions(statement.finalbody, prefix)
