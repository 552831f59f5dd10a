"""What is in the server, read with a plain client: each key, what it holds and how long it lives."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis

from kit.checklist import Checklist

SLACK_MS = 60_000
"""How much of a TTL may have passed since it was set."""

UNITS = (("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))


COUNTED = {
    "counter": ("GET", ""),
    "string": ("STRLEN", "bytes"),
    "hash": ("HLEN", "fields"),
    "list": ("LLEN", "items"),
    "set": ("SCARD", "members"),
    "sorted_set": ("ZCARD", "members"),
    "stream": ("XLEN", "entries"),
    "hyperloglog": ("PFCOUNT", "counted"),
}
"""How much each structure holds is asked by this command, and counted in this unit."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One key: its row of `redisspec keys` (None where no keyspace declares it), what it holds,
    and the milliseconds it has left (-1: it never expires)."""

    key: str
    row: Mapping[str, Any] | None
    holds: str
    left_ms: int


def read(client: Redis, namespace: str, rows: Sequence[Mapping[str, Any]]) -> list[Stored]:
    """Every key below the namespace, in order."""
    return sorted(_read(client, namespace, rows), key=lambda stored: stored.key)


def _read(client: Redis, namespace: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Stored]:
    found = set(client.scan_iter(match=f"{namespace}:*", count=1000))
    keys = [raw.decode() for raw in found]
    declared = [_declared(key.removeprefix(f"{namespace}:"), rows) for key in keys]
    # All in one round trip.
    pipe = client.pipeline(transaction=False)
    for key, row in zip(keys, declared, strict=True):
        command, _ = COUNTED.get(row["structure"] if row else "", ("EXISTS", ""))
        pipe.execute_command(command, key)
        # redisspec: ignore[pipeline-unchunked] a demo has some dozen keys
        pipe.execute_command("PTTL", key)
    replies = pipe.execute()
    counts, left = replies[::2], replies[1::2]
    for key, row, count, left_ms in zip(keys, declared, counts, left, strict=True):
        yield Stored(key, row, _holds(row["structure"] if row else "", count), int(left_ms))


def _declared(key: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    for row in rows:
        _, _, glob = row["glob"].partition(":")  # whatever the namespace
        pattern = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(pattern, key):
            return row
    return None


def _holds(structure: str, count: Any) -> str:
    if structure not in COUNTED:
        return "?"
    if structure == "counter":
        return f"counter at {int(count)}"
    return f"{structure.replace('_', ' ')}, {count} {COUNTED[structure][1]}"


def table(stored: Sequence[Stored]) -> str:
    """The keys in aligned columns."""
    lines = [("KEY", "HOLDS", "LEFT", "OF")]
    for one in stored:
        whole = one.row["ttl_ms"] if one.row else None
        left = "never expires" if one.left_ms < 0 else duration(one.left_ms)
        lines.append((one.key, one.holds, left, "" if whole is None else duration(whole)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def duration(ms: int) -> str:
    """Its two greatest units: `29d 3h`; `5w` where it is nothing but weeks."""
    if ms % UNITS[0][1] == 0 and ms > UNITS[0][1]:
        return f"{ms // UNITS[0][1]}w"
    parts = []
    for unit, size in UNITS[1:]:
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count}{unit}")
        if parts and len(parts) == 2:
            break
    return " ".join(parts) or "0s"


def check(stored: Sequence[Stored], checks: Checklist) -> None:
    """Hold every key against its declaration."""
    checks.expect("every key is declared", [one.key for one in stored if one.row is None], [])
    wrong = [one.key for one in stored if one.row and not _lives_as_declared(one)]
    checks.expect("every key has the TTL that the spec gives it", wrong, [])


def _lives_as_declared(one: Stored) -> bool:
    row = one.row or {}
    whole = row.get("ttl_ms")
    if whole is None:
        return one.left_ms == -1 and bool(row.get("never_expires"))
    least = whole * (1 - row["jitter"]) - SLACK_MS
    return bool(least <= one.left_ms <= whole)
