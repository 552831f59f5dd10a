"""Lints the Python files of a run as one project: each file, what all do together, their suppressions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from redisspec.lint.across import KeyFacts
from redisspec.lint.config import selected
from redisspec.lint.processes import Done, in_turn
from redisspec.lint.python_report import PythonReport, lint_facts
from redisspec.lint.rules import invalid_python
from redisspec.readers.python.project import Project
from redisspec.readers.python.reach import uses_redis
from redisspec.readers.python.relevance import relevant
from redisspec.readers.python.texts import Unreadable, fault, read_text
from redisspec.source.files import read_bytes
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.cache import Cache
    from redisspec.lint.config import LintConfig
    from redisspec.readers.python.files import PyFile


def lint_python_files(
    paths: Sequence[str],
    known: Sequence[str],
    config: LintConfig,
    specs: Mapping[str, Program],
    cache: Cache | None = None,
    done: Done | None = None,
) -> tuple[list[Diagnostic], dict[str, SourceText]]:
    """Every finding about `paths`, suppressions applied, and the texts of the files with findings.

    `known` are further files of the project, which are looked at where they are imported; `specs` are the
    programs by the paths of their files: a file is judged by the spec that lies nearest above it. `cache` is
    what earlier runs found; `done` hears how many of how many files are through.
    """
    outcomes = _outcomes(paths, known, config, specs, cache, done)
    reports = {
        path: outcome for path, outcome in outcomes.items() if not isinstance(outcome, Unreadable)
    }
    broken = [outcome for outcome in outcomes.values() if isinstance(outcome, Unreadable)]
    found = [one for report in reports.values() for one in report.diagnostics]
    found += lint_facts([report.facts for report in reports.values()], config)
    kept, sources = _unsuppressed(found, reports, config)
    for problem in broken:
        if problem.speaks and selected(invalid_python.RULE, config):
            kept.append(invalid_python.found(problem))
            text = _text(problem.span.file)
            if text is not None:
                sources[problem.span.file] = text
    return kept, sources


def _outcomes(
    paths: Sequence[str],
    known: Sequence[str],
    config: LintConfig,
    specs: Mapping[str, Program],
    cache: Cache | None,
    done: Done | None,
) -> dict[str, PythonReport | Unreadable]:
    """What each file that may touch Redis was found to do: read now, or by an earlier run."""
    every = tuple(dict.fromkeys((*paths, *known)))
    found = None if cache is None else cache.everything(every)
    if found is not None:
        return found
    project = Project(every, _text)
    if config.wrappers:
        from redisspec.readers.python.wrappers import modules_of  # noqa: PLC0415 - few projects declare any

        project.declare(modules_of(config.wrappers))
    if cache is not None:
        project.heard.update(
            (path, heard) for path in every if (heard := cache.heard(path)) is not None
        )
    leads = relevant(paths, known, _bytes, project)
    kept = {} if cache is None else {path: cache.outcome(path) for path in leads}
    # Brings the reader along, which a run does without where nothing changed; here once for all processes.
    from redisspec.lint.python_files import lint_python  # noqa: PLC0415 - see above

    work = Work(project, config, specs, leads, lint_python)
    read = dict(in_turn(work, tuple(path for path in leads if kept.get(path) is None), done))
    outcomes = {path: kept.get(path) or read[path] for path in leads}
    if cache is not None:
        cache.keep(every, project.heard, outcomes)
    return outcomes


@dataclass(frozen=True, slots=True)
class Work:
    """What every file of a run is judged by: `leads` is what `relevant` says of each, `lint` what reads and judges one."""

    project: Project
    config: LintConfig
    specs: Mapping[str, Program]
    leads: Mapping[str, Sequence[str]]
    lint: Callable[[PyFile, Project, LintConfig, Program | None], PythonReport]

    def __call__(self, path: str) -> PythonReport | Unreadable:
        """Lint one file."""
        self.project.begin()
        leads = self.leads[path]
        if leads and not any(self._uses_redis(one) for one in leads):
            return PythonReport((), KeyFacts(path, ()), read=tuple(self.project.opened))
        text = read_text(path)
        if isinstance(text, Unreadable):
            return text
        file = self.project.file(path)
        if file is None:
            return fault(text)
        return self.lint(file, self.project, self.config, spec_for(path, self.specs))

    def _uses_redis(self, path: str) -> bool:
        file = self.project.file(path)
        return file is not None and uses_redis(file)


def spec_for(path: str, specs: Mapping[str, Program]) -> Program | None:
    """The program whose spec lies in the nearest folder above a file."""
    best: tuple[int, Program] | None = None
    folders = PurePath(os.path.abspath(path)).parents  # noqa: PTH100 - links stay as they are typed
    for spec, program in specs.items():
        folder = PurePath(os.path.abspath(spec)).parent  # noqa: PTH100 - see above
        if folder in folders and (best is None or len(folder.parts) > best[0]):
            best = len(folder.parts), program
    return None if best is None else best[1]


def _unsuppressed(
    found: Iterable[Diagnostic], reports: Mapping[str, PythonReport], config: LintConfig
) -> tuple[list[Diagnostic], dict[str, SourceText]]:
    """What the comments of each file leave of the findings in it."""
    by_file: dict[str, list[Diagnostic]] = {path: [] for path in reports}
    left: list[Diagnostic] = []
    for one in found:
        by_file.get(one.span.file, left).append(one)
    sources: dict[str, SourceText] = {}
    for path, told in by_file.items():
        comments = reports[path].comments
        text = _text(path) if told or comments is not None else None
        if text is None:
            continue
        its = told
        if comments is not None:
            from redisspec.lint.suppressions import (  # noqa: PLC0415 - few files have comments
                suppress_by,
            )

            its = suppress_by(told, comments, text, lambda rule: selected(rule, config))
        if its:
            sources[path] = text
            left += its
    return left, sources


def _text(path: str) -> SourceText | None:
    text = read_text(path)
    return text if isinstance(text, SourceText) else None


def _bytes(path: str) -> bytes | None:
    try:
        return read_bytes(path)
    except OSError:
        return None
