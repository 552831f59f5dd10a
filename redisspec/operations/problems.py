"""The mistakes of an operation's steps, each at its place in the spec."""

from __future__ import annotations

import ast

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.model import Operation
from redisspec.source.span import Span

CODES = {"RS002": "invalid-spec", "RS501": "undeclared-key", "RS707": "cross-slot"}


class AbandonedError(Exception):
    """The step at hand cannot be read any further; its mistake has been told."""


class Problems:
    """Gathers diagnostics; a step that has one is given up, the next one is read all the same."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._lines = operation.source.split("\n")
        self.found: list[Diagnostic] = []

    def span(self, node: ast.AST | None) -> Span:
        """Where a node of the steps stands in the spec; of a block, its first line."""
        line = getattr(node, "lineno", None)
        place = self.operation.steps_at
        if node is None or line is None or place is None:
            return self.operation.spans.get("do", self.operation.span)
        column: int = getattr(node, "col_offset", 0)
        end_line: int = getattr(node, "end_lineno", line)
        end_column: int = getattr(node, "end_col_offset", column + 1)
        lines = self._lines
        if isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.FunctionDef):
            end_line, end_column = line, len(lines[line - 1].rstrip().encode())
        return place.span(
            line,
            _characters(lines, line, column),
            end_line,
            _characters(lines, end_line, end_column),
        )

    def tell(
        self,
        node: ast.AST | None,
        message: str,
        help_: str | None = None,
        *,
        code: str = "RS002",
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note a mistake and go on."""
        span = self.span(node)
        self.found.append(
            Diagnostic(code, CODES[code], message, "error", span, help=help_, related=related)
        )

    def refuse(
        self, node: ast.AST | None, message: str, help_: str | None = None, *, code: str = "RS002"
    ) -> AbandonedError:
        """Note a mistake; raise what is returned."""
        self.tell(node, message, help_, code=code)
        return AbandonedError()


def _characters(lines: list[str], line: int, column: int) -> int:
    """`ast` counts columns in bytes of UTF-8, people in characters."""
    if not 0 < line <= len(lines) or lines[line - 1].isascii():
        return column
    return len(lines[line - 1].encode()[:column].decode(errors="ignore"))
