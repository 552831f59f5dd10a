"""Applies fixes to the text of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic, Fix
    from redisspec.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file's text with fixes applied, and the findings that they mend, in the file's order."""

    text: str
    applied: tuple[Diagnostic, ...]


def apply_fixes(source: SourceText, found: Iterable[Diagnostic], *, unsafe: bool = False) -> Fixed:
    """Apply the fixes that lie in this file and do not touch each other.

    A fix is applied whole or not at all; of two that touch the first in the file is, and the other
    is found again when the result is linted. Unsafe fixes only where `unsafe` is set.
    """
    wanted: list[tuple[list[tuple[int, int, str]], Diagnostic]] = []
    for diagnostic in found:
        fix = diagnostic.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        if any(edit.span.file != source.path for edit in fix.edits):
            continue
        wanted.append((_offsets(source, fix), diagnostic))
    wanted.sort(key=lambda one: (one[0][:1], one[1].code))
    taken: list[tuple[int, int, str]] = []
    applied: list[Diagnostic] = []
    for edits, diagnostic in wanted:
        if not edits or any(_touch(edit, other) for edit in edits for other in taken):
            continue
        taken += edits
        applied.append(diagnostic)
    text = source.text
    for start, end, content in sorted(taken, reverse=True):
        text = text[:start] + content + text[end:]
    return Fixed(text, tuple(applied))


def _offsets(source: SourceText, fix: Fix) -> list[tuple[int, int, str]]:
    return sorted(
        (
            source.offset(edit.span.line, edit.span.column),
            source.offset(edit.span.end_line, edit.span.end_column),
            edit.content,
        )
        for edit in fix.edits
    )


def _touch(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
