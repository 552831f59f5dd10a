"""Which declaration the keys of other code belong to."""

from pathlib import Path

import pytest

from redisspec.ir.keypattern import Hole, KeyPattern, Literal
from redisspec.lint.declared import judged
from redisspec.spec.load import load_spec

SPEC = """\
version: 1
name: shop
keyspaces:
  cart: {key: "cart:{<user_id:int>}", structure: counter, ttl: 1d}
  views: {key: "views:<user_id:int>:<day:date>", structure: counter, ttl: 1d}
  totals: {key: totals, structure: counter, ttl: 1d}
locks:
  job: {key: "job:<name:slug>", ttl: 30s}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("spec") / "redis.spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    program = load_spec(Path(path)).program
    assert program is not None
    return program


def pattern(text: str) -> KeyPattern:
    """`*` is what varies."""
    parts: list[Hole | Literal] = []
    for number, one in enumerate(text.split("*")):
        if number:
            parts.append(Hole())
        if one:
            parts.append(Literal(one))
    return KeyPattern(tuple(parts))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("shop:cart:{*}", "cart"),
        ("shop:cart:{42}", "cart"),
        ("*:cart:{*}", "cart"),
        ("*cart:{*}", "cart"),
        ("shop:views:*:*", "views"),
        ("shop:views:7:2025-*", "views"),
        ("shop:totals", "totals"),
        ("shop:job:nightly-*", "job"),
        ("*:totals", "totals"),
    ],
)
def test_a_key_belongs_to_its_declaration(program, key: str, name: str) -> None:
    found = judged(program, pattern(key)).declared
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "key", ["*", "*:*", "*:{*}", "shop:*", "shop:views:*", "shop:ca*", "*:other:*"]
)
def test_of_a_key_that_may_be_anything_nothing_is_said(program, key: str) -> None:
    verdict = judged(program, pattern(key))
    assert verdict.declared is None
    assert not verdict.none


@pytest.mark.parametrize(
    ("key", "inside", "near"),
    [
        ("shop:score:*", True, None),
        ("other:cart:{*}", False, None),
        ("shop:cart:*", True, "cart"),
        ("shop:carts:{*}", True, "cart"),
        ("shop:total", True, "totals"),
        ("shop:view:*:*", True, "views"),
    ],
)
def test_a_key_may_be_no_declaration_s(program, key: str, inside: bool, near: str | None) -> None:
    verdict = judged(program, pattern(key))
    assert verdict.none
    assert verdict.inside is inside
    assert (verdict.near and verdict.near.name) == near


def test_without_a_spec_nothing_is_said() -> None:
    assert judged(None, pattern("shop:score:*")).declared is None
    assert not judged(None, pattern("shop:score:*")).none
