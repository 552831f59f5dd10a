"""A process that takes from rate limits as fast as it can, its own clock off, and notes when it was admitted."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections import Counter
from typing import Any

import redis

LIMITS = ("gcra", "fixed", "sliding", "log")
Admitted = tuple[str, int, int]
"""The limit, and the server's time in microseconds before and after the call."""


def hammer(
    folder: str, name: str, port: int, namespace: str, seconds: float, clock_off: int
) -> tuple[list[Admitted], list[tuple[int, int]]]:
    """What was admitted by the limits, and when leases were surely held."""
    sys.path.insert(0, folder)
    right = time.time_ns
    time.time_ns = lambda: right() + clock_off * 1_000_000_000
    package = importlib.import_module(name)
    client = redis.Redis(port=port)
    live = package.Live(client, namespace=namespace)

    def now() -> int:
        found: Any = client.time()
        return found[0] * 1_000_000 + found[1]

    admitted: list[Admitted] = []
    held: list[tuple[int, int]] = []
    began = time.monotonic()

    def hammering() -> bool:
        """For its seconds, and longer where a machine has stood still meanwhile."""
        took = time.monotonic() - began
        counts = Counter(limit for limit, _, _ in admitted)
        enough = len(held) > 3 and all(counts[limit] >= 20 for limit in LIMITS)
        return took < seconds or (took < seconds + 20 and not enough)

    while hammering():
        for limit in LIMITS:
            before = now()
            if getattr(live, limit).take(1):
                admitted.append((limit, before, now()))
        decision = live.jobs.take(1)
        if decision:
            since = now()
            time.sleep(0.002)
            until = now()
            if live.jobs.extend(1, lease=decision.lease):
                held.append((since, until))
            live.jobs.release(1, lease=decision.lease)
    return admitted, held


if __name__ == "__main__":
    folder, name, port, namespace, seconds, clock_off = sys.argv[1:]
    done = hammer(folder, name, int(port), namespace, float(seconds), int(clock_off))
    json.dump(done, sys.stdout)
