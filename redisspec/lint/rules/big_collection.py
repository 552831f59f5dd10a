"""A collection may grow so large that touching it is felt.

## What it does
Finds collections whose `max_items` is over 1,000,000 (a bitmap, or what the size of a Bloom filter follows from: over
80,000,000 bits, which are 10 MB), sets and maps over 100,000, whose methods `members` and `get_all` read one key
whole, and rate limits whose `sliding_log` may keep more than 100,000 entries of a subject.

## Why is this bad
A key lives on one node and cannot be split. A collection of millions takes seconds to delete, to
migrate to another node and to load after a restart, and the server serves nobody meanwhile. One
`HGETALL` on it is a reply of a hundred megabytes.

## Example
```yaml
keyspaces:
  online:
    key: online
    structure: set
    member: int
    max_items: 5_000_000
    ttl: 1d
```

## Use instead
```yaml
keyspaces:
  online:
    key: online:<shard:int>
    structure: set
    member: int
    max_items: 100_000
    ttl: 1d
```
The shard may be the user's number modulo 64. Where a set must be larger and is only asked for some
members, or walked with `iterate`, suppress the finding and say so.
To count only, a `hyperloglog` takes 12 KB whatever it counts.

## Fix safety
There is no fix: how to split the data is a design question.

## References
- [Redis: UNLINK](https://redis.io/docs/latest/commands/unlink/)
- [Redis: latency](https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.bloom import sizing
from redisspec.lint.declarations import is_collection, is_map, place
from redisspec.lint.rule import Rule
from redisspec.lint.wording import number

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program

MOST_ITEMS = 1_000_000
MOST_READ_WHOLE = 100_000
# Some 10 MB, for every subject that comes so often.
MOST_LOGGED = 100_000
# 10 MB: BITCOUNT over it takes some milliseconds, and a first high offset allocates it at once.
MOST_BITS = 80_000_000


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a collection whose bound is too high for what is done with it."""
    for keyspace in program.keyspaces:
        most = keyspace.bound.max_items
        if most is not None and keyspace.error_rate is not None:
            yield from _filter(keyspace, most, keyspace.error_rate)
        if most is None or not is_collection(keyspace):
            continue
        bitmap = keyspace.structure == "bitmap"
        reader = _whole_reader(keyspace)
        if most > (MOST_BITS if bitmap else MOST_ITEMS):
            unit = "bits" if bitmap else "items"
            yield RULE.found(
                place(keyspace, "max_items"),
                f"one key of `{keyspace.name}` may hold {number(most)} {unit}: deleting or moving "
                "it stops the server for as long as that takes",
                "split it over several keys (a day, a shard, an owner), or lower `max_items`",
            )
        elif reader is not None and most > MOST_READ_WHOLE:
            method, command = reader
            yield RULE.found(
                place(keyspace, "max_items"),
                f"`{method}` of `{keyspace.name}` reads a key whole ({command}), and one may hold "
                f"{number(most)} items: the server serves nobody else meanwhile",
                f"lower `max_items` to {number(MOST_READ_WHOLE)} or split it over several keys; "
                "where `iterate` is all that reads it, suppress this and say so",
            )

    yield from _logs(program)


def _filter(keyspace: Keyspace, most: int, error_rate: float) -> Iterator[Diagnostic]:
    """The finding of a Bloom filter whose bits are so many: its first member allocates them all."""
    bits = sizing(most, error_rate).bits
    if bits > MOST_BITS:
        yield RULE.found(
            place(keyspace, "capacity"),
            f"one key of `{keyspace.name}` has {number(bits)} bits, {bits / 8_000_000:.0f} MB, from its first member "
            "on: making, deleting or moving it stops the server for as long as that takes",
            "split it over several keys (a day, a shard, an owner), lower the `capacity`, or bear a higher "
            "`error_rate`",
        )


def _logs(program: Program) -> Iterator[Diagnostic]:
    """One finding a rate limit that keeps an entry for each of very many calls of a subject."""
    for policy in program.policies:
        limits = policy.settings.get("limits")
        if policy.settings.get("algorithm") != "sliding_log" or not isinstance(limits, tuple):
            continue
        most = max((rate.amount for rate in limits), default=0)
        if most > MOST_LOGGED:
            yield RULE.found(
                place(policy, "limits"),
                f"each subject of `{policy.name}` may keep {number(most)} entries, one for each "
                "admitted call",
                "write `algorithm: sliding_window` or `gcra`, which keep two numbers a limit, or "
                f"lower the amount to {number(MOST_LOGGED)}",
            )


def _whole_reader(keyspace: Keyspace) -> tuple[str, str] | None:
    """The method that reads a key whole, and its command; of a bitmap that is only its bytes."""
    if keyspace.structure == "set":
        return "members", "SMEMBERS"
    return ("get_all", "HGETALL") if is_map(keyspace) else None


RULE = Rule("RS206", "big-collection", "warning", "growth", "model", __doc__ or "", check)
