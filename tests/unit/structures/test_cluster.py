"""On a cluster an accessor has no method whose keys could never share a slot."""

from __future__ import annotations

import pytest

from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Bound, Keyspace, Lifetime
from redisspec.ir.types import Scalar
from redisspec.spec.keys import parse_key
from redisspec.structures import methods

JOINING = {"intersection", "union", "difference"}


@pytest.mark.parametrize(
    ("key", "joins"),
    [
        ("tags:<product:int>", False),
        ("tags:{<product:int>}", False),
        ("tags:{<shop:int>}:<product:int>", True),
        ("{tags}:<product:int>", True),
    ],
)
def test_sets_are_joined_only_where_they_can_share_a_slot(key: str, joins: bool) -> None:
    pattern = parse_key(key, "shop")
    assert isinstance(pattern, KeyPattern)
    keyspace = Keyspace(
        "tags", pattern, "set", "shop", Lifetime(1_000, True), Bound(5), value=Scalar("int")
    )
    alone = {method.name for method in methods(keyspace)}
    cluster = {method.name for method in methods(keyspace, cluster=True)}
    assert alone >= JOINING
    assert (cluster & JOINING == JOINING) is joins
    assert alone - cluster <= JOINING
