"""Proves over the IR that no method of any structure can leave a key without its TTL or its bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from redisspec.ir.effects import since
from redisspec.ir.flows import Procedure, Unit
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.methods import Method
from redisspec.ir.model import Bound, Keyspace, Lifetime
from redisspec.ir.types import Field, Json, ListOf, Maybe, Scalar
from redisspec.spec.keys import parse_key
from redisspec.structures import STRUCTURES, methods
from redisspec.structures.procedures import procedures

LATER = {
    "HPEXPIRE",
    "BF.ADD",
    "BF.CARD",
    "BF.EXISTS",
    "BF.INFO",
    "BF.MADD",
    "BF.MEXISTS",
    "BF.RESERVE",
}
"""What only `field_ttl` and `stored_as: module` send."""
FIELDS = (
    Field("sku", Scalar("str"), "sku"),
    Field("count", Scalar("int"), "count"),
    Field("weight", Maybe(Scalar("float")), "weight"),
)
LIFETIMES = [
    Lifetime(60_000, True, refresh=refresh, jitter=jitter, max_ms=longest)
    for refresh, jitter, longest in product(
        ("on_write", "on_access", "never"), (0.0, 0.1), (None, 90_000)
    )
]
BOUNDS = [Bound(), Bound(10, "trim"), Bound(10, "reject")]


def keyspaces(lifetimes: list[Lifetime]) -> list[Keyspace]:
    found: list[Keyspace] = []
    pattern = parse_key("thing:{<owner:int>}:<name:slug>", "test")
    assert isinstance(pattern, KeyPattern)
    for lifetime, bound, structure in product(lifetimes, BOUNDS, STRUCTURES):
        base = Keyspace("thing", pattern, structure, "test", lifetime, bound, value=Scalar("str"))
        if structure == "hash":
            found.append(replace(base, value=None, fields=FIELDS))
            found.append(replace(base, map_key=Scalar("str"), value=Scalar("int")))
            found.append(
                replace(base, map_key=Scalar("str"), value=Scalar("float"), field_ttl_ms=5_000)
            )
        elif structure == "stream":
            found.append(replace(base, value=None, fields=FIELDS))
        elif structure == "counter":
            found.append(replace(base, value=None))
            found.append(replace(base, value=None, floor=0, ceiling=5))
        elif structure == "bloom_filter":
            sized = replace(base, bound=Bound(1_000), error_rate=0.01)
            found += [sized, replace(sized, module=True)]
        elif structure == "string":
            found.append(replace(base, value=Json(ListOf(Scalar("int")))))
        else:
            found.append(base)
    return found


def units(keyspace: Keyspace) -> list[tuple[Method, Procedure, Unit]]:
    own = methods(keyspace)
    found = []
    for method, procedure in zip(own, procedures(keyspace, own), strict=True):
        assert isinstance(procedure.flow, Unit)
        found.append((method, procedure, procedure.flow))
    return found


def describe(keyspace: Keyspace, procedure: Procedure) -> str:
    return f"{keyspace.structure} {keyspace.lifetime} {keyspace.bound}: {procedure.name}"


def test_what_creates_a_key_sets_its_ttl_in_the_same_step() -> None:
    seen = 0
    for keyspace in keyspaces(LIFETIMES):
        for _, procedure, unit in units(keyspace):
            if any("creates" in effect.actions for effect in unit.effects):
                seen += 1
                assert any("expires" in effect.actions for effect in unit.effects), describe(
                    keyspace, procedure
                )
    assert seen > 500


def test_nothing_clears_a_ttl_without_setting_it_anew() -> None:
    for keyspace in keyspaces(LIFETIMES):
        for _, procedure, unit in units(keyspace):
            cleared = any("clears_ttl" in effect.actions for effect in unit.effects)
            assert not cleared or any("expires" in effect.actions for effect in unit.effects), (
                describe(keyspace, procedure)
            )


def test_what_grows_a_trimmed_collection_trims_it_in_the_same_step() -> None:
    seen = 0
    for keyspace in keyspaces([Lifetime(60_000, True)]):
        trims = keyspace.bound.max_items and keyspace.bound.when_full == "trim"
        if not trims or keyspace.structure not in {"list", "stream", "sorted_set"}:
            continue
        for method, procedure, unit in units(keyspace):
            if any("grows" in effect.actions for effect in unit.effects) and method.name != "touch":
                seen += 1
                assert any("trims" in effect.actions for effect in unit.effects), describe(
                    keyspace, procedure
                )
    assert seen >= 5


def test_reads_alone_are_safe_to_repeat() -> None:
    # PFCOUNT may write the estimate that it cached
    harmless = {"PEXPIRE", "GETEX", "PFCOUNT"}
    for keyspace in keyspaces([*LIFETIMES, Lifetime(None, True, "kept")]):
        for _, procedure, unit in units(keyspace):
            changes = [
                effect.command
                for effect in unit.effects
                if effect.actions & {"writes", "creates", "grows", "trims", "deletes"}
                and effect.command not in harmless
            ]
            if procedure.retry == "safe" and "count_merged" not in procedure.name:
                assert not changes, describe(keyspace, procedure)
            if procedure.retry == "never":
                assert changes, describe(keyspace, procedure)


@pytest.mark.parametrize(("engine", "floor"), [("redis", (6, 2)), ("valkey", (7, 2))])
def test_every_command_is_there_at_the_floor(engine: str, floor: tuple[int, int]) -> None:
    """So that only a setting (`field_ttl`, `stored_as`) can ask for a newer server; the compiler names it there."""
    for keyspace in keyspaces([*LIFETIMES, Lifetime(None, True, "kept")]):
        for _, _, unit in units(keyspace):
            for effect in unit.effects:
                if effect.command.startswith("BF.") and engine == "valkey":
                    continue
                first = since(effect.command, "redis" if engine == "redis" else "valkey")
                assert first is not None, effect.command
                assert first[:2] <= floor or effect.command in LATER, (effect.command, first)
