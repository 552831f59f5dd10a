"""Several processes at once, some of them killed: `python -m tests.patterns.crowd '{"play": …}'`.

Each play forks its workers, and prints what was seen as lines of JSON: what a worker has written is
there even when it was killed the moment after. Their clocks are seconds off.
"""

import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from redisspec.runtime.idempotency_runs import InFlight, Recorded
from redisspec.runtime.session_ids import user_tag
from tests.clocks import disturb
from tests.patterns.stores import PatternDriver

ANNA = user_tag("1")


def tell(*words: Any) -> None:
    """One line, in one write: lines of several processes do not mix."""
    os.write(1, json.dumps(words).encode() + b"\n")


def forked(work: Callable[[], None]) -> int:
    """A process that works until it is done or killed."""
    pid = os.fork()
    if pid:
        return pid
    try:
        random.seed(os.getpid())
        disturb()
        work()
    except BaseException as error:  # told, and then the process ends without pytest's own exit
        tell("error", repr(error))
    finally:
        os._exit(0)


def join(pids: list[int]) -> None:
    for pid in pids:
        os.waitpid(pid, 0)


def lasting(began: float, seconds: float, enough: bool) -> bool:
    """Whether a play goes on: for its seconds, and longer where a machine has stood still."""
    took = time.monotonic() - began
    return took < seconds or (took < seconds + 20 and not enough)


def killed(work: Callable[[], None], workers: int, kills: int, most: float) -> None:
    """Workers of which one after another is killed at a random moment, and another begins."""
    pids = [forked(work) for _ in range(workers)]
    for _ in range(kills):
        time.sleep(random.random() * most)
        at = random.randrange(workers)
        os.kill(pids[at], signal.SIGKILL)
        os.waitpid(pids[at], 0)
        pids[at] = forked(work)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    join(pids)


def logins(url: str, base: str, most: int, seconds: float, changed: dict[str, str]) -> None:
    """Workers that open, use and end sessions of one user; the count is looked at meanwhile."""

    def work() -> None:
        store = PatternDriver.url("sync", url).sessions(base, 60_000, 60_000, most, changed)
        began, mine = time.monotonic(), []
        while lasting(began, seconds, len(mine) > 20):
            mine.append(store.create(ANNA, ["a", "1"]))
            tell("made", mine[-1].reveal())
            chosen = random.choice(mine[-4:])
            word = random.choice(["load", "rotate", "destroy", "load"])
            answer = getattr(store, word)(chosen)
            if word == "rotate" and answer is not None:
                mine.append(answer)
                tell("made", answer.reveal())

    def watch() -> None:
        store = PatternDriver.url("sync", url).sessions(base, 60_000, 60_000, most)
        began = time.monotonic()
        for looks in itertools.count():
            if not lasting(began, seconds, looks > 20):
                break
            tell("count", store.count(ANNA), len(store.sessions(ANNA)))

    join([*(forked(work) for _ in range(3)), forked(watch)])


def payments(
    url: str, base: str, keys: int, kills: int, lease: int, changed: dict[str, str]
) -> None:
    """Workers that run requests, some slower than their lease, some killed."""

    began = time.monotonic()

    def one(records: Any, number: int) -> None:
        key = f"{base}:{number}"
        tell("asking", os.getpid(), number, time.monotonic())
        try:
            begun = records.begin(key, "same")
        except InFlight:
            tell("flight", os.getpid(), number)
            return
        if isinstance(begun, Recorded):
            tell("result", number, begun.result)
            return
        tell("start", os.getpid(), number, begun.attempt, time.monotonic())
        time.sleep(random.choice([0, 0.005, 0.02, lease / 1000 * 1.3]))
        try:
            tell("result", number, begun.complete(f"{os.getpid()}.{begun.attempt}"))
        except InFlight:
            tell("late", number)

    def work() -> None:
        records = PatternDriver.url("sync", url).records(60_000, lease, changed)
        while True:
            # The keys' turns come one after another, so that there is always something to begin.
            turn = int((time.monotonic() - began) / 0.02) + random.randrange(6)
            one(records, turn % keys)

    def finish() -> None:
        records = PatternDriver.url("sync", url).records(60_000, lease, changed)
        for number in range(keys):
            while not isinstance(done := records.begin(f"{base}:{number}", "same"), Recorded):
                done.complete("finish")
            tell("result", number, done.result)

    killed(work, 6, kills, 0.02)
    time.sleep(lease / 1000 * 1.5)
    join([forked(finish)])


PLAYS: dict[str, Callable[..., None]] = {"logins": logins, "payments": payments}

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    PLAYS[given.pop("play")](**given)
