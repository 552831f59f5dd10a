"""Prints diagnostics: as text, a line each, or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from redisspec.cli.terminal import coloured
from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic
from redisspec.source.text import SourceText

FORMATS = ("text", "concise", "json")


def show_errors(diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceText]) -> None:
    """Write diagnostics to standard error, for commands whose output is something else."""
    if diagnostics:
        from redisspec.diagnostics.text import render  # noqa: PLC0415 - only where there are any

        sys.stderr.write(render(diagnostics, sources, color=coloured(sys.stderr)))


def show_findings(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceText], form: str
) -> None:
    """Write the findings of a linter to standard output, in one of FORMATS.

    JSON stands there alone; the other forms end in a sentence that counts.
    """
    if form == "json":
        from redisspec.diagnostics.json import render_json  # noqa: PLC0415 - one of three

        sys.stdout.write(render_json(diagnostics))
        return
    from redisspec.diagnostics import text  # noqa: PLC0415 - one of three

    renderer = text.render if form == "text" else text.render_concise
    shown = renderer(diagnostics, sources, color=coloured(sys.stdout))
    gap = "\n" if shown and form == "text" else ""
    sys.stdout.write(f"{shown}{gap}{summary(diagnostics)}\n")


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or that there is none."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [
        # "info" is a mass noun
        counted(severities.count(severity), severity, severity if severity == "info" else None)
        for severity in reversed(SEVERITIES)
        if severity in severities
    ]
    return f"found {', '.join(counts)}" if counts else "no findings"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"
