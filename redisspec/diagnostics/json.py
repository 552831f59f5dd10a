"""Diagnostics for tools, in the shape of ruff's JSON."""

import json
from collections.abc import Iterable
from typing import Any

from redisspec.diagnostics.diagnostic import Diagnostic, Fix
from redisspec.diagnostics.order import in_order
from redisspec.source.span import Span


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list in order, indented by two, ASCII only, with a newline at its end.

    Rows and columns count from 1, columns in characters; an end is one past the last character.
    """
    return json.dumps([as_data(one) for one in in_order(diagnostics)], indent=2) + "\n"


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as JSON's types; `url` is the rule's page among the documentation."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "severity": diagnostic.severity,
        "filename": span.file,
        "location": _start(span),
        "end_location": _end(span),
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
        "url": f"docs/rules.md#{diagnostic.name}",
    }


def _start(span: Span) -> dict[str, int]:
    return {"row": span.line, "column": span.column}


def _end(span: Span) -> dict[str, int]:
    return {"row": span.end_line, "column": span.end_column}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": "safe" if fix.safe else "unsafe",
        "message": fix.message,
        "edits": [
            {
                "content": edit.content,
                "location": _start(edit.span),
                "end_location": _end(edit.span),
            }
            for edit in fix.edits
        ],
    }
