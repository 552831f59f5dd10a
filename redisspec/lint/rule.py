"""What a rule is: one fault, where it is looked for, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix, Related, Severity

if TYPE_CHECKING:
    from redisspec.ir.program import Program
    from redisspec.lint.keyindex import KeyIndex
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript
    from redisspec.source.span import Span
    from redisspec.source.text import SourceText

Reads = Literal["model", "flow", "clients", "lua", "python", "syntax"]
"""model: what is declared. flow: what procedures do, whoever wrote them. clients: how clients are
built. lua: Lua scripts alone. python: Python, and Lua if it has a check of that. syntax: the text of
the files itself; such findings are the loader's and the runner's."""

Category = Literal["spec", "ttl", "growth", "atomicity", "locks", "lua", "client", "keys"]

Check: TypeAlias = "Callable[[Program], Iterator[Diagnostic]]"
LuaCheck: TypeAlias = "Callable[[LuaScript], Iterator[Diagnostic]]"
PythonCheck: TypeAlias = "Callable[[PyContext], Iterator[Diagnostic]]"
AcrossCheck: TypeAlias = "Callable[[KeyIndex], Iterator[Diagnostic]]"
Mend: TypeAlias = "Callable[[Diagnostic, SourceText], Fix | None]"
"""Turns a finding into a fix, given the text of the file that it stands in."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `documentation` is its module's docstring, in Markdown.

    `check` is None where the finding is made while a file is read or by the runner, and the rule
    is here for its page, or reads Lua alone. `lua` is its check of one script. `mend` is None where
    nothing can be mended by a tool; findings in Lua and in Python bring their fixes along (`mends_lua`,
    `mends_python`). `python` is its check of one file, `across` its check of what all files of a run do
    to keys. `preview` marks a rule that runs only where it is asked for.
    `always` marks what can neither be deselected nor suppressed: without it there is no program.
    """

    code: str
    name: str
    severity: Severity
    category: Category
    reads: Reads
    documentation: str
    check: Check | None = None
    mend: Mend | None = None
    always: bool = False
    lua: LuaCheck | None = None
    mends_lua: bool = False
    python: PythonCheck | None = None
    across: AcrossCheck | None = None
    mends_python: bool = False
    preview: bool = False

    @property
    def fixable(self) -> bool:
        """Whether some of its findings have a fix."""
        return self.mend is not None or self.mends_lua or self.mends_python

    @property
    def summary(self) -> str:
        """The first line of the documentation, without its full stop."""
        return self.documentation.strip().partition("\n")[0].rstrip(".")

    def found(
        self,
        span: Span,
        message: str,
        help: str | None = None,
        *,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """A finding of this rule; `severity` only where it is not the rule's own."""
        return Diagnostic(
            self.code, self.name, message, severity or self.severity, span, help, fix, related
        )


def inserted(span: Span, content: str) -> Edit:
    """An edit that puts `content` before the start of `span` and removes nothing."""
    at = span._replace(end_line=span.line, end_column=span.column)
    return Edit(at, content)
