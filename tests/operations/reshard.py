"""Moves slots of a cluster back and forth between its primaries, key by key, as redis-cli's reshard does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from tests.server.servers import HOST, Cluster, Server


@dataclass
class Moved:
    """How many slots and keys were moved."""

    slots: int = 0
    keys: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def moving(cluster: Cluster, slots: Sequence[int]) -> Iterator[Moved]:
    """Meanwhile the slots move; at the end each has an owner that all nodes know."""
    moved = Moved()
    stop = threading.Event()
    primaries = cluster.primaries()
    clients: dict[int, Any] = {node.port: node.client(decode_responses=True) for node in primaries}
    ids = {node.port: node.call("CLUSTER", "MYID") for node in primaries}

    def run(node: Server, *command: object) -> Any:
        return clients[node.port].execute_command(*command)

    def move(slot: int, source: Server, target: Server) -> None:
        run(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source.port])
        run(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target.port])
        # two keys at a time, and a pause: the longer a slot is in two places, the more calls meet it so
        while keys := run(source, "CLUSTER", "GETKEYSINSLOT", slot, 2):
            run(source, "MIGRATE", HOST, target.port, "", 0, 5000, "REPLACE", "KEYS", *keys)
            moved.keys += len(keys)
            time.sleep(0.001)
        for node in (target, source, *(one for one in primaries if one not in (target, source))):
            run(node, "CLUSTER", "SETSLOT", slot, "NODE", ids[target.port])
        moved.slots += 1

    def work() -> None:
        owners = {slot: _owner(primaries, ids, slot) for slot in slots}
        try:
            for slot in cycle(slots):
                if stop.is_set():
                    return
                source = owners[slot]
                target = primaries[(primaries.index(source) + 1) % len(primaries)]
                move(slot, source, target)
                owners[slot] = target
        except Exception as error:
            moved.errors.append(repr(error))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield moved
    finally:
        stop.set()
        thread.join()
        for client in clients.values():
            client.close()


def _owner(primaries: Sequence[Server], ids: dict[int, str], slot: int) -> Server:
    for node in primaries:
        for row in node.call("CLUSTER", "SLOTS"):
            if row[0] <= slot <= row[1]:
                return next(one for one in primaries if ids[one.port] == row[2][2])
    raise AssertionError(slot)
