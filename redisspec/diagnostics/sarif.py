"""Diagnostics as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix, Severity
from redisspec.diagnostics.order import in_order
from redisspec.source.span import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True, slots=True)
class Description:
    """What a report says of a rule. `text` is its page, in Markdown."""

    code: str
    name: str
    summary: str
    text: str
    severity: Severity
    url: str


def render_sarif(
    diagnostics: Iterable[Diagnostic], rules: Sequence[Description], version: str
) -> str:
    """One run of redisspec `version`, with the rules that it speaks of."""
    found = in_order(diagnostics)
    spoken = {one.code for one in found}
    listed = [rule for rule in rules if rule.code in spoken]
    places = {rule.code: number for number, rule in enumerate(listed)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "redisspec",
                        "version": version,
                        "rules": [_rule(rule) for rule in listed],
                    }
                },
                # Columns count characters, not UTF-16's units.
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, places) for one in found],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: Description) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    if rule.url.startswith("https://"):
        described["helpUri"] = rule.url
    return described


def _result(one: Diagnostic, places: Mapping[str, int]) -> dict[str, Any]:
    said = one.message if one.help is None else f"{one.message}\n{one.help}"
    found: dict[str, Any] = {
        "ruleId": one.code,
        "level": _LEVELS[one.severity],
        "message": {"text": said},
        "locations": [_location(one.span)],
    }
    if one.code in places:
        found["ruleIndex"] = places[one.code]
    if one.related:
        found["relatedLocations"] = [
            {"id": number, **_location(related.span), "message": {"text": related.message}}
            for number, related in enumerate(one.related)
        ]
    if one.fix is not None:
        found["fixes"] = [_fix(one.fix)]
    return found


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": _region(span)}}


def _artifact(path: str) -> dict[str, Any]:
    """A relative URI where the path is relative: the reader knows the root."""
    return {"uri": quote(PurePath(path).as_posix())}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    files: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        files.setdefault(edit.span.file, []).append(edit)
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {
                        "deletedRegion": _region(edit.span),
                        "insertedContent": {"text": edit.content},
                    }
                    for edit in edits
                ],
            }
            for path, edits in files.items()
        ],
    }
