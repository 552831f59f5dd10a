"""Every script that redisspec emits is read back and compared with what its method declares."""

from __future__ import annotations

import pytest

from redisspec.codegen.scripts import template_script
from redisspec.ir.methods import Method
from redisspec.ir.model import Keyspace, Lifetime
from redisspec.lint import LintConfig
from redisspec.lint.lua_files import lint_source
from redisspec.source.text import SourceText
from redisspec.spec.check import SECTIONS
from redisspec.structures import methods
from tests.house.tree import ROOT
from tests.unit.readers.lua.emitted import faults
from tests.unit.structures.test_procedures import LIFETIMES, keyspaces

SCRIPTED: list[tuple[Keyspace, Method]] = [
    (keyspace, method)
    for keyspace in keyspaces([*LIFETIMES, Lifetime(None, True, "kept")])
    for method in methods(keyspace)
    if method.script is not None
]
# those of policies are held against their steps in tests/patterns
TEMPLATES = sorted(
    path.stem
    for path in (ROOT / "templates" / "lua").glob("[a-z]*.lua")
    if not path.stem.startswith(tuple(f"{kind}_" for kind in SECTIONS))
)
WRITTEN = sorted(
    # of operations a spec says more than a script by itself: tests/operations/test_read_back.py
    path
    for path in (ROOT / "examples").rglob("*.lua")
    if "operations" not in path.parent.parts[-1:]
)


def test_every_template_is_of_some_method() -> None:
    assert {method.script for _, method in SCRIPTED} == set(TEMPLATES)


@pytest.mark.parametrize("script", TEMPLATES)
def test_a_script_does_what_its_methods_declare(script: str) -> None:
    compared = 0
    for keyspace, method in SCRIPTED:
        if method.script == script:
            compared += 1
            found = faults(template_script(script).text, method, keyspace)
            assert not found, (method.name, keyspace.lifetime, keyspace.bound, found)
    assert compared


@pytest.mark.parametrize("script", TEMPLATES)
def test_a_script_lints_clean(script: str) -> None:
    assert lint_source(SourceText("s.lua", template_script(script).text), LintConfig()) == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_the_scripts_of_an_example_lint_clean(path) -> None:
    assert lint_source(SourceText(path.name, path.read_text("utf-8")), LintConfig()) == []


@pytest.mark.parametrize(
    ("script", "written", "instead", "said"),
    [
        ("set_add", "call('PEXPIRE', KEYS[1], ARGV[1])", "", "declares ['PEXPIRE', 'SADD']"),
        ("set_add", "call('PEXPIRE', KEYS[1], ARGV[1])", "", "gives it no TTL"),
        ("set_add", "call('PEXPIRE', KEYS[1], ARGV[1])", "call('PEXPIRE', KEYS[1], 60)", "not ARGV[1]"),
        ("set_add", "ARGV[1] ~= '0'", "ARGV[1] == '0'", "gives it no TTL"),
        ("counter_add", "call('GET', KEYS[1])", "call('GET', KEYS[1] .. ':x')", "derived"),
        ("counter_add", "call('GET', KEYS[1])", "{ 1 }", "answers ['array']"),
        ("list_push", "call('LLEN', KEYS[1])", "call('LLEN', KEYS[2])", "('declared', 2)"),
        ("list_push", "ARGV[4] == '1' and length > limit", "length > limit", "writes with"),
        ("list_push", "call('LTRIM', KEYS[1], 0, limit - 1)", "", "declares ['LPUSH', 'LTRIM'"),
        ("hash_set", "call('HDEL', KEYS[1]", "call('HSET', KEYS[1]", "declares ['HDEL'"),
        ("geo_add", "call('GEOADD', KEYS[1]", "call('GEOADD', ARGV[7]", "argument"),
        ("string_set", "'KEEPTTL'", "'XX'", ""),
        ("read_and_renew", "call(ARGV[2], KEYS[1]", "call('DEL', KEYS[1]", "writes with"),
        ("hyperloglog_merge_count", "'PX', 10000)\nfor", "'NX')\nfor", "scratch key"),
    ],
)  # fmt: skip
def test_a_script_that_was_broken_is_caught(
    script: str, written: str, instead: str, said: str
) -> None:
    """The control: what the comparison is for."""
    text = template_script(script).text
    assert written in text
    changed = text.replace(written, instead)
    found = {
        fault
        for keyspace, method in SCRIPTED
        if method.script == script
        for fault in faults(changed, method, keyspace)
    }
    assert any(said in fault for fault in found), found
