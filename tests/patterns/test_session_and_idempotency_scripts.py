"""The scripts of sessions and idempotency records do what their steps declare, and lint clean."""

import pytest

from redisspec.codegen.scripts import template_script
from redisspec.lint import LintConfig
from redisspec.lint.lua_files import lint_source
from redisspec.patterns import lowered
from redisspec.patterns.model import Lowered, Step, procedures
from redisspec.source.text import SourceText
from tests.patterns.made import program
from tests.patterns.scripts import faults

SPEC = """
sessions: {login: {user: {user_id: int}, fields: {a: int}, idle: 30m, absolute: 12h}}
idempotency: {payment: {key: "pay:<request_id:uuid>", result: str, keep: 24h, lease: 60s}}
"""


def scripted() -> list[tuple[Lowered, Step]]:
    return [
        (policy, step) for policy in lowered(program(SPEC)) for step in policy.steps if step.script
    ]


@pytest.mark.parametrize("at", range(len(scripted())), ids=lambda at: scripted()[at][1].script)
def test_a_script_does_what_its_step_declares(at: int) -> None:
    policy, step = scripted()[at]
    assert faults(step, policy) == []
    text = template_script(step.script).text
    assert lint_source(SourceText("s.lua", text), LintConfig()) == []
    assert f"-- Retry    {step.retry}" in text


@pytest.mark.parametrize(
    ("script", "written", "instead", "said"),
    [
        ("session_create", "call('PEXPIRE', KEYS[1], ttl_ms)", "", "gives it no TTL"),
        ("session_create", "call('DEL', KEYS[1])", "call('DEL', ARGV[4])", "not declared"),
        ("session_rotate", "call('PEXPIRE', KEYS[3], ttl_ms)", "", "PEXPIRE"),
        ("session_count", "KEYS[1], string", "'x:' .. ARGV[1], string", "not declared"),
        ("idempotency_begin", "call('PEXPIRE', KEYS[1]", "call('PTTL', KEYS[1]", "no TTL"),
        ("idempotency_fail", "'DEL'", "'UNLINK'", "more"),
    ],
)  # fmt: skip
def test_a_script_that_was_broken_is_caught(
    script: str, written: str, instead: str, said: str
) -> None:
    """The control: what the comparison is for."""
    policy, step = next(one for one in scripted() if one[1].script == script)
    text = template_script(script).text
    assert written in text
    found = faults(step, policy, text.replace(written, instead))
    assert any(said in fault for fault in found), found


def test_procedures_say_what_happens() -> None:
    sessions, payment = lowered(program(SPEC))
    if sessions.policy.kind != "session":
        sessions, payment = payment, sessions
    made = {one.name: one for one in procedures(sessions)}
    assert made["login.update"].retry == "never"
    assert made["login.rotate"].parameters == ("user", "session")
    assert {key.pattern.text for key in sessions.keys} == {"live:login:{<user:hex(32)>}"}
    assert sessions.policy.pattern.text == "live:login:{<user:hex(32)>}:<session:hex(64)>"
    assert len(procedures(payment)) == 4
