"""Lua in the texts of a Python file: judged as a script of its own, told where it stands in the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.lint.config import selected
from redisspec.lint.pyedits import span_of
from redisspec.readers.python.literals import opening_at
from redisspec.readers.python.tree import walk
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix
    from redisspec.lint.config import LintConfig
    from redisspec.lint.pyfacts import PyContext
    from redisspec.lint.rule import Rule
    from redisspec.readers.python.module import PyModule, PyScript
    from redisspec.source.span import Span

_MIXES = ("format", "replace", "join", "substitute", "safe_substitute", "format_map")


def check_embedded(
    context: PyContext, rules: Sequence[Rule], config: LintConfig
) -> Iterator[Diagnostic]:
    """What the rules say of every script that stands whole in the file.

    A text that is only a part of a script, or a mould of one, is not judged: its other parts decide.
    """
    module = context.module
    if not module.scripts:
        return
    parts = {span_of(module, one) for one in _parts(module.tree)}
    whole = [
        script
        for script in module.scripts
        if script.text and not script.interpolated and (script.sent or script.span not in parts)
    ]
    for script in whole:
        # Of a script that is put together from one that is sent as well, that one is told.
        if script.places or not any(one.places and one.text in script.text for one in whole):
            yield from _check(module, script, rules, config)


def _check(
    module: PyModule, script: PyScript, rules: Sequence[Rule], config: LintConfig
) -> Iterator[Diagnostic]:
    # Few files have Lua, and reading it brings its parser along.
    from redisspec.lint.lua_files import check_script  # noqa: PLC0415 - see above
    from redisspec.readers.lua import LuaScript, read_lua  # noqa: PLC0415 - see above

    source = SourceText(module.source.path, script.text)
    read = read_lua(source)
    if not isinstance(read, LuaScript):
        # What is not sent by anything that is seen may be prose, or half a script.
        if script.sent:
            yield _there(read, module, script, source)
        return
    found = list(check_script(read, list(rules)))
    if "redisspec" in script.text.lower():
        from redisspec.lint.suppressions import (  # noqa: PLC0415 - few scripts have comments
            suppress_in_lua,
        )

        found = suppress_in_lua(found, read, lambda rule: selected(rule, config))
    for one in found:
        yield _there(one, module, script, source)


def _there(found: Diagnostic, module: PyModule, script: PyScript, source: SourceText) -> Diagnostic:
    """A finding in a script as one in the file."""

    def place(span: Span) -> Span:
        if not script.places:
            return script.span
        start, end = _offsets(source, span)
        at = script.places[start]
        # The end of a piece is behind its last letter, not where the next letter stands.
        return module.source.span(at, script.places[end - 1] + 1 if end > start else at)

    return replace(
        found,
        span=place(found.span),
        fix=None if found.fix is None else _fix(found.fix, module, script, source),
        related=tuple(replace(one, span=place(one.span)) for one in found.related),
    )


def _fix(fix: Fix, module: PyModule, script: PyScript, source: SourceText) -> Fix | None:
    """The fix with its edits in the file; None where the literal could not hold what it writes."""
    edits: list[Edit] = []
    for edit in fix.edits:
        if not script.places:
            return None
        start, end = _offsets(source, edit.span)
        at, until = script.places[start], script.places[end]
        if end == start:
            until = at
        plain = until - at == end - start and module.source.text[at:until] == source.text[start:end]
        if not plain or not _fits(edit.content, opening_at(module.source, script.span, at)):
            return None
        edits.append(replace(edit, span=module.source.span(at, until)))
    return replace(fix, edits=tuple(edits))


def _fits(content: str, opening: str) -> bool:
    """Whether a text may stand in a literal letter for letter."""
    quote = opening.lstrip("rRuU")
    if quote in content or ("\\" in content and "r" not in opening.lower()):
        return False
    return len(quote) == 3 or "\n" not in content


def _offsets(source: SourceText, span: Span) -> tuple[int, int]:
    start = source.offset(span.line, span.column)
    return start, max(start, source.offset(span.end_line, span.end_column))


def _parts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The literals that are joined with others, formatted or replaced in before they are sent."""
    joined: list[ast.expr] = []
    for node in walk(tree):
        if isinstance(node, ast.BinOp):
            joined += (node.left, node.right)
        elif isinstance(node, ast.FormattedValue):
            joined.append(node.value)
        elif isinstance(node, ast.AugAssign):
            joined += (node.target, node.value)
        elif isinstance(node, ast.Call):
            name = _name(node.func)
            if name in _MIXES and isinstance(node.func, ast.Attribute):
                joined += (node.func.value, *node.args)
            elif name == "Template":
                joined += node.args
    names = {_name(one) for one in joined} - {""}
    for node in walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_name(target) in names for target in targets):
                joined.append(node.value)
    for one in joined:
        inside = one.elts if isinstance(one, ast.List | ast.Tuple) else [one]
        for each in inside:
            literal = each
            while isinstance(literal, ast.Call):
                # `textwrap.dedent("…")`, `"…".strip()`
                inner = literal.args[0] if literal.args else getattr(literal.func, "value", None)
                if not isinstance(inner, ast.expr):
                    break
                literal = inner
            if isinstance(literal, ast.Constant):
                yield literal


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
