"""Prints what commands say beside their output: mistakes in a spec, and counts of findings."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from redisspec.cli.terminal import coloured
from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic
from redisspec.source.text import SourceText


def show_errors(diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceText]) -> None:
    """Write diagnostics to standard error, for commands whose output is something else."""
    if diagnostics:
        from redisspec.diagnostics.text import render  # noqa: PLC0415 - only where there are any

        sys.stderr.write(render(diagnostics, sources, color=coloured(sys.stderr)))


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
