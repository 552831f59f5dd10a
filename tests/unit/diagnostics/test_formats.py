"""The forms that other tools read hold to what those tools ask for."""

import json
from xml.etree import ElementTree

import jsonschema
import pytest

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix, Related
from redisspec.diagnostics.github import render_github
from redisspec.diagnostics.gitlab import render_gitlab
from redisspec.diagnostics.junit import render_junit
from redisspec.diagnostics.sarif import Description, render_sarif
from redisspec.source.span import Span

HERE = Span("app/ca che.py", 3, 5, 3, 9)
FOUND = [
    Diagnostic("RS101", "missing-ttl", "`a` never expires: 100%, said\x00 & <done>", "info", HERE),
    Diagnostic(
        "RS103",
        "ttl-split",
        "two steps",
        "error",
        Span("app/ca che.py", 7, 1, 8, 4),
        "one step\nwill do",
        Fix("Do it in one", (Edit(HERE, "ex=1"),), safe=True),
        (Related(HERE, "here"),),
    ),
    Diagnostic("RS999", "unheard-of", "no page", "warning", Span("b.lua", 1, 1, 1, 1)),
]
RULES = [
    Description("RS101", "missing-ttl", "No TTL", "# No TTL", "info", "https://example.org/101"),
    Description("RS103", "ttl-split", "Two steps", "# Two", "error", "docs/rules.md#ttl-split"),
    Description("RS104", "ttl-lost", "Lost", "# Lost", "error", "docs/rules.md#ttl-lost"),
]


def closed(properties: dict, required: tuple[str, ...] = ()) -> dict:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


# The parts of SARIF 2.1.0 (OASIS, section 3) that a report may have here, and no others.
TEXT = closed(
    {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}}, ("text",)
)
REGION = closed(
    {
        name: {"type": "integer", "minimum": 1}
        for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
    ("startLine",),
)
ARTIFACT = closed({"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}}, ("uri",))
PHYSICAL = closed({"artifactLocation": ARTIFACT, "region": REGION}, ("artifactLocation",))
LOCATION = closed(
    {"physicalLocation": PHYSICAL, "id": {"type": "integer", "minimum": 0}, "message": TEXT}
)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REPLACEMENT = closed(
    {"deletedRegion": REGION, "insertedContent": closed({"text": {"type": "string"}})},
    ("deletedRegion",),
)
CHANGE = closed(
    {
        "artifactLocation": ARTIFACT,
        "replacements": {"type": "array", "items": REPLACEMENT, "minItems": 1},
    },
    ("artifactLocation", "replacements"),
)
RESULT = closed(
    {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION, "uniqueItems": True},
        "fixes": {
            "type": "array",
            "uniqueItems": True,
            "items": closed(
                {
                    "description": TEXT,
                    "artifactChanges": {"type": "array", "items": CHANGE, "minItems": 1},
                },
                ("artifactChanges",),
            ),
        },
    },
    ("message",),
)
RULE = closed(
    {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": closed({"level": LEVEL}),
    },
    ("id",),
)
DRIVER = closed(
    {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": RULE},
    },
    ("name",),
)
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}, ("driver",)),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    ("tool",),
)
SARIF = closed(
    {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    ("version", "runs"),
)


@pytest.mark.parametrize("found", [[], FOUND], ids=["none", "some"])
def test_sarif_is_valid(found) -> None:
    log = json.loads(render_sarif(found, RULES, "0.1.0"))
    jsonschema.validate(log, SARIF)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    for result in log["runs"][0]["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_speaks_of_the_rules_that_it_needs() -> None:
    rules = json.loads(render_sarif(FOUND, RULES, "0.1.0"))["runs"][0]["tool"]["driver"]["rules"]
    assert [(rule["id"], "helpUri" in rule) for rule in rules] == [
        ("RS101", True),
        ("RS103", False),
    ]


def test_junit_is_xml_with_a_failure_a_finding() -> None:
    suites = ElementTree.fromstring(render_junit(FOUND))
    assert suites.attrib["failures"] == "3"
    assert [suite.attrib["name"] for suite in suites] == ["app/ca che.py", "b.lua"]
    failure = suites[0][0][0]
    assert failure.text is not None
    assert failure.text.startswith("app/ca che.py:3:5: `a` never expires: 100%, said? & <done>")
    assert failure.attrib["type"] == "info"


def test_junit_without_findings_has_a_test_that_passed() -> None:
    suites = ElementTree.fromstring(render_junit([]))
    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("1", "0")
    assert len(suites[0]) == 1


def test_github_escapes_what_would_end_its_line() -> None:
    first, second, third = render_github(FOUND).splitlines()
    assert first.startswith(
        "::notice title=redisspec (RS101),file=app/ca che.py,line=3,endLine=3,col=5,endColumn=9::"
    )
    assert "100%25, said" in first
    # Columns of more than one line are left out.
    assert second.startswith(
        "::error title=redisspec (RS103),file=app/ca che.py,line=7,endLine=8::"
    )
    assert second.endswith("two steps%0Aone step%0Awill do")
    assert third.startswith("::warning ")


def test_gitlab_fingerprints_stay_where_lines_move_and_differ_where_findings_repeat() -> None:
    report = json.loads(render_gitlab([*FOUND, FOUND[2]]))
    assert {one["severity"] for one in report} == {"info", "major", "minor"}
    moved = [
        Diagnostic(
            one.code, one.name, one.message, one.severity, one.span._replace(line=one.span.line + 9)
        )
        for one in FOUND
    ]
    assert {one["fingerprint"] for one in json.loads(render_gitlab(moved))} == {
        one["fingerprint"] for one in json.loads(render_gitlab(FOUND))
    }
    twice = [
        FOUND[0],
        Diagnostic(
            *("RS101", "missing-ttl", FOUND[0].message, "info", Span("app/ca che.py", 5, 1, 5, 2))
        ),
    ]
    assert len({one["fingerprint"] for one in json.loads(render_gitlab(twice))}) == 2
