"""A key that is added lies in the slot of its owner's, whatever characters that has."""

from __future__ import annotations

from itertools import product

from redisspec.ir.beside import beside, may_have_keys_beside
from redisspec.ir.keypattern import KeyPattern, Literal
from redisspec.ir.slot import key_slot
from redisspec.runtime.beside import key_beside
from tests.server.servers import Cluster


def owners(longest: int) -> list[str]:
    letters = ("".join(each) for n in range(1, longest + 1) for each in product("ab{}:", repeat=n))
    texts = (f"n:{each}" for each in letters)
    return [text for text in texts if may_have_keys_beside(KeyPattern((Literal(text),)))]


def test_every_short_key() -> None:
    found = owners(7)
    assert len(found) > 20_000
    for owner in found:
        assert key_slot(key_beside("n:", owner, "x")) == key_slot(owner), owner


def test_the_pattern_and_the_key_are_one_text() -> None:
    for owner in owners(4):
        pattern = beside(KeyPattern((Literal(owner),)), "n", "x")
        assert pattern.render({}) == key_beside("n:", owner, "x")


def test_the_server_agrees(cluster: Cluster) -> None:
    client = cluster.primaries()[0].client(protocol=2)
    pipeline = client.pipeline(transaction=False)
    found = owners(5)
    for owner in found:
        pipeline.execute_command("CLUSTER KEYSLOT", owner)
        pipeline.execute_command("CLUSTER KEYSLOT", key_beside("n:", owner, "x"))
    slots = pipeline.execute()
    client.close()
    assert slots[::2] == slots[1::2]


def test_what_is_refused_would_lie_elsewhere() -> None:
    """The control: a `}` without a tag does end the added key's too soon."""
    assert not may_have_keys_beside(KeyPattern((Literal("n:a}b"),)))
    assert key_slot("n:{n:a}b}:x") != key_slot("n:a}b")
