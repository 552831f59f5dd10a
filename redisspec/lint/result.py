"""What a run of the linter found, and what that means for the exit status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic, Severity

if TYPE_CHECKING:
    from redisspec.source.text import SourceText

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
_UNUSABLE_CODES = ("RS001", "RS002", "RS007")


@dataclass(frozen=True, slots=True)
class LintResult:
    """The findings of one run, in the order of their places, with the texts that they quote.

    `status` is the exit status: 0 clean, 1 findings from `fail_on` up, 2 an unusable spec.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    status: int


def exit_status(diagnostics: Iterable[Diagnostic], fail_on: Severity = "warning") -> int:
    """0 where nothing reaches `fail_on`, 1 where something does, 2 where a spec is unusable."""
    least = SEVERITIES.index(fail_on)
    status = CLEAN
    for diagnostic in diagnostics:
        if diagnostic.code in _UNUSABLE_CODES and diagnostic.severity == "error":
            return UNUSABLE
        if SEVERITIES.index(diagnostic.severity) >= least:
            status = FINDINGS
    return status
