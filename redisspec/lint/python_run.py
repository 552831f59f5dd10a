"""Lints the Python files of a run as one project: each file, what all do together, their suppressions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from redisspec.lint.config import selected
from redisspec.lint.python_files import lint_facts, lint_python
from redisspec.lint.rules import invalid_python
from redisspec.readers.python.files import Project
from redisspec.readers.python.relevance import relevant
from redisspec.readers.python.texts import Unreadable, fault, read_text
from redisspec.source.files import read_bytes
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.config import LintConfig
    from redisspec.lint.python_files import PythonReport


def lint_python_files(
    paths: Sequence[str],
    known: Sequence[str],
    config: LintConfig,
    specs: Mapping[str, Program],
) -> tuple[list[Diagnostic], dict[str, SourceText]]:
    """Every finding about `paths`, suppressions applied, and the texts of the files with findings.

    `known` are further files of the project, which are looked at where they are imported; `specs` are the
    programs by the paths of their files: a file is judged by the spec that lies nearest above it.
    """
    found: list[Diagnostic] = []
    reports: dict[str, PythonReport] = {}
    broken: dict[str, SourceText] = {}
    project = Project(dict.fromkeys((*paths, *known)), _text)
    for path in relevant(paths, known, _bytes):
        text = read_text(path)
        if isinstance(text, Unreadable):
            found += _unreadable(text, config)
            continue
        file = project.file(path)
        if file is None:
            found += _unreadable(fault(text), config)
            broken[path] = text
            continue
        reports[path] = lint_python(file, project, config, spec_for(path, specs))
    found += (one for report in reports.values() for one in report.diagnostics)
    found += lint_facts([report.facts for report in reports.values()], config)
    left, sources = _heard(found, reports, config)
    return left, broken | sources


def spec_for(path: str, specs: Mapping[str, Program]) -> Program | None:
    """The program whose spec lies in the nearest folder above a file."""
    best: tuple[int, Program] | None = None
    folders = PurePath(os.path.abspath(path)).parents  # noqa: PTH100 - links stay as they are typed
    for spec, program in specs.items():
        folder = PurePath(os.path.abspath(spec)).parent  # noqa: PTH100 - see above
        if folder in folders and (best is None or len(folder.parts) > best[0]):
            best = len(folder.parts), program
    return None if best is None else best[1]


def _heard(
    found: Iterable[Diagnostic], reports: Mapping[str, PythonReport], config: LintConfig
) -> tuple[list[Diagnostic], dict[str, SourceText]]:
    """What the comments of each file leave of the findings in it."""
    by_file: dict[str, list[Diagnostic]] = {path: [] for path in reports}
    left: list[Diagnostic] = []
    for one in found:
        by_file.get(one.span.file, left).append(one)
    sources: dict[str, SourceText] = {}
    for path, told in by_file.items():
        file, its = reports[path].file, told
        if "redisspec" in file.source.text.lower():
            from redisspec.lint.suppressions import (  # noqa: PLC0415 - few files have comments
                suppress_in_python,
            )

            its = suppress_in_python(its, file, lambda rule: selected(rule, config))
        if its:
            sources[path] = file.source
            left += its
    return left, sources


def _unreadable(problem: Unreadable, config: LintConfig) -> Iterator[Diagnostic]:
    if problem.speaks and selected(invalid_python.RULE, config):
        yield invalid_python.found(problem)


def _text(path: str) -> SourceText | None:
    text = read_text(path)
    return text if isinstance(text, SourceText) else None


def _bytes(path: str) -> bytes | None:
    try:
        return read_bytes(path)
    except OSError:
        return None
