"""Whatever stands in a file, reading it ends in a script or in one diagnostic."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText

SCRIPTS = sorted(
    path.read_text()
    for path in (Path(__file__).parents[4] / "templates" / "lua").glob("[a-z]*.lua")
)
PIECES = [
    "redis.call(", "'GET'", "KEYS[1]", "ARGV[2]", "local x = ", "x", " .. ", "unpack(", ")", "{", "}",
    "if ", " then ", " else ", " elseif ", " end ", "for i = 1, #KEYS do ", "while true do ",
    "function f(a, ...) ", "return ", "f(", ", ", "=", "~= 0", "not ", " and ", " or ", "[[", "]]",
    "'", "\"", "--", "--[[", "\n", "#", "...", "1e999", "0x", "\\", "é", "\udc80", "x.y", "x[", "]",
    ":m(", "repeat ", " until ", "break ", "nil", "::a::", "goto a", "//", "table.insert(x, ", "KEYS[0]",
    "x[#x + 1] = ", "tostring(", "redis.register_function('f', f)", "'EVAL', 1, 1e300, ", "pcall(",
]  # fmt: skip


def check(text: str) -> None:
    found = read_lua(SourceText("f.lua", text))
    assert isinstance(found, LuaScript | Diagnostic)
    if isinstance(found, Diagnostic):
        assert found.code == "RS007"
        assert found.span.line >= 1


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(deadline=None)
def test_pieces(text: str) -> None:
    check(text)


@given(st.data())
@settings(deadline=None)
def test_mutated_scripts(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SCRIPTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    check(text)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text(text: str) -> None:
    check(text)


def test_values_that_are_made_of_themselves_stay_small() -> None:
    rounds = (
        "x = redis.call('MGET', x, x, x, x .. x, tostring(x + x)) if x == 1 then x = x or x end\n"
    )
    check("local x = redis.call('GET', KEYS[1])\n" + rounds * 200 + "return x")


def test_functions_that_call_each_other_end() -> None:
    lines = ["local f0 = function() redis.call('GET', KEYS[1]) end"]
    lines += [f"local f{n} = function() f{n - 1}() f{n - 1}() f{n - 1}() end" for n in range(1, 40)]
    check("\n".join([*lines, "f39()"]))
    check("local function f(x) return f(x) + f(x) end return f(1)")
