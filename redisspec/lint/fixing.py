"""Mends files by their findings' fixes, in rounds, without writing any: texts in, texts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redisspec.lint.fixes import apply_fixes
from redisspec.lint.runner import lint_paths
from redisspec.source.files import read_bytes, unsaved

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.config import LintConfig
    from redisspec.lint.result import LintResult
    from redisspec.source.text import SourceText

MOST_ROUNDS = 10
"""A fix may make room for another; what goes on after so many rounds is left as it is."""

_BROKEN = frozenset(("RS001", "RS002", "RS007", "RS008"))


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's bytes before and after."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Mended:
    """What is left after all fixes, what they change, and how many of each rule were applied.

    `refused` are files that a fix would have broken: they stay as they are.
    """

    result: LintResult
    changes: tuple[FileChange, ...]
    applied: Mapping[str, int]
    refused: tuple[str, ...] = ()


def mend(
    paths: Sequence[str], config: LintConfig, known: Sequence[str] = (), *, unsafe: bool = False
) -> Mended:
    """Apply the fixes of every finding, round after round, until none is left."""
    before: dict[str, bytes] = {}
    texts: dict[str, bytes] = {}
    applied: Counter[str] = Counter()
    refused: dict[str, None] = {}
    result = lint_paths(paths, config, known)
    broken = _broken(result.diagnostics)
    for _ in range(MOST_ROUNDS):
        changed = _round(result, broken | refused.keys(), texts, before, applied, unsafe=unsafe)
        if not changed:
            break
        with unsaved(texts):
            result = lint_paths(paths, config, known)
        for path in _broken(result.diagnostics) - broken:
            if path in changed:
                # Whatever the fix did, a file that could be read stays one.
                texts[path], undone = changed[path]
                applied -= undone
                refused[path] = None
        if refused.keys() & changed.keys():
            with unsaved(texts):
                result = lint_paths(paths, config, known)
    changes = [
        FileChange(path, before[path], after)
        for path, after in sorted(texts.items())
        if after != before[path]
    ]
    return Mended(result, tuple(changes), dict(applied), tuple(refused))


def _round(
    result: LintResult,
    left_alone: Iterable[str],
    texts: dict[str, bytes],
    before: dict[str, bytes],
    applied: Counter[str],
    *,
    unsafe: bool,
) -> dict[str, tuple[bytes, Counter[str]]]:
    """One round of fixes; for each file that changed, what it was and which rules were applied."""
    skipped = set(left_alone)
    changed: dict[str, tuple[bytes, Counter[str]]] = {}
    for path, source in result.sources.items():
        if path in skipped:
            continue
        found = [one for one in result.diagnostics if one.span.file == path and one.fix is not None]
        fixed = apply_fixes(source, found, unsafe=unsafe) if found else None
        if fixed is None or fixed.text == source.text:
            continue
        original = texts.get(path)
        if original is None:
            original = read_bytes(path)
            before[path] = original
        after = _encoded(source, original, fixed.text)
        if after is None:
            continue
        counts = Counter(one.code for one in fixed.applied)
        changed[path] = original, counts
        texts[path] = after
        applied += counts
    return changed


def _broken(diagnostics: Iterable[Diagnostic]) -> set[str]:
    return {one.span.file for one in diagnostics if one.code in _BROKEN}


def _encoded(source: SourceText, original: bytes, text: str) -> bytes | None:
    """The new text in the bytes' own encoding and line ends; None where it does not fit there."""
    from redisspec.lint.encoding import encoding_of  # noqa: PLC0415 - only where something changes

    mark, encoding, errors = encoding_of(source.path, original)
    if "\r\n" in source.text and "\n" not in source.text.replace("\r\n", ""):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        return mark + text.encode(encoding, errors)
    except UnicodeEncodeError:
        return None
