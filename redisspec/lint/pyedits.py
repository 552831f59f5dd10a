"""Edits of Python for fixes: where a node stands, an argument more, another method, a statement less."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit
from redisspec.readers.python.tree import walk
from redisspec.source.span import Span

if TYPE_CHECKING:
    from redisspec.readers.python.module import PyModule
    from redisspec.source.text import SourceText


def span_of(module: PyModule, node: ast.expr | ast.stmt | ast.keyword) -> Span:
    """Where a node of the module's own tree stands."""
    source = module.source
    end_line = node.end_lineno or node.lineno
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(
        source.path,
        node.lineno,
        _characters(source, node.lineno, node.col_offset) + 1,
        end_line,
        _characters(source, end_line, end) + 1,
    )


def _characters(source: SourceText, line: int, width: int) -> int:
    """The tree counts bytes; everything else counts characters."""
    text = source.line(line)
    return width if text.isascii() else len(text.encode()[:width].decode("utf-8", "ignore"))


def written(module: PyModule, node: ast.expr | ast.stmt) -> str:
    """What stands in the source for a node."""
    span, source = span_of(module, node), module.source
    start = source.offset(span.line, span.column)
    return source.text[start : source.offset(span.end_line, span.end_column)]


def added_argument(module: PyModule, call: ast.Call, text: str) -> Edit:
    """The edit that gives a call one argument more, behind those that it has."""
    end = span_of(module, call)
    closing = end._replace(line=end.end_line, column=end.end_column - 1)
    given = [*call.args, *(one.value for one in call.keywords)]
    if not given:
        return Edit(closing._replace(end_column=closing.column), text)
    last = max((span_of(module, one) for one in given), key=lambda one: one[3:])
    source = module.source
    at = source.offset(last.end_line, last.end_column)
    limit = source.offset(closing.line, closing.column)
    for place in range(at, limit):
        # `f((value))`: the parentheses of an argument are no part of its node.
        if source.text[place] == ")":
            at = place + 1
        elif not source.text[place].isspace():
            break
    return Edit(source.span(at, at), f", {text}")


def other_method(module: PyModule, call: ast.Call, name: str) -> Edit | None:
    """The edit that calls `name` in place of the method that a call calls."""
    if not isinstance(call.func, ast.Attribute):
        return None
    span = span_of(module, call.func)
    start = span._replace(line=span.end_line, column=span.end_column - len(call.func.attr))
    return Edit(start, name)


def without_statement(module: PyModule, node: ast.stmt) -> Edit | None:
    """The edit that takes out a statement with its lines; None where something shares a line with it."""
    span, source = span_of(module, node), module.source
    before = source.line(span.line)[: span.column - 1]
    after = source.line(span.end_line)[span.end_column - 1 :]
    if before.strip() or after.split("#")[0].strip() or "#" in after:
        return None
    if span.end_line < len(source.line_starts):
        return Edit(span._replace(column=1, end_line=span.end_line + 1, end_column=1), "")
    # The last line of a file without a line break behind it.
    return Edit(span._replace(column=1), "")


def block_of(module: PyModule, node: ast.AST) -> tuple[list[ast.stmt], int] | None:
    """The statements among which the one stands that holds a node, and its place there."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    waiting: list[ast.AST] = [module.tree]
    while waiting:
        parent = waiting.pop()
        for name in ("body", "orelse", "finalbody"):
            body = getattr(parent, name, None)
            if not isinstance(body, list):
                continue
            for place, statement in enumerate(body):
                if not statement.lineno <= first <= last <= (statement.end_lineno or 0):
                    continue
                if _holds(statement, node):
                    return body, place
                waiting.append(statement)
        waiting += getattr(parent, "handlers", ())
        waiting += getattr(parent, "cases", ())
    return None


def _holds(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a statement holds a node without another statement in between."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        one = waiting.pop()
        if one is node:
            return True
        waiting += (child for child in ast.iter_child_nodes(one) if not isinstance(child, ast.stmt))
    return False


def bare(node: ast.expr) -> ast.expr:
    """What an `await` waits for, or the expression itself."""
    return node.value if isinstance(node, ast.Await) else node


def awaited(function: ast.AST, call: ast.Call) -> ast.expr:
    """The call with the `await` in front of it, if there is one."""
    return next(
        (one for one in walk(function) if isinstance(one, ast.Await) and one.value is call), call
    )


def directly_behind(module: PyModule, first: ast.AST, second: ast.AST) -> ast.stmt | None:
    """The statement that holds the second of two nodes, where it is the next one after that of the first."""
    before, behind = block_of(module, first), block_of(module, second)
    if before is None or behind is None or before[0] is not behind[0]:
        return None
    return behind[0][behind[1]] if behind[1] == before[1] + 1 else None


def lonely_if(module: PyModule, call: ast.Call) -> ast.If | None:
    """The `if` around a call that is all there is in it: no `else`, no `elif`, no comment that would go with it."""
    for node in walk(module.tree):
        if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1:
            continue
        statement = node.body[0]
        if not isinstance(statement, ast.Expr) or bare(statement.value) is not call:
            continue
        whole = span_of(module, node)
        lines = range(whole.line, whole.end_line + 1)
        commented = any("#" in module.source.line(line) for line in lines)
        return node if written(module, node).startswith("if") and not commented else None
    return None
