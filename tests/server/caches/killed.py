"""Children that do everything that a cache can do, each killed at a random moment.

`python -m tests.server.caches.killed URL NAMESPACE KILLS`
"""

import os
import random
import signal
import sys
import time

from tests.server.caches.driver import Caches, Face, constant

NAMES = [str(n) for n in range(6)]
GIVEN = {"tag_ms": 130_000, "negative_ms": 5_000, "stale_ms": 1_000, "lease_ms": 300}


def step(cache: Face, name: str) -> None:
    """One thing, drawn."""
    value = {"n": random.random(), "tags": [f"t{name}"]}
    steps = (
        lambda: cache.get_or_load(name, constant(random.choice((value, None))), ("s",)),
        lambda: cache.get_many_or_load(NAMES, lambda names: dict.fromkeys(names, value)),
        lambda: cache.put(name, value, version=random.randrange(1, 9)),
        lambda: cache.put(name, value),
        lambda: cache.refresh(name, constant(value)),
        lambda: cache.invalidate(name),
        lambda: cache.invalidate_tag(f"t{name}"),
    )
    random.choice(steps)()


def work(url: str, namespace: str) -> None:
    """Until the end."""
    cache = Caches("sync", url).cache(namespace, **GIVEN)
    while True:
        step(cache, random.choice(NAMES))


def main() -> None:
    url, namespace, kills = sys.argv[1:]
    for _ in range(int(kills)):
        child = os.fork()
        if not child:
            work(url, namespace)
        time.sleep(random.uniform(0.02, 0.09))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, status


if __name__ == "__main__":
    main()
