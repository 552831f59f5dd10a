"""Lints one Python file: reads it, runs the rules that know Python, hears its suppressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.lint.across import KeyFacts, facts_of
from redisspec.lint.config import selected
from redisspec.lint.embedded_lua import check_embedded
from redisspec.lint.pyfacts import PyContext
from redisspec.lint.python_report import PythonReport
from redisspec.lint.rules import RULES
from redisspec.readers.python.files import PyFile
from redisspec.readers.python.module import Handed
from redisspec.readers.python.project import Project, parse_exactly
from redisspec.readers.python.read import read_module
from redisspec.readers.python.relevance import is_test

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.config import LintConfig
    from redisspec.lint.rule import Rule
    from redisspec.source.span import Span


def lint_python(
    file: PyFile, project: Project, config: LintConfig, spec: Program | None = None
) -> PythonReport:
    """Every finding about one file; those that need all files come from `lint_facts`.

    Tests flush, leave out TTLs and race on purpose: of them nothing is told but what their comments are for.
    """
    path = file.source.path
    found: list[Diagnostic] = []
    facts = KeyFacts(path, ())
    if not is_test(path):
        context = PyContext(
            read_module(project, file), config.target_redis_py, config.target_redis, spec
        )
        rules = [rule for rule in RULES if selected(rule, config)]
        found = [*check_module(context, rules), *check_embedded(context, rules, config)]
        facts = facts_of(context)
    if any(one.fix is not None for one in found) and parse_exactly(file.source.text) is None:
        # It is read in other words than it is written in: nobody knows whether it stays Python.
        found = [replace(one, fix=None) for one in found]
    comments = None
    if "redisspec" in file.source.text.lower():
        from redisspec.lint.suppressions import (  # noqa: PLC0415 - few files have comments
            comments_in_python,
        )

        comments = comments_in_python(file)
    return PythonReport(
        tuple(dict.fromkeys(found)),
        facts,
        comments,
        tuple(one for one in project.opened if one != path),
    )


def check_module(context: PyContext, rules: Sequence[Rule]) -> Iterator[Diagnostic]:
    """What the rules say of a file; one thing that is seen from several functions is told once."""
    seen: set[tuple[object, ...]] = set()
    handed = [
        call.span
        for procedure in context.module.procedures
        for call in procedure.calls
        if isinstance(call.node, Handed)
    ]
    guessed = [
        call.span
        for procedure in context.module.procedures
        for call in procedure.calls
        if not call.receiver.certain
    ]
    for rule in rules:
        if rule.python is None:
            continue
        for diagnostic in rule.python(context):
            told = (diagnostic.code, diagnostic.span)
            if told not in seen:
                seen.add(told)
                yield _fixable(diagnostic, handed, guessed)


def _fixable(diagnostic: Diagnostic, handed: Sequence[Span], guessed: Sequence[Span]) -> Diagnostic:
    """Without its fix where that is for a call that the source does not spell as one.

    Where a client is one by the methods that are called on it, and by nothing else, it may be a wrapper that
    takes other arguments: no fix of its calls is safe.
    """
    fix = diagnostic.fix
    if fix is None:
        return diagnostic
    if any(_meets(edit.span, one) for edit in fix.edits for one in handed):
        return replace(diagnostic, fix=None)
    if fix.safe and any(_meets(edit.span, one) for edit in fix.edits for one in guessed):
        return replace(diagnostic, fix=replace(fix, safe=False))
    return diagnostic


def _meets(one: Span, other: Span) -> bool:
    return other[1:3] < one[3:] and one[1:3] < other[3:]
