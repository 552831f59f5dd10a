"""Collects what an emitted module imports, under names that nothing in it can shadow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from redisspec.codegen.python.layout import WIDTH, Group, docstring, fits, lines, tidy

_DIGITS = re.compile(r"(\d+)")

LONGEST = 44
"""A literal type longer than this gets a name, so that signatures stay readable."""


@dataclass(slots=True)
class Module:
    """An emitted module: `taken` are the names that its own code binds.

    `depth` is how many packages lie between it and the generated package (keyspaces/x.py: 1),
    `here` is the module's own name, whose functions need no import.
    """

    taken: frozenset[str]
    depth: int = 0
    here: str = ""
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    typing_imports: dict[str, dict[str, str]] = field(default_factory=dict)
    _bound: dict[tuple[str, str], str] = field(default_factory=dict)
    _locals: set[str] = field(default_factory=set)
    _aliases: dict[tuple[str, ...], str] = field(default_factory=dict)

    def use(self, source: str, name: str) -> str:
        """Import `name` from `source` and return the name that it has here."""
        return self._bind(self.imports, source, name)

    def use_type(self, source: str, name: str) -> str:
        """The same for what annotations alone need; `name` may be that of a nested class."""
        outer, dot, inner = name.partition(".")
        return self._bind(self.typing_imports, source, outer) + dot + inner

    def literal(self, members: tuple[str, ...]) -> str:
        """The annotation of one of some literals, by a name of the module's own where it is long."""
        text = f"{self.use('typing', 'Literal')}[{', '.join(members)}]"
        if fits(text, LONGEST) or len(members) == 1:
            return text
        known = self._aliases.get(members)
        if known is None:
            known = f"_Choice{len(self._aliases) + 1}"
            while known in self.taken or known in self._locals:
                known = f"_{known}"
            self._aliases[members] = known
            self._locals.add(known)
        self.use("typing", "TypeAlias")
        return known

    def _alias_lines(self) -> list[str]:
        out: list[str] = []
        for members, name in self._aliases.items():
            head = f"{name}: {self.use('typing', 'TypeAlias')} = {self.use('typing', 'Literal')}["
            out += ["", *lines(Group(head, members, "]"), 0)]
        return out

    def _bind(self, imports: dict[str, dict[str, str]], source: str, name: str) -> str:
        if source == self.here:
            return name
        known = self._bound.get((source, name))
        if known is None:
            local = name
            while local in self.taken or local in self._locals:
                local = f"{local}_"
            known = self._bound[source, name] = local
            self._locals.add(local)
        imports.setdefault(source, {})[name] = known
        return known

    def runtime(self, file: str, name: str) -> str:
        return self.use(f"{self.root}_runtime.{file}", name)

    @property
    def root(self) -> str:
        return "." * (self.depth + 1)

    def builtin(self, name: str) -> str:
        if name in self.taken:
            return self.use("builtins", name)
        return name

    def text(self, header: str, title: str, body: list[str]) -> str:
        """The whole module; the body has been laid out, so that its imports are known."""
        return tidy(
            [
                header,
                "",
                *docstring(title, 0),
                "",
                "from __future__ import annotations",
                "",
                *self.import_lines(),
                "",
                *body,
            ]
        )

    def import_lines(self) -> list[str]:
        plain = {source: names for source, names in self.imports.items() if names}
        guarded = {
            source: {n: local for n, local in names.items() if n not in plain.get(source, {})}
            for source, names in self.typing_imports.items()
        }
        guarded = {source: names for source, names in guarded.items() if names}
        if guarded:
            plain.setdefault("typing", {})["TYPE_CHECKING"] = "TYPE_CHECKING"
        absolute = sorted(source for source in plain if not source.startswith("."))
        relative = sorted((source for source in plain if source.startswith(".")), key=_far_first)
        out: list[str] = []
        for source in absolute:
            out += _from(source, plain[source])
        if absolute and relative:
            out.append("")
        for source in relative:
            out += _from(source, plain[source])
        if guarded:
            out += ["", "if TYPE_CHECKING:"]
            for source in sorted(
                guarded, key=lambda text: (text.startswith("."), _far_first(text))
            ):
                out += [f"    {line}" for line in _from(source, guarded[source], WIDTH - 4)]
        return [*out, *self._alias_lines()]


def _far_first(source: str) -> tuple[int, str]:
    dots = len(source) - len(source.lstrip("."))
    return (-dots, source)


def _from(source: str, names: dict[str, str], width: int = WIDTH) -> list[str]:
    """The imports from one module; what is renamed has a line of its own, as isort has it."""
    if len(names) == 1:
        ((name, local),) = names.items()
        return _import(source, [name if local == name else f"{name} as {local}"], width)
    ordered = sorted(names.items(), key=lambda item: member_order(item[0]))
    items = [name for name, local in ordered if local == name]
    block = _import(source, items, width) if items else []
    out: list[str] = []
    for name, local in ordered:
        if local == name:
            out += block
            block = []
        else:
            out += _import(source, [f"{name} as {local}"], width)
    return out


def _import(source: str, items: list[str], width: int) -> list[str]:
    one = f"from {source} import {', '.join(items)}"
    if fits(one, width):
        return [one]
    return [f"from {source} import (", *(f"    {item}," for item in items), ")"]


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """A key that sorts `a2` before `a10`."""
    parts = _DIGITS.split(text)
    if len(parts) == 1:
        return ((1, text),)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)


@lru_cache(maxsize=16_384)
def member_order(name: str) -> tuple[int, tuple[tuple[int, int | str], ...]]:
    """isort's order: constants, then classes, then the rest."""
    if len(name) > 1 and name.isupper():
        return 0, natural(name)
    return 1 if name[:1].isupper() else 2, natural(name)
