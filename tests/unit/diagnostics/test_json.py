"""The JSON form is ruff's, key by key."""

import json

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix
from redisspec.diagnostics.json import render_json
from redisspec.source.span import Span

SPAN = Span("s.yaml", 3, 5, 3, 9)


def test_the_shape():
    fix = Fix("Add a jitter", (Edit(SPAN, "{for: 1h, jitter: 10%}"),), safe=True)
    found = [
        Diagnostic("RS109", "ttl-no-jitter", "all expire at once", "info", SPAN, "add", fix),
        Diagnostic("RS101", "missing-ttl", "no TTL: é", "error", SPAN._replace(line=1)),
    ]
    place = {"location": {"row": 3, "column": 5}, "end_location": {"row": 3, "column": 9}}
    assert json.loads(render_json(found)) == [
        {
            "code": "RS101",
            "name": "missing-ttl",
            "message": "no TTL: é",
            "severity": "error",
            "filename": "s.yaml",
            "location": {"row": 1, "column": 5},
            "end_location": {"row": 3, "column": 9},
            "fix": None,
            "url": "docs/rules.md#missing-ttl",
        },
        {
            "code": "RS109",
            "name": "ttl-no-jitter",
            "message": "all expire at once",
            "severity": "info",
            "filename": "s.yaml",
            **place,
            "fix": {
                "applicability": "safe",
                "message": "Add a jitter",
                "edits": [{"content": "{for: 1h, jitter: 10%}", **place}],
            },
            "url": "docs/rules.md#ttl-no-jitter",
        },
    ]


def test_no_findings_are_an_empty_list():
    assert render_json([]) == "[]\n"


def test_lone_surrogates_can_be_printed():
    render_json([Diagnostic("RS001", "invalid-yaml", "\udc80\x1b", "error", SPAN)]).encode("ascii")
