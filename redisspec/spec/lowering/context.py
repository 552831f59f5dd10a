"""What the lowering of one program knows so far: names taken, types declared, servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from redisspec.diagnostics.diagnostic import Related
from redisspec.diagnostics.suggest import nearest
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Lifetime, Server
from redisspec.ir.types import (
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    Record,
    RecordRef,
    Scalar,
    ValueType,
)
from redisspec.source.nodes import Node, ScalarNode
from redisspec.spec.grammar import GrammarError, either, quoted
from redisspec.spec.keys import parse_key
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.names import PACKAGE_NAMES, check_attribute
from redisspec.spec.report import Report, hint, within
from redisspec.spec.types import WORDS, UnknownWordError, parse_type

T = TypeVar("T")

UNKNOWN = Scalar("int")
"""Stands for a type that could not be read, so that the rest can still be judged."""


class Context:
    """The tables of one program, filled while its files are lowered."""

    def __init__(self, report: Report, namespace: str) -> None:
        self.report = report
        self.namespace = namespace
        self.servers: dict[str, Server] = {}
        self.records: dict[str, Record] = {}
        self.imports: dict[str, Imported] = {}
        self.declared: dict[str, ScalarNode] = {}
        """The names under `types:`, records that could not be read included."""
        self.short: dict[str, ValueType] = {}
        """The names that stand for an imported class or another type."""
        self.lifetimes: dict[tuple[object, ...], Lifetime] = {}
        """What `ttl` texts mean, for those that were read without a mistake."""
        self.kinds: set[str] = set()
        """The kinds of policies that are declared; the classes of each are claimed once."""
        self._attributes: dict[str, tuple[str, Node]] = {}
        self._classes: dict[str, tuple[str, Node]] = {}
        self._types: dict[str, ValueType] = {}

    # --- names ---------------------------------------------------------------

    def claim(self, name: ScalarNode, what: str) -> bool:
        """Take a name of the client's attributes; False (and a message) where it cannot be."""
        text = name.text
        try:
            check_attribute(text, what)
        except GrammarError as error:
            self.report.grammar(name, error)
            return False
        taken = self._attributes.get(text)
        if taken is not None:
            self.report.error(
                name,
                f"`{text}` is the name of a {taken[0]} already",
                "every keyspace, policy and operation is an attribute of one client: choose "
                "another name",
                (Related(taken[1].span, f"the {taken[0]} `{text}`"),),
            )
            return False
        self._attributes[text] = (what, name)
        return True

    def policy(self, name: str) -> str | None:
        """What a policy of that name is called; None where the name is no policy's."""
        what, _ = self._attributes.get(name, ("keyspace", None))
        return None if what in ("keyspace", "operation") else what

    def claim_class(self, class_name: str, what: str, place: Node, alike: bool = False) -> None:
        """Take the name of a class that will be generated."""
        if class_name in PACKAGE_NAMES:
            self.report.error(
                place,
                f"{what} would make the class `{class_name}`, which every generated package has",
                "choose another name",
            )
            return
        taken = self._classes.setdefault(class_name, (what, place))
        if taken[1] is place or (alike and taken[0] == what):
            return
        self.report.error(
            place,
            f"{what} and {taken[0]} would both make the class `{class_name}`",
            "rename one of them",
            (Related(taken[1].span, taken[0]),),
        )

    # --- grammars ------------------------------------------------------------

    def parse(self, node: ScalarNode | None, grammar: Callable[[str], T]) -> T | None:
        """What a grammar makes of a scalar; None where it is not written or was reported."""
        if node is None:
            return None
        try:
            return grammar(node.text)
        except GrammarError as error:
            self.report.grammar(node, error)
            return None

    def key(self, node: ScalarNode) -> KeyPattern | None:
        """The pattern of a key; every mistake in it reported."""
        if node.broken:
            return None
        found = parse_key(node.text, self.namespace)
        if isinstance(found, KeyPattern):
            return found
        for mistake in found:
            self.report.error(
                within(node, mistake.start, mistake.end), mistake.message, hint(node, mistake.help)
            )
        return None

    # --- types ---------------------------------------------------------------

    def type(self, node: Node | None) -> ValueType:
        """The type that a scalar names, its records looked up; UNKNOWN where it was reported."""
        if type(node) is not ScalarNode:
            return UNKNOWN
        text = node.text
        found = self._types.get(text)
        if found is not None:
            return found
        if node.broken:
            return UNKNOWN
        try:
            parsed = self.resolve(parse_type(text), text)
        except UnknownWordError as error:
            near = nearest(error.word, (*WORDS, *self.declared))
            if near is not None:
                error.help = f"write `{near}`"
            self.report.grammar(node, error)
            return UNKNOWN
        except GrammarError as error:
            self.report.grammar(node, error)
            return UNKNOWN
        self._types[text] = parsed
        return parsed

    def resolve(self, found: ValueType, text: str) -> ValueType:
        """The type with its names looked up. Raises GrammarError for one that is not there."""
        match found:
            case RecordRef(name):
                return self._named(name, text)
            case Imported(_, _, alias):
                known = self.imports.setdefault(alias, found)
                if known != found:
                    start = text.find(found.module)
                    raise GrammarError(
                        f"two imported classes are called `{alias}`",
                        start,
                        start + len(found.module) + 1 + len(found.qualname),
                        f"give one another name under `types:`; the other is "
                        f"`{known.module}:{known.qualname}`",
                    )
                return found
            case Maybe(inner):
                return Maybe(self.resolve(inner, text))
            case ListOf(inner):
                return ListOf(self.resolve(inner, text))
            case MapOf(inner):
                return MapOf(self.resolve(inner, text))
            case Json(inner) if inner is not None:
                return Json(self.resolve(inner, text))
            case _:
                return found

    def _named(self, name: str, text: str) -> ValueType:
        short = self.short.get(name)
        if short is not None:
            return short
        if name in self.declared:
            return RecordRef(name)
        start = max(text.find(name), 0)
        near = nearest(name, (*self.declared, *WORDS))
        raise GrammarError(
            f"no type is called {quoted(name)}",
            start,
            start + len(name),
            f"write `{near}`"
            if near
            else f"the types of this spec are {either(list(self.declared), 'and')}"
            if self.declared
            else "declare it under `types:`",
        )

    # --- servers -------------------------------------------------------------

    def server(self, entry: Entry) -> str:
        """The server that an entry names, or the only one."""
        node = entry.scalar("server")
        if node is None:
            if len(self.servers) > 1 and "default" not in self.servers:
                if "server" not in entry.wrong:
                    self.report.error(
                        entry.owner,
                        f"`{entry.name}` does not say on which server it lives",
                        f"write `server:` with {either(list(self.servers))}",
                    )
                return next(iter(self.servers))
            return "default" if "default" in self.servers else next(iter(self.servers))
        if node.text not in self.servers:
            near = nearest(node.text, self.servers)
            self.report.error(
                node,
                f"no server is called {quoted(node.text)}",
                f"write `{near}`" if near else f"write {either(list(self.servers))}",
            )
            return next(iter(self.servers))
        return node.text
