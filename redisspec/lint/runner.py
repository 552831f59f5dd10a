"""Runs the selected rules over what was loaded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.diagnostics.order import in_order
from redisspec.lint.config import LintConfig, ignored_in, selected, severity_of
from redisspec.lint.result import LintResult, exit_status
from redisspec.lint.rules import RULES, rule_called

if TYPE_CHECKING:
    from pathlib import Path

    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.processes import Done
    from redisspec.lint.rule import Rule
    from redisspec.source.text import SourceText
    from redisspec.spec.load import Loaded

_PYTHON = (".py", ".pyi", ".pyw")

# What `generate` refuses and lint tells as well. RS005 is not among them: it is no fault of the spec.
_SHARED = frozenset(("RS003", "RS501", "RS703", "RS707"))


def run(loaded: Loaded, config: LintConfig | None = None) -> list[Diagnostic]:
    """Every finding about what was loaded, by place, suppressions and overrides applied.

    What the loader found is part of it and is never left out. Where there is no program, it is
    all there is.
    """
    config = config or LintConfig()
    found = list(loaded.diagnostics)
    if loaded.program is not None:
        found += _check(loaded.program, loaded.sources, config)
        if any("redisspec" in source.text.lower() for source in loaded.sources.values()):
            from redisspec.lint.suppressions import (  # noqa: PLC0415 - few specs have comments
                suppress,
            )

            found = suppress(found, loaded.sources, lambda rule: selected(rule, config))
    return in_order(_regraded(found, config))


def lint_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: LintConfig | None = None,
    known: Sequence[str] = (),
    *,
    keep: Path | None = None,
    done: Done | None = None,
) -> LintResult:
    """Load and lint each spec, script and Python file; a file that several include is told of once.

    `known` are further files of the project: Python whose wrappers and clients are seen where they
    are imported, and specs that say what the keys of Python are. Nothing is told of them. `keep` is the folder
    where what is found out of Python is kept for the next run; `done` hears how many of how many are through.
    """
    config = config or LintConfig()
    found: list[Diagnostic] = []
    sources: dict[str, SourceText] = {}
    programs: dict[str, Program] = {}
    specs: list[tuple[str, str]] = []
    python: list[str] = []
    for path in paths:
        shown = os.fspath(path)
        if shown.endswith(_PYTHON):
            python.append(shown)
            continue
        if shown.endswith(".lua"):
            # Reading Lua brings its parser along, which a spec does without.
            from redisspec.lint.lua_files import lint_file  # noqa: PLC0415 - see above

            source, told = lint_file(path, config)
            found += _regraded(told, config)
            if source is not None:
                sources[source.path] = source
            continue
        from redisspec.spec.load import load_spec  # noqa: PLC0415 - brings the spec's models

        loaded = load_spec(path)
        if loaded.program is not None:
            programs[shown] = loaded.program
        sources.update(loaded.sources)
        specs += _texts(loaded)
        found += run(loaded, config)
    if python:
        from redisspec.lint.python_run import (  # noqa: PLC0415 - brings the reader of Python
            lint_python_files,
        )

        for path in known:
            if not path.endswith(_PYTHON) and path not in programs:
                from redisspec.spec.load import load_spec  # noqa: PLC0415 - brings the spec's models

                loaded = load_spec(path)
                specs += _texts(loaded)
                if loaded.program is not None:
                    programs[path] = loaded.program
        modules = [path for path in known if path.endswith(_PYTHON)]
        cache = None
        if keep is not None:
            from redisspec.lint.cache import Cache  # noqa: PLC0415 - not every run has one

            cache = Cache(keep, python, modules, config, specs)
        told, texts = lint_python_files(python, modules, config, programs, cache, done)
        found += _regraded(told, config)
        sources.update(texts)
    diagnostics = tuple(in_order(_unignored(found, config)))
    return LintResult(diagnostics, sources, exit_status(diagnostics, config.fail_on))


def _texts(loaded: Loaded) -> list[tuple[str, str]]:
    return [(path, source.text) for path, source in loaded.sources.items()]


def _unignored(found: Iterable[Diagnostic], config: LintConfig) -> Iterable[Diagnostic]:
    if not config.per_file_ignores:
        return found
    return [one for one in found if not _is_ignored(one, config)]


def _is_ignored(one: Diagnostic, config: LintConfig) -> bool:
    rule = rule_called(one.code)
    return rule is not None and ignored_in(one.span.file, rule, config)


def _check(
    program: Program, sources: Mapping[str, SourceText], config: LintConfig
) -> Iterator[Diagnostic]:
    rules = [rule for rule in RULES if selected(rule, config)]
    for rule in rules:
        if rule.check is None or not _has_material(rule, program):
            continue
        for diagnostic in rule.check(program):
            yield _mended(rule, diagnostic, sources)
    chosen = {rule.code for rule in rules}
    if program.operations:
        yield from _operations(program, rules, config)
    if not chosen.isdisjoint(_SHARED):
        from redisspec.patterns import added_keys  # noqa: PLC0415 - not needed for a chosen few rules
        from redisspec.spec.check import check  # noqa: PLC0415 - see above

        for diagnostic in check(program, added_keys(program)):
            if diagnostic.code in _SHARED and diagnostic.code in chosen:
                yield diagnostic


def _operations(program: Program, rules: list[Rule], config: LintConfig) -> Iterator[Diagnostic]:
    """What is wrong with operations: their steps always, their scripts as the rules have it."""
    from redisspec.operations import compile_operations  # noqa: PLC0415 - few specs have any

    chosen = {rule.code for rule in rules}
    for diagnostic in compile_operations(program)[1]:
        if diagnostic.code not in _SHARED or diagnostic.code in chosen:
            yield diagnostic
    if any(operation.script is not None for operation in program.operations):
        from redisspec.lint.own_scripts import check_scripts  # noqa: PLC0415 - brings the Lua parser
        from redisspec.lint.suppressions import suppress_in_lua  # noqa: PLC0415 - see above

        for script, found in check_scripts(program, rules):
            yield from suppress_in_lua(found, script, lambda rule: selected(rule, config))


def _has_material(rule: Rule, program: Program) -> bool:
    """Whether the program has anything of the kind that the rule reads."""
    if rule.reads == "flow":
        return bool(program.procedures)
    if rule.reads == "clients":
        return bool(program.clients)
    return True


def _mended(rule: Rule, diagnostic: Diagnostic, sources: Mapping[str, SourceText]) -> Diagnostic:
    source = sources.get(diagnostic.span.file)
    if rule.mend is None or source is None:
        return diagnostic
    return replace(diagnostic, fix=rule.mend(diagnostic, source))


def _regraded(found: Iterable[Diagnostic], config: LintConfig) -> Iterator[Diagnostic]:
    for diagnostic in found:
        rule = rule_called(diagnostic.code) if config.severity else None
        severity = diagnostic.severity
        if rule is not None:
            severity = severity_of(rule, severity, config)
        same = severity == diagnostic.severity
        yield diagnostic if same else replace(diagnostic, severity=severity)
