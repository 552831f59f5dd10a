"""A process that takes a lock over and over and writes to what it protects: tests freeze and kill it."""

import contextlib
import random
import sqlite3
import sys
import threading
import time
from pathlib import Path

from redisspec.runtime.leases import LockLost
from tests.clocks import disturb
from tests.patterns.locks.kit import sync_lock


def write(path: Path, fence: int, checked: bool) -> bool:
    """Write to the resource, which (if it checks) refuses a lower fence than it has seen."""
    with sqlite3.connect(path, timeout=30, isolation_level=None) as base:
        base.execute("BEGIN IMMEDIATE")
        (seen,) = base.execute("SELECT max(fence) FROM writes").fetchone()
        stale = seen is not None and fence < seen
        if not (checked and stale):
            base.execute("INSERT INTO writes (fence, stale) VALUES (?, ?)", (fence, stale))
        base.execute("COMMIT")
    return not stale


def resource(path: Path) -> Path:
    """A new resource."""
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE writes (id INTEGER PRIMARY KEY, fence INTEGER, stale INTEGER)")
    return path


def work(url: str, namespace: str, path: Path, checked: bool) -> None:
    """Hold, think, write, release, until killed."""
    lock = sync_lock(url, namespace, ttl_ms=60, wait_ms=5_000)
    while True:
        held = lock.acquire(f"{namespace}:a", None, None, None)
        if held is not None:
            time.sleep(random.uniform(0, 0.02))
            write(path, held.fence, checked)
            held.release()


def churn(url: str, namespace: str) -> None:
    """Every call of every kind of lock, with others that wait for it, until killed."""
    for kind in ("mutex", "semaphore", "reader", "writer") * 2:
        threading.Thread(target=churn_one, args=(url, namespace, kind)).start()
    print("started", flush=True)


def churn_one(url: str, namespace: str, kind: str) -> None:
    """Take one and give it back, for ever."""
    lock = sync_lock(url, namespace, kind, ttl_ms=400, wait_ms=300, permits=1, renews=True)
    key = f"{namespace}:{'room' if kind in ('reader', 'writer') else kind}"
    while True:
        held = lock.acquire(key, random.choice([0.2, 0.4]), None, None)
        if held is not None:
            if random.random() < 0.5 and not held.lost:
                with contextlib.suppress(LockLost):
                    held.extend()
            time.sleep(random.uniform(0, 0.002))
            held.release()


if __name__ == "__main__":
    job, url, namespace, *rest = sys.argv[1:]
    disturb()
    if job == "work":
        work(url, namespace, Path(rest[0]), rest[1] == "checked")
    else:
        churn(url, namespace)
