"""What the linter says of the files that an editor has open, with their unsaved texts in their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from redisspec.lint.runner import lint_paths
from redisspec.source.files import absolute, unsaved
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.config import LintConfig

SPEC_ENDINGS = (".spec.yaml", ".spec.yml")
PYTHON = (".py", ".pyi", ".pyw")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a folder's files are judged by: the settings, the specs, and Python that may be imported."""

    config: LintConfig
    specs: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    trouble: str | None = None
    """Why there are no settings: a mistake in pyproject.toml."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one file, with the text that they speak of."""

    source: SourceText
    diagnostics: tuple[Diagnostic, ...]


def is_ours(path: str, around: Surroundings) -> bool:
    """Whether the linter has anything to say of a file of this name."""
    name = PurePath(path).name
    specs = {absolute(spec) for spec in around.specs}
    return name.endswith((".lua", *PYTHON, *SPEC_ENDINGS)) or absolute(path) in specs


def findings_of(
    path: str, text: bytes, open_texts: Mapping[str, bytes], around: Surroundings
) -> dict[str, Findings]:
    """The findings by file: the file's own, and for a spec those of the files that it includes."""
    known: Sequence[str] = ()
    if path.endswith(PYTHON):
        known = (*around.python, *around.specs)
    with unsaved({**open_texts, path: text}):
        result = lint_paths([path], around.config, known)
    found: dict[str, list[Diagnostic]] = {}
    for one in result.diagnostics:
        found.setdefault(one.span.file, []).append(one)
    sources = {path: SourceText(path, text.decode("utf-8", "replace")), **result.sources}
    return {file: Findings(source, tuple(found.get(file, ()))) for file, source in sources.items()}


Loader = Callable[[str], Surroundings]
"""Finds what a file is judged by, given the file's path."""
