"""A collection may grow so large that touching it is felt.

## What it does
Finds collections whose `max_items` is over 1,000,000 (a bitmap: over 80,000,000 bits, which are
10 MB), and those over 100,000 that a procedure reads whole.

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
    key: online:<shard:enum(0 | 1 | 2 | 3 | 4 | 5 | 6 | 7)>
    structure: set
    member: int
    max_items: 625_000
    ttl: 1d
```
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

from redisspec.lint.declarations import is_collection, place
from redisspec.lint.effects import effects_of
from redisspec.lint.rule import Rule
from redisspec.lint.wording import number

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Effect
    from redisspec.ir.program import Program

MOST_ITEMS = 1_000_000
MOST_READ_WHOLE = 100_000
# 10 MB: BITCOUNT over it takes some milliseconds, and a first high offset allocates it at once.
MOST_BITS = 80_000_000

_WHOLE = frozenset(("HGETALL", "HKEYS", "HVALS", "SMEMBERS"))
_RANGES = frozenset(("LRANGE", "ZRANGE"))


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a collection whose bound is too high for what is done with it."""
    read_whole: dict[str, str] = {}
    for procedure in program.procedures:
        for effect in effects_of(procedure.flow):
            if effect.key is not None and _reads_whole(effect):
                read_whole.setdefault(effect.key.text, procedure.name)
    for keyspace in program.keyspaces:
        most = keyspace.bound.max_items
        if most is None or not is_collection(keyspace):
            continue
        bitmap = keyspace.structure == "bitmap"
        reader = read_whole.get(keyspace.pattern.text)
        if most > (MOST_BITS if bitmap else MOST_ITEMS):
            unit = "bits" if bitmap else "items"
            yield RULE.found(
                place(keyspace, "max_items"),
                f"one key of `{keyspace.name}` may hold {number(most)} {unit}: deleting or moving "
                "it stops the server for as long as that takes",
                "split it over several keys (a day, a shard, an owner), or lower `max_items`",
            )
        elif reader is not None and not bitmap and most > MOST_READ_WHOLE:
            yield RULE.found(
                place(keyspace, "max_items"),
                f"`{reader}` reads `{keyspace.name}` whole, and it may hold {number(most)} items: "
                "the server serves nobody else meanwhile",
                "read a range or scan it, or lower `max_items`",
            )


def _reads_whole(effect: Effect) -> bool:
    if effect.command in _WHOLE:
        return True
    ends = [value.text for value in effect.args if value.provenance == "constant"]
    return effect.command in _RANGES and ends[:2] == ["0", "-1"]


RULE = Rule("RS206", "big-collection", "warning", "growth", "model", __doc__ or "", check)
