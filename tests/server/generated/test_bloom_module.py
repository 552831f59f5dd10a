"""Bloom filters of Redis's own type answer as those that are bits, and keep their rate, bound and TTL."""

import importlib
import os
import sys
from collections.abc import Iterator
from math import sqrt
from typing import Any

import pytest

from redisspec.codegen import generate
from redisspec.ir.commands import lookup
from redisspec.ir.commands.modules import MODULE_ACTIONS, MODULE_ROWS
from redisspec.ir.effects import effect
from redisspec.ir.flows import Value
from tests.generated.compiled import program_of, written
from tests.server.generated.app import App
from tests.server.generated.conftest import KINDS, Raw, connected
from tests.server.generated.test_bounds import unchanged
from tests.server.servers import Missing, Server, bloom_module, find, start, sweep

SPEC = """
version: 1
name: live
server: {engine: redis >= 8.0}
keyspaces:
  bits: {key: "bits:<id:int>", structure: bloom_filter, member: str, capacity: 5, error_rate: 0.000001%, ttl: {for: 1h, max: 2h}}
  own: {key: "own:<id:int>", structure: bloom_filter, stored_as: module, member: str, capacity: 5, error_rate: 0.000001%, ttl: {for: 1h, max: 2h}}
  large: {key: "large:<id:int>", structure: bloom_filter, stored_as: module, member: int, capacity: 10_000, error_rate: 1%, ttl: {for: 1h, refresh: on_access}}
  kept: {key: "kept:<id:int>", structure: bloom_filter, stored_as: module, member: int, capacity: 10, error_rate: 1%, ttl: {for: 1h, refresh: never}}
"""
HOUR = 3_600


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        find("redis8")
        module = bloom_module()
    except Missing as missing:
        if "redisbloom" in os.environ.get("REDISSPEC_REQUIRE", "").replace(",", " ").split():
            pytest.fail(f"REDISSPEC_REQUIRE: {missing}", pytrace=False)
        pytest.skip(str(missing))
    with start("redis8", "--loadmodule", str(module)) as made:
        yield made
        assert not sweep(made, set())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("module")
    (folder / "redis.spec.yaml").write_text(SPEC)
    written(generate(program_of(folder / "redis.spec.yaml")), folder / "live_module")
    sys.path.insert(0, str(folder))
    importlib.import_module("live_module.aio")
    yield importlib.import_module("live_module")
    sys.path.remove(str(folder))


@pytest.fixture(params=KINDS)
def app(
    request: pytest.FixtureRequest, package: Any, server: Server, namespace: str
) -> Iterator[App]:
    connection = connected(package, request.param, server)
    yield connection.app(namespace)
    connection.close()


@pytest.fixture
def raw(server: Server) -> Iterator[Raw]:
    made = Raw(server)
    yield made
    made.close()


def walk(accessor: Any) -> list[Any]:
    return [
        accessor.contains(1, "a"),
        accessor.contains_many(1, ["a", "b"]),
        accessor.count(1),
        accessor.add(1),
        accessor.exists(1),
        accessor.add(1, "a", "b", "a"),
        accessor.add(1, "b", "☃"),
        accessor.contains(1, "☃"),
        accessor.contains(1, "x"),
        accessor.contains_many(1, ["a", "x", "☃"]),
        accessor.contains_many(1, []),
        accessor.count(1),
        accessor.scan(),
        accessor.touch(1),
        accessor.delete(1),
        accessor.count(1),
    ]


def test_both_kinds_answer_the_same(app: App) -> None:
    assert walk(app.own) == walk(app.bits)


def test_a_full_one_refuses(app: App, package: Any, raw: Raw) -> None:
    key = app.own.key(1)
    assert app.own.add(1, "a", "b", "b", "c") == 3
    full = unchanged(raw, key, lambda: app.own.add(1, "d", "e", "f"), package.CollectionFull)
    assert full.max_items == 5
    assert app.own.add(1, "a", "d", "e", "d") == 2
    unchanged(raw, key, lambda: app.own.add(1, "f"), package.CollectionFull)
    assert app.own.add(1, *"abcdea") == 0
    assert app.own.count(1) == 5
    with pytest.raises(package.CollectionFull):
        app.own.add(2, *"abcdef")
    assert raw.ttl(app.own.key(2)) == -2


def test_the_ttl_is_set_and_renewed_as_declared(app: App, raw: Raw) -> None:
    for name, renews in (("own", True), ("kept", False)):
        accessor = getattr(app, name)
        key, member = accessor.key(1), "a" if name == "own" else 1
        accessor.add(1, member)
        assert HOUR - 5 < raw.ttl(key) <= HOUR
        raw("PEXPIRE", key, 100_000)
        accessor.add(1, member)
        assert (raw.ttl(key) > 3_000) is renews
    app.own.add(3, "a", ttl=7_200)
    assert raw.ttl(app.own.key(3)) > 7_000
    key = app.large.key(1)
    app.large.add(1, 1)
    reads = (
        lambda: app.large.contains(1, 1),
        lambda: app.large.contains_many(1, [1, 2]),
        lambda: app.large.count(1),
    )
    for read in reads:
        raw("PEXPIRE", key, 100_000)
        read()
        assert raw.ttl(key) > 3_000


def test_the_error_rate_is_kept(app: App, package: Any) -> None:
    at = 0
    while at < 9_000:
        app.large.add(1, *range(at, at + 1_000))
        at += 1_000
    with pytest.raises(package.CollectionFull):
        while at < 20_000:
            app.large.add(1, at)
            at += 1
    assert all(app.large.contains_many(1, range(at)))
    errors = sum(
        app.large.contains_many(1, range(first, first + 1_000)).count(True)
        for first in range(10**6, 10**6 + 20_000, 1_000)
    )
    assert errors <= 200 + 6 * sqrt(200 * 0.99)


def test_each_kind_refuses_the_other(app: App, package: Any, raw: Raw) -> None:
    """A filter whose `stored_as` has changed is not misread: every method says so, and nothing changes."""
    app.bits.add(1, "a")
    app.own.add(1, "a")
    raw("RENAME", app.own.key(1), app.bits.key(2))
    raw("RENAME", app.bits.key(1), app.own.key(2))
    for accessor in (app.bits, app.own):
        for step in (
            lambda: accessor.add(2, "b"),  # noqa: B023 - run at once
            lambda: accessor.contains(2, "a"),  # noqa: B023 - likewise
            lambda: accessor.contains_many(2, ["a"]),  # noqa: B023 - likewise
            lambda: accessor.count(2),  # noqa: B023 - likewise
        ):
            unchanged(raw, accessor.key(2), step, package.DecodeError)


@pytest.mark.parametrize("made", [("BF.ADD", "a"), ("BF.RESERVE", "0.01", 1_000, "NONSCALING")])
def test_one_of_another_capacity_is_not_added_to(
    made: tuple[Any, ...], app: App, package: Any, raw: Raw
) -> None:
    command, *arguments = made
    raw(command, app.own.key(1), *arguments)
    unchanged(raw, app.own.key(1), lambda: app.own.add(1, "b"), package.DecodeError)


def test_in_batches(app: App) -> None:
    pending = app.batched(
        lambda batch: [batch.own.add(1, "a"), batch.own.contains(1, "a"), batch.own.count(1)]
    )
    assert [one.value for one in pending] == [1, True, 1]


# --- what we say of the commands --------------------------------------------------------------


def test_the_rows_are_what_the_server_says(server: Server) -> None:
    for name, (flags, keys, *_) in MODULE_ROWS.items():
        (said,) = server.call("COMMAND", "INFO", name)
        kept = [flag for flag in ("write", "readonly", "denyoom", "fast") if flag in said[2]]
        assert kept == flags.split(), name
        assert keys[0][0] in said[8][0][1], name


FILLED = {
    "BF.ADD": ("x",),
    "BF.INSERT": ("ITEMS", "x"),
    "BF.MADD": ("x",),
    "BF.RESERVE": ("0.01", 100),
}


@pytest.mark.parametrize("name", FILLED)
def test_what_creates_leaves_no_ttl(name: str, server: Server) -> None:
    known = lookup(name)
    assert known is not None
    actions = effect(name, None, [Value("constant", str(word)) for word in FILLED[name]]).actions
    assert "creates" in actions
    assert "expires" not in actions
    server.call(name, "made", *FILLED[name])
    assert server.call("PTTL", "made") == -1
    server.call("DEL", "made")
    assert set(FILLED) == set(MODULE_ACTIONS)
