"""Selection, severity, suppression, fixes and pages: what is around the rules."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix
from redisspec.ir.program import Program
from redisspec.lint import LintConfig, exit_status, lint_paths, run, unknown_selectors
from redisspec.lint.config import selected, severity_of
from redisspec.lint.fixes import apply_fixes
from redisspec.lint.pages import reference
from redisspec.lint.rules import RULES, rule_called
from redisspec.lint.rules.ttl_no_jitter import mend as add_jitter
from redisspec.lint.rules.xadd_no_maxlen import mend as add_bound
from redisspec.lint.suppressions import suppress
from redisspec.source.span import Span
from redisspec.source.text import SourceText
from tests.unit.lint.programs import SILENT, keyspace, program

SECTIONS = (
    "## What it does",
    "## Why is this bad",
    "## Example",
    "## Use instead",
    "## Fix safety",
    "## References",
)
ROOT = Path(__file__).parents[3]


def at(source: SourceText, text: str, code="RS101", name="missing-ttl") -> Diagnostic:
    """A finding at the first place where `text` stands."""
    start = source.text.index(text)
    return Diagnostic(code, name, "m", "error", source.span(start, start + len(text)))


def called(word: str):
    rule = rule_called(word)
    assert rule is not None
    return rule


# --- the table ------------------------------------------------------------------


def test_codes_and_names_are_unique_and_in_order():
    assert [rule.code for rule in RULES] == sorted({rule.code for rule in RULES})
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert called("rs201") is called("RS201") is called("unbounded-collection")
    assert rule_called("RS999") is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_whole_page(rule):
    lines = rule.documentation.splitlines()
    assert [line for line in lines if line.startswith("## ")] == list(SECTIONS)
    assert rule.summary
    assert rule.documentation.count("```") % 2 == 0


def test_the_rules_page_is_fresh():
    """`REDISSPEC_UPDATE=1` writes it."""
    written = ROOT / "docs" / "rules.md"
    if os.environ.get("REDISSPEC_UPDATE"):
        written.write_text(reference(), encoding="utf-8", newline="\n")
    assert written.read_text(encoding="utf-8") == reference()


# --- selection ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "runs"),
    [
        (LintConfig(), True),
        (LintConfig(select=("RS2",)), True),
        (LintConfig(select=("growth",)), True),
        (LintConfig(select=("unbounded-collection",)), True),
        (LintConfig(select=("RS1",)), False),
        (LintConfig(select=("RS1",), extend_select=("RS201",)), True),
        (LintConfig(ignore=("RS201",)), False),
        (LintConfig(ignore=("RS2",)), False),
        (LintConfig(ignore=("growth",)), False),
        (LintConfig(ignore=("ALL",)), False),
        (LintConfig(select=("RS201",), ignore=("RS2",)), True),
        (LintConfig(select=("RS2",), ignore=("rs201",)), False),
        (LintConfig(select=("RS201",), ignore=("unbounded-collection",)), False),
    ],
)
def test_the_most_precise_selector_decides(config, runs):
    assert selected(called("RS201"), config) is runs


def test_what_leaves_no_program_is_always_reported():
    config = LintConfig(select=("RS201",), ignore=("ALL",), severity={"ALL": "info"})
    assert selected(called("RS002"), config)
    assert severity_of(called("RS002"), "error", config) == "error"


def test_severity_overrides():
    config = LintConfig(severity={"RS201": "warning", "growth": "info"})
    assert severity_of(called("RS201"), "error", config) == "warning"
    assert severity_of(called("RS202"), "error", config) == "info"
    assert severity_of(called("RS101"), "error", config) == "error"


def test_selectors_that_name_no_rule():
    config = LintConfig(select=("RS2", "RS999"), ignore=("nope",), severity={"nope": "info"})
    assert unknown_selectors(config) == ("RS999", "nope")


@pytest.mark.parametrize(
    ("severity", "code", "fail_on", "status"),
    [
        ("error", "RS201", "warning", 1),
        ("warning", "RS708", "warning", 1),
        ("info", "RS205", "warning", 0),
        ("info", "RS205", "info", 1),
        ("warning", "RS708", "error", 0),
        ("error", "RS002", "warning", 2),
        ("warning", "RS002", "warning", 1),
    ],
)
def test_exit_status(severity, code, fail_on, status):
    one = Diagnostic(code, "x", "m", severity, Span("f", 1, 1, 1, 2))
    assert exit_status([one], fail_on) == status
    assert exit_status([], fail_on) == 0


# --- suppression ----------------------------------------------------------------


def suppressed(text: str, *places: str, judged=lambda _rule: True, code="RS101"):
    source = SourceText("s.yaml", text)
    found = [at(source, place, code) for place in places]
    return suppress(found, {"s.yaml": source}, judged), source


BODY = "keyspaces:\n  cart:{}\n    key: a\n    structure: set\n"


def test_a_comment_suppresses_by_code_and_by_name():
    for word in ("RS101", "missing-ttl"):
        kept, _ = suppressed(BODY.format(f"  # redisspec: ignore[{word}] why"), "cart")
        assert kept == []


def test_a_comment_before_a_declaration_covers_it_whole():
    text = BODY.format("").replace("  cart", "  # redisspec: ignore[RS101] why\n  cart")
    assert suppressed(text, "set")[0] == []


def test_an_idle_comment_is_reported_and_its_fix_removes_it():
    kept, source = suppressed(BODY.format("  # redisspec: ignore[RS101] why"))
    (only,) = kept
    assert (only.code, only.severity) == ("RS004", "warning")
    assert apply_fixes(source, kept).text == BODY.format("")


def test_an_idle_code_leaves_the_others():
    kept, source = suppressed(BODY.format("  # redisspec: ignore[RS201, RS101] why"), "cart")
    assert apply_fixes(source, kept).text == BODY.format("  # redisspec: ignore[RS101] why")


def test_an_idle_comment_on_its_own_line_goes_with_the_line():
    text = BODY.format("").replace("  cart", "  # redisspec: ignore[RS101] why\n  cart")
    kept, source = suppressed(text)
    assert apply_fixes(source, kept).text == BODY.format("")


def test_a_line_that_ends_in_two_characters_goes_whole():
    text = BODY.format("").replace("  cart", "  # redisspec: ignore[RS101] why\n  cart")
    kept, source = suppressed(text.replace("\n", "\r\n"))
    assert apply_fixes(source, kept).text == BODY.format("").replace("\n", "\r\n")


def test_unknown_rules_and_those_that_cannot_be_suppressed():
    (unknown,), _ = suppressed(BODY.format("  # redisspec: ignore[mising-ttl] why"))
    assert unknown.help == "did you mean `missing-ttl`?"
    kept, _ = suppressed(BODY.format("  # redisspec: ignore[RS002] why"), "cart", code="RS002")
    assert sorted(one.code for one in kept) == ["RS002", "RS004"]


UNREADABLE = """\
version: 1
name: shop
keyspaces:
  # redisspec: ignore[RS201] pruned by the nightly job
  views:
    key: views:<user_id:int>
    structure: list
    item: it
    ttl: 7d
  cart:
    key: cart:{<user_id:int>}
    structure: hsh  # redisspec: ignore[RS101]
    fields: {sku: str}
  tags:
    key: tags:<id:int>  # redisspec: ignore[RS201] a few a product
    structure: set
    member: str
    max_items: 9
    max_item: 9
    ttl: 1d
  # redisspec: ignore[RS101] kept
  orders: {key: "orders:<id:int>", structure: counter, ttl: 1d}
"""


def test_comments_in_declarations_that_could_not_be_read_are_not_judged(tmp_path: Path):
    spec = tmp_path / "s.yaml"
    spec.write_text(UNREADABLE, encoding="utf-8")
    told = [(one.code, one.span.line) for one in lint_paths([spec]).diagnostics]
    assert told == [("RS002", 8), ("RS002", 12), ("RS002", 19), ("RS004", 21)]


def test_rules_that_did_not_run_are_not_judged():
    text = BODY.format("  # redisspec: ignore[RS201] why")
    assert suppressed(text, judged=lambda rule: rule.code == "RS004")[0] == []
    assert suppressed(text, judged=lambda rule: rule.code == "RS201")[0] == []


# --- fixes ----------------------------------------------------------------------


def mended(mend, text: str, place: str) -> str:
    source = SourceText("s.yaml", text)
    found = at(source, place)
    fix = mend(found, source)
    assert fix is not None
    once = Diagnostic("RS109", "x", "m", "info", found.span, fix=fix)
    return apply_fixes(source, [once], unsafe=True).text


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("    ttl: 1h\n", "1h", "    ttl: {for: 1h, jitter: 10%}\n"),
        ("    ttl: 1h # long\n", "1h", "    ttl: {for: 1h, jitter: 10%} # long\n"),
        ("    ttl: {for: 1h}\n", "{for: 1h}", "    ttl: {for: 1h, jitter: 10%}\n"),
        ("    ttl: { for: 1h, }\n", "{ for: 1h, }", "    ttl: { for: 1h, jitter: 10% }\n"),
        ("a: {b: 1, ttl: 1h}\n", "1h", "a: {b: 1, ttl: {for: 1h, jitter: 10%}}\n"),
        ("    ttl:\n      for: 1h\n", "for: 1h", "    ttl:\n      jitter: 10%\n      for: 1h\n"),
        (
            "    ttl: # x\n      for: 1h\n",
            "ttl",
            "    ttl: # x\n      jitter: 10%\n      for: 1h\n",
        ),
        ("    ttl: {\n for: 1h\n}", "ttl", "    ttl: { jitter: 10%,\n for: 1h\n}"),
    ],
)
def test_jitter_is_added_as_the_ttl_is_written(text, place, expected):
    assert mended(add_jitter, text, place) == expected


def test_no_fix_where_the_ttl_is_written_elsewhere():
    source = SourceText("s.yaml", "keyspaces:\n  cart: {key: a}\n")
    assert add_jitter(at(source, "cart"), source) is None
    assert add_bound(at(source, "cart"), source) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  structure: stream\n  ttl: 1d\n",
            "  structure: stream\n  max_items: 100_000\n  ttl: 1d\n",
        ),
        ("  structure: stream # x\n", "  structure: stream # x\n  max_items: 100_000\n"),
        ("a: {structure: stream, ttl: 1d}", "a: {structure: stream, max_items: 100_000, ttl: 1d}"),
        ("a: {\n  structure: stream,\n}", "a: {\n  structure: stream, max_items: 100_000,\n}"),
    ],
)
def test_a_bound_is_added_after_the_structure(text, expected):
    assert mended(add_bound, text, "stream") == expected


def test_fixes_that_touch_wait_for_the_next_round_and_unsafe_ones_for_leave():
    source = SourceText("s.yaml", "abcdef")

    def fix(start, end, content, safe=True):
        edits = (Edit(source.span(start, end), content),)
        return Diagnostic("RS1", "x", "m", "info", edits[0].span, fix=Fix("f", edits, safe))

    one, touching, apart, unsafe = (
        fix(0, 2, "X"), fix(1, 3, "Y"), fix(4, 5, "Z"), fix(5, 6, "!", safe=False),
    )  # fmt: skip
    result = apply_fixes(source, [apart, touching, one, unsafe])
    assert (result.text, result.applied) == ("XcdZf", (one, apart))


# --- a run ----------------------------------------------------------------------


@dataclass
class Loaded:
    """What the loader gives; without a program where nothing sound is left."""

    diagnostics: tuple[Diagnostic, ...]
    program: Program | None = None
    sources: dict[str, SourceText] = field(default_factory=dict)


def test_without_a_program_the_loader_has_the_word():
    one = Diagnostic("RS002", "invalid-spec", "m", "error", Span("f", 1, 1, 1, 2))
    assert run(Loaded((one, one)), LintConfig(ignore=("ALL",))) == [one]


def test_a_run_selects_mends_suppresses_regrades_and_sorts():
    text = (
        "keyspaces:\n"
        "  late: {ttl: 1h}\n"
        "  quiet: {}  # redisspec: ignore[RS101] on purpose\n"
        "  loud: {}\n"
    )
    source = SourceText("s.yaml", text)

    def declared(name, **settings):
        start = text.index(name)
        one = keyspace(name, f"{name}:<id:int>", **settings)
        return replace(one, span=source.span(start, start + len(name)))

    place = text.index("1h")
    late = replace(
        declared("late", expected_keys=20_000), spans={"ttl": source.span(place, place + 2)}
    )
    loaded = Loaded(
        (),
        program(declared("loud", lifetime=SILENT), declared("quiet", lifetime=SILENT), late),
        {"s.yaml": source},
    )
    found = run(loaded, LintConfig(select=("ttl", "RS004"), severity={"RS109": "warning"}))
    assert [(one.code, one.span.line, one.severity) for one in found] == [
        ("RS109", 2, "warning"),
        ("RS101", 4, "error"),
    ]
    assert found[0].fix is not None
    assert "ttl: {for: 1h, jitter: 10%}" in apply_fixes(source, found).text
    assert [one.code for one in run(loaded, LintConfig(select=("RS101",)))] == ["RS101"]


def test_rules_on_trial_run_where_they_are_asked_for():
    trial = replace(called("RS201"), preview=True)
    assert not selected(trial, LintConfig())
    assert not selected(trial, LintConfig(select=("RS201",)))
    assert selected(trial, LintConfig(preview=True))
    assert not selected(trial, LintConfig(preview=True, ignore=("RS201",)))
