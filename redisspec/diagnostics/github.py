"""Diagnostics as workflow commands: GitHub Actions shows each beside its line."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.diagnostics.diagnostic import Diagnostic, Severity
from redisspec.diagnostics.order import in_order

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """A line a diagnostic, in order."""
    return "".join(_line(one) for one in in_order(diagnostics))


def _line(one: Diagnostic) -> str:
    span = one.span
    properties = {
        "title": f"redisspec ({one.code})",
        "file": span.file,
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:
        # Columns of several lines are refused.
        properties |= {"col": span.column, "endColumn": span.end_column}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    said = f"{span}: {one.code} {one.message}" + (f"\n{one.help}" if one.help else "")
    return f"::{_COMMANDS[one.severity]} {listed}::{_data(said)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
