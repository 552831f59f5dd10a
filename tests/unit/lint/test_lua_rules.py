"""Rules over scripts whose keys are declared, and over real folklore: what is said, and what is not."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.diagnostics.text import render_concise
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Bound, Keyspace, Lifetime
from redisspec.lint import LintConfig, lint_paths
from redisspec.lint.lua_files import check_script, lint_source
from redisspec.lint.rules import RULES
from redisspec.lint.rules.cross_slot import check as check_slots
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText
from redisspec.spec.keys import parse_key
from tests.unit.lint.programs import program

FOLKLORE = Path(__file__).parent / "folklore"


def keyspace(key: str, structure="hash", **changes) -> Keyspace:
    pattern = parse_key(key, "shop")
    assert isinstance(pattern, KeyPattern)
    name = key.partition(":")[0]
    base = Keyspace(name, pattern, structure, "shop", Lifetime(60_000, True), Bound())
    return replace(base, **changes)


def script(text: str, *declared: Keyspace) -> LuaScript:
    found = read_lua(SourceText("s.lua", text), declared)
    assert isinstance(found, LuaScript)
    return found


def findings(text: str, *declared: Keyspace) -> list[Diagnostic]:
    return list(check_script(script(text, *declared), list(RULES)))


CART = keyspace("cart:{<user_id:int>}")
STOCK = keyspace("stock:{<sku:slug>}", "counter")
TAGS = keyspace("tags:{<user_id:int>}", "set", bound=Bound(100, "reject"))


def test_a_key_that_is_declared_to_expire_must():
    (only,) = findings("redis.call('HSET', KEYS[1], 'a', 1)", CART)
    assert (only.code, only.severity) == ("RS101", "error")
    assert "declared to live 1m" in only.message


def test_a_key_that_is_declared_to_stay_may():
    kept = replace(CART, lifetime=Lifetime(None, True, "kept"))
    assert not findings("redis.call('HSET', KEYS[1], 'a', 1)", kept)


def test_a_command_that_does_not_go_with_the_declared_structure():
    (only,) = findings("return redis.call('GET', KEYS[1])", CART)
    assert only.code == "RS706"
    assert "`cart`" in only.message
    assert not findings("return redis.call('GET', KEYS[1])", STOCK)


def test_declared_keys_of_two_slots():
    text = "redis.call('HGET', KEYS[1], 'a')\nreturn redis.call('GET', KEYS[2])"
    (only,) = findings(text, CART, STOCK)
    assert (only.code, only.severity) == ("RS707", "error")
    assert not findings(
        "redis.call('HLEN', KEYS[1])\nreturn redis.call('SCARD', KEYS[2])", CART, TAGS
    )
    flagged = f"#!lua flags=allow-cross-slot-keys\n{text}"
    assert not findings(flagged, CART, STOCK)


def test_the_procedure_of_a_script_is_one_step():
    """RS707 of a program looks at a whole script, although its flow has a unit a command."""
    text = "redis.call('HGET', KEYS[1], 'a')\nif ARGV[1] then redis.call('GET', KEYS[2]) end"
    cluster = program()
    servers = {name: replace(one, topology="cluster") for name, one in cluster.servers.items()}
    both = replace(cluster, servers=servers, procedures=(script(text, CART, STOCK).procedure,))
    (only,) = check_slots(both)
    assert only.code == "RS707"
    same = replace(both, procedures=(script(text, CART, TAGS).procedure,))
    assert not list(check_slots(same))


def test_a_collection_that_is_declared_small_may_be_unpacked():
    text = "return {unpack(redis.call('SMEMBERS', KEYS[1]))}"
    assert [one.code for one in findings(text)] == ["RS211", "RS506"]
    assert not findings(text, TAGS)


def test_what_a_variable_command_does_is_not_judged():
    text = "redis.call(ARGV[1], KEYS[1])\nredis.call('HSET', KEYS[1], 'a', 1)"
    assert not findings(text)
    assert not findings(text, CART)


def test_a_library_is_judged_function_by_function():
    text = """#!lua name=lib
local function put(keys, args)
  return redis.call('SET', keys[1], args[1])
end
local function get(keys, args)
  if redis.call('EXISTS', keys[1]) then return 1 end
  return redis.call('EXPIRE', keys[1], 60)
end
redis.register_function('put', put)
redis.register_function('get', get)
"""
    assert sorted(one.code for one in findings(text)) == ["RS101", "RS502"]


def test_selection_and_severity(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.lua").write_text("x = 1\nreturn redis.call('KEYS', '*')\n")
    only = lint_paths(["s.lua"], LintConfig(select=("lua",)))
    assert [one.code for one in only.diagnostics] == ["RS504"]
    softer = lint_paths(["s.lua"], LintConfig(severity={"ALL": "info"}))
    assert {one.severity for one in softer.diagnostics} == {"info"}
    assert softer.status == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"return redis.call('GET', KEYS[1]) -- caf\xe9\n", None),
        (b"\xef\xbb\xbfreturn 1\n", None),
        (b"x = '\xff\xfe'\n", "RS504"),
        (b"\x00\x01\x02", "RS007"),
        (b"", None),
    ],
)
def test_whatever_bytes_a_file_has(data, code, tmp_path):
    file = tmp_path / "s.lua"
    file.write_bytes(data)
    result = lint_paths([file])
    assert [one.code for one in result.diagnostics] == ([code] if code else [])
    render_concise(result.diagnostics).encode()


def test_a_file_that_is_not_there(tmp_path):
    result = lint_paths([tmp_path / "none.lua", tmp_path])
    assert [one.code for one in result.diagnostics] == ["RS001", "RS007"]
    assert result.status == 2


def test_folklore(monkeypatch):
    """Scripts as they go around: no error and no warning but those that are listed and right."""
    monkeypatch.chdir(FOLKLORE)
    found = [
        one
        for path in sorted(FOLKLORE.glob("*.lua"))
        for one in lint_source(SourceText(path.name, path.read_text("utf-8")), LintConfig())
        if one.severity != "info"
    ]
    text = render_concise(found)
    expected = FOLKLORE / "expected.txt"
    if os.environ.get("REDISSPEC_UPDATE"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text("utf-8")


def test_an_idle_comment_of_a_generated_script_is_left_alone() -> None:
    """What it is generated with is said of its declarations, and need not hold of each of its steps."""
    text = "-- redisspec: ignore[RS502] as declared\nreturn redis.call('GET', KEYS[1])\n"
    for head, told in (("", ["RS004"]), ("-- Generated by redisspec 0.1.0. Do not edit.\n", [])):
        found = lint_source(SourceText("s.lua", head + text), LintConfig())
        assert [one.code for one in found] == told
