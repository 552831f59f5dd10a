"""Diagnostics as GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable

from redisspec.diagnostics.diagnostic import Diagnostic, Severity
from redisspec.diagnostics.order import in_order

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render_gitlab(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list. A fingerprint stays the same where a finding only moves to another line."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for one in in_order(diagnostics):
        said = (one.span.file, one.code, one.message)
        seen[said] += 1
        text = "\0".join((*said, str(seen[said])))
        found.append(
            {
                "check_name": one.code,
                "description": f"{one.code} ({one.name}): {one.message}",
                "severity": _SEVERITIES[one.severity],
                "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
                "location": {
                    "path": one.span.file,
                    "positions": {
                        "begin": {"line": one.span.line, "column": one.span.column},
                        "end": {"line": one.span.end_line, "column": one.span.end_column},
                    },
                },
            }
        )
    return json.dumps(found, indent=2) + "\n"
