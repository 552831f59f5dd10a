"""Scripts of the user's own: their text is part of the program, and a change in it is a change of the spec."""

from pathlib import Path

import pytest

from redisspec.codegen import shortcut
from redisspec.codegen.manifest import describe
from redisspec.codegen.output import output_folder
from redisspec.codegen.writer import apply
from redisspec.ir.types import Enum, ListOf, Scalar
from redisspec.operations.compiled import (
    KeyUse,
    ListedOf,
    Nothing,
    OptionalOf,
    Param,
    Plain,
    Value,
)
from redisspec.operations.handwritten import handwritten, result_of
from redisspec.spec.load import Loaded, load_spec

SPEC = """\
version: 1
name: shop
keyspaces:
  stock: {key: "stock:{<shop_id:int>}:<sku:slug>", structure: counter, floor: 0, ttl: 1h}
  seen: {key: "seen:{<shop_id:int>}", structure: set, member: str, max_items: 9, ttl: 1h}
operations:
  take:
    params: {shop: int, sku: slug, by: int | none, shop_id: int}
    returns: int
    lua: scripts/take.lua
    keys:
      left: stock( shop , sku )
      seen: seen
"""
LUA = "return redis.call('DECRBY', KEYS[1], ARGV[4])"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "take.lua").write_text(LUA)
    return tmp_path


def load(text: str = SPEC) -> Loaded:
    Path("redis.spec.yaml").write_text(text)
    return load_spec("redis.spec.yaml")


@pytest.mark.usefixtures("folder")
def test_a_script_becomes_an_operation() -> None:
    loaded = load()
    assert loaded.diagnostics == ()
    program = loaded.program
    assert program is not None
    (operation,) = program.operations
    assert operation.script is not None
    assert operation.script.text == f"{LUA}\n"
    assert list(loaded.sources) == ["redis.spec.yaml", "scripts/take.lua"]
    assert program.files == ("redis.spec.yaml", "scripts/take.lua")
    made, problems = handwritten(program, operation)
    assert made is not None
    assert problems == []
    stock, seen = program.keyspaces
    assert made.keys == (
        KeyUse(stock, (Param("shop"), Param("sku"))), KeyUse(seen, (Param("shop_id"),)),
    )  # fmt: skip
    assert [one.param for one in made.argv if isinstance(one, Value) and one.optional] == ["by"]
    assert (made.result, made.wrapped, made.refusals) == (Plain(Scalar("int")), False, ())
    assert made.lua == (
        "-- take, from scripts/take.lua\n"
        "-- KEYS[1] left: stock(shop, sku)\n"
        "-- KEYS[2] seen: seen(shop_id)\n"
        "-- ARGV[1] shop\n"
        "-- ARGV[2] sku\n"
        "-- ARGV[3], ARGV[4] by: 1 and the value, or 0 and ''\n"
        "-- ARGV[5] shop_id\n"
        f"{LUA}\n"
    )


def test_what_a_declared_result_is_read_as() -> None:
    assert result_of(None) == Nothing()
    number = Scalar("int")
    assert result_of(ListOf(number)) == ListedOf(Plain(number))
    assert result_of(Enum(("a",))) == Plain(Enum(("a",)))
    assert isinstance(result_of(ListOf(ListOf(number))), ListedOf)
    assert not isinstance(result_of(number), OptionalOf)


def test_a_changed_script_is_a_changed_spec(folder: Path) -> None:
    def known() -> bool:
        return shortcut.current("redis.spec.yaml", None, "1") is not None

    program = load().program
    assert program is not None
    files = {"a.py": "1\n"}
    made = describe(
        files,
        tool="1",
        spec_hash=program.spec_hash,
        output=program.python.output,
        sources=program.files,
    )
    apply(output_folder(folder, program.python.output), files, made)
    assert known()
    script = folder / "scripts" / "take.lua"
    script.write_bytes(LUA.encode() + b"\r\n")
    assert not known()
    script.write_text(LUA)
    assert known()
    script.unlink()
    assert not known()


@pytest.mark.usefixtures("folder")
def test_two_operations_may_share_a_script() -> None:
    more = SPEC + "  again: {lua: scripts/take.lua}\n"
    loaded = load(more)
    assert loaded.diagnostics == ()
    assert loaded.program is not None
    assert loaded.program.files == ("redis.spec.yaml", "scripts/take.lua")


def test_a_link_out_of_the_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.lua"
    outside.write_text("return 1")
    (folder / "scripts" / "take.lua").unlink()
    (folder / "scripts" / "take.lua").symlink_to(outside)
    (problem,) = load().diagnostics
    assert "by way of a link" in problem.message


def test_a_script_that_is_too_large(folder: Path) -> None:
    (folder / "scripts" / "take.lua").write_bytes(b"-" * (1024 * 1024 + 1))
    (problem,) = load().diagnostics
    assert "1,048,577 bytes" in problem.message
    assert problem.span.line == 10


def test_a_script_named_by_an_included_file(folder: Path) -> None:
    (folder / "below" / "scripts").mkdir(parents=True)
    (folder / "below" / "scripts" / "x.lua").write_text("return 1")
    (folder / "below" / "more.yaml").write_text(
        "version: 1\noperations:\n  more: {lua: scripts/x.lua}\n"
    )
    loaded = load(SPEC.replace("keyspaces:", "include: [below/more.yaml]\nkeyspaces:"))
    assert loaded.diagnostics == ()
    assert loaded.program is not None
    assert set(loaded.program.files) == {
        "redis.spec.yaml", "scripts/take.lua", "below/more.yaml", "below/scripts/x.lua",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lua", "retry"),
    [
        ("return redis.call('GET', KEYS[1])", "safe"),
        ("local call = redis.call\nreturn {call('TIME')[1], call('GET', KEYS[1])}", "safe"),
        ("return 1", "safe"),
        ("return redis.call('INCR', KEYS[1])", "never"),
        ("return redis.call('PUBLISH', 'c', redis.call('GET', KEYS[1]))", "never"),
        ("return redis.call(ARGV[1], KEYS[1])", "never"),
        ("return redis.call('GETEX', KEYS[1], 'EX', 3)", "never"),
        ("return redis.pcall('DEL', KEYS[1])", "never"),
        ("local f = loadstring(ARGV[1])\nreturn f()", "never"),
        ("return redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', KEYS[1], '>')", "never"),
        ("return redis.call('SORT', KEYS[1], 'STORE', KEYS[2])", "never"),
    ],
)
def test_a_script_that_only_reads_may_run_again(folder: Path, lua: str, retry: str) -> None:
    (folder / "scripts" / "take.lua").write_text(lua)
    program = load().program
    assert program is not None
    made, problems = handwritten(program, program.operations[0])
    assert (made and made.retry, problems) == (retry, [])


def test_what_is_no_lua_is_told_at_its_place(folder: Path) -> None:
    (folder / "scripts" / "take.lua").write_text("local a = 1\nreturn a +\n")
    loaded = load()
    assert loaded.program is not None
    made, (problem,) = handwritten(loaded.program, loaded.program.operations[0])
    assert made is None
    assert (problem.code, problem.span.file) == ("RS007", "scripts/take.lua")
    assert problem.span.file in loaded.sources


@pytest.mark.usefixtures("folder")
def test_keys_of_several_slots_are_refused_on_a_cluster() -> None:
    text = SPEC.replace(
        "keyspaces:", "server: {engine: redis >= 7.0, topology: cluster}\nkeyspaces:"
    )
    loaded = load(text)
    assert loaded.program is not None
    _, (problem,) = handwritten(loaded.program, loaded.program.operations[0])
    assert (problem.code, problem.span.line) == ("RS707", 14)
    same = load(text.replace("seen: seen", "seen: seen(shop)"))
    assert same.program is not None
    assert handwritten(same.program, same.program.operations[0])[1] == []
