"""The scripts of policies are read back, and held against the steps that their kinds declare."""

import pytest

from redisspec.codegen.scripts import template_script
from redisspec.lint import LintConfig
from redisspec.lint.lua_files import lint_source
from redisspec.patterns import lowered
from redisspec.patterns.kinds import PATTERNS
from redisspec.patterns.model import Lowered, Step, procedures
from redisspec.source.text import SourceText
from tests.house.tree import ROOT
from tests.patterns.made import program
from tests.patterns.scripts import faults
from tests.patterns.specs import SPECS

STEPS: list[tuple[Lowered, Step]] = [
    (each, step)
    for spec in SPECS.values()
    for each in lowered(program(spec))
    for step in each.steps
    if step.script is not None
]


def names(pair) -> str:
    return pair[1].script


@pytest.mark.parametrize("pair", STEPS, ids=names)
def test_a_script_does_what_its_step_declares(pair: tuple[Lowered, Step]) -> None:
    each, step = pair
    assert faults(step, each) == []


@pytest.mark.parametrize("pair", STEPS, ids=names)
def test_a_script_lints_clean(pair: tuple[Lowered, Step]) -> None:
    script = pair[1].script
    assert script is not None
    assert lint_source(SourceText("s.lua", template_script(script).text), LintConfig()) == []


@pytest.mark.parametrize(
    ("script", "written", "instead", "said"),
    [
        ("rate_limit_gcra_take", "call('PEXPIRE', KEYS[1], ttl)", "", "gives it no TTL"),
        ("rate_limit_gcra_take", "'PX', 60000", "'KEEPTTL'", "`request` and gives it no TTL"),
        ("rate_limit_gcra_peek", "return reply", "call('DEL', KEYS[1])", "DEL"),
        ("rate_limit_sliding_log_take", "call('ZCARD', KEYS[1]", "call('ZCARD', KEYS[1] .. ':x'", "not declared"),
        ("rate_limit_concurrency_take", "call('PEXPIRE', KEYS[1]", "call('PEXPIRE', KEYS[2]", "not declared"),
    ],
)  # fmt: skip
def test_a_script_that_was_broken_is_caught(script, written, instead, said) -> None:
    """The control: what the comparison is for."""
    text = template_script(script).text
    assert written in text
    each, step = next(pair for pair in STEPS if pair[1].script == script)
    found = faults(step, each, text.replace(written, instead))
    assert any(said in fault for fault in found), found


def test_every_template_of_a_kind_is_of_some_step() -> None:
    templates = {path.stem for path in (ROOT / "templates" / "lua").glob("[a-z]*.lua")}
    prefixes = tuple(f"{kind}_" for kind in SPECS)
    assert {step.script for _, step in STEPS} == {
        name for name in templates if name.startswith(prefixes)
    }
    assert set(SPECS) == set(PATTERNS)


def test_steps_become_procedures() -> None:
    made = [one for each in lowered(program(SPECS["rate_limit"])) for one in procedures(each)]
    assert {one.name for one in made} >= {"api.take", "api.reset", "jobs.release"}
    assert {one.retry for one in made if one.name.endswith(".peek")} == {"safe"}
