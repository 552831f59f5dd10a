"""What `generate` refuses beyond the language."""

from pathlib import Path

from redisspec.ir.program import Program
from redisspec.spec.check import Need, check, check_engine
from redisspec.spec.load import load_spec


def program(folder: Path, text: str) -> Program:
    path = folder / "redis.spec.yaml"
    path.write_text(f"version: 1\nname: shop\n{text}", encoding="utf-8")
    loaded = load_spec(path)
    assert not loaded.diagnostics
    assert loaded.program is not None
    return loaded.program


def test_keys_of_two_servers_never_meet(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        "servers: {a: {engine: redis >= 7.0}, b: {engine: redis >= 7.0}}\nkeyspaces:\n"
        "  one: {key: 'x:<id:int>', structure: string, value: str, ttl: 1h, server: a}\n"
        "  two: {key: 'x:<id:int>', structure: string, value: str, ttl: 1h, server: b}\n",
    )
    assert check(made) == []


def test_every_copy_of_a_key_is_named_once(tmp_path: Path) -> None:
    copies = "".join(
        f"  k{i}: {{key: 'x:<id:int>', structure: string, value: str, ttl: 1h}}\n" for i in range(4)
    )
    found = check(program(tmp_path, f"keyspaces:\n{copies}"))
    assert [each.code for each in found] == ["RS703"] * 3
    assert [each.span.line for each in found] == [5, 6, 7]


def test_what_an_engine_lacks_is_said_once_a_setting(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        "server: {engine: redis >= 6.2}\nkeyspaces:\n"
        "  one: {key: x, structure: set, member: str, max_items: 5, ttl: 1h}\n",
    )
    needs = [
        Need(made.keyspaces[0], "max_items", "SINTERCARD"),
        Need(made.keyspaces[0], "max_items", "SINTERCARD"),
        Need(made.keyspaces[0], "counting an intersection", "SINTERCARD"),
        Need(made.keyspaces[0], "member", "SADD"),
    ]
    found = check_engine(made, needs)
    assert [each.code for each in found] == ["RS003", "RS003"]
    assert found[0].message == (
        "`max_items` needs SINTERCARD, which redis has from 7.0 on; the target is `redis >= 6.2`"
    )
    assert found[1].message.startswith("counting an intersection needs SINTERCARD")


def test_field_ttl_on_an_engine_that_has_it(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        "server: {engine: valkey >= 9.0}\nkeyspaces:\n"
        "  one: {key: x, structure: hash, fields: {a: int}, ttl: 1h, field_ttl: 5m}\n",
    )
    assert check(made) == []
