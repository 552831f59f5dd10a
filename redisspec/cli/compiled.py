"""A spec read and checked for a command: its program, or the findings that refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.program import Program
from redisspec.lint.unsound import check
from redisspec.source.text import SourceText
from redisspec.spec.load import load_spec


@dataclass(frozen=True, slots=True)
class Compiled:
    """`program` is None where an error refuses it; `sources` are the texts that were read."""

    spec: str
    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]


def read(spec: str) -> Compiled:
    """Read a spec; only what the language itself refuses counts."""
    loaded = load_spec(spec)
    return _compiled(spec, loaded.program, loaded.diagnostics, loaded.sources)


def compile_spec(spec: str) -> Compiled:
    """Read a spec and hold it against everything that `generate` refuses."""
    loaded = load_spec(spec)
    found = loaded.diagnostics
    if loaded.program is not None:
        found = (*found, *check(loaded.program))
    return _compiled(spec, loaded.program, found, loaded.sources)


def _compiled(
    spec: str,
    program: Program | None,
    found: tuple[Diagnostic, ...],
    sources: Mapping[str, SourceText],
) -> Compiled:
    refused = any(diagnostic.severity == "error" for diagnostic in found)
    return Compiled(spec, None if refused else program, found, sources)
