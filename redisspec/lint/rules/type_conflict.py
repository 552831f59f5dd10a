"""Two keyspaces that can name one key store different things in it.

## What it does
Finds keyspaces of one server whose keys can be the same (RS703) and whose structures, values or fields
differ.

## Why is this bad
Whoever writes second either fails with `WRONGTYPE` or replaces the other's data with what the other
cannot decode. It depends on which came first, so that it fails on one server and not on the next.

## Example
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: user:<id:int>
    structure: counter
    ttl: 1d
```

## Use instead
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: visits:<user_id:int>
    structure: counter
    ttl: 1d
```

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: data types](https://redis.io/docs/latest/develop/data-types/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.declarations import place
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a keyspace that meets an earlier one and stores something else."""
    # The automata behind it cost more to import than all other rules together.
    from redisspec.ir.overlap import overlaps  # noqa: PLC0415 - see above

    by_server: dict[str, list[Keyspace]] = {}
    for keyspace in program.keyspaces:
        by_server.setdefault(keyspace.server, []).append(keyspace)
    for keyspaces in by_server.values():
        told: set[int] = set()
        for first, second, key in overlaps([keyspace.pattern for keyspace in keyspaces]):
            difference = _difference(keyspaces[first], keyspaces[second])
            if difference is None or second in told:
                continue
            told.add(second)
            earlier, later = keyspaces[first], keyspaces[second]
            yield RULE.found(
                place(later, "structure", "key"),
                f"`{key}` can be a key of `{earlier.name}` and of `{later.name}`: {difference}",
                "give one of them a key of its own",
                related=(
                    Related(place(earlier, "structure", "key"), f"`{earlier.name}` is stored here"),
                ),
            )


def _difference(one: Keyspace, other: Keyspace) -> str | None:
    if one.structure != other.structure:
        return (
            f"the first stores a {one.structure}, the second a {other.structure}, and whoever "
            "comes second fails with WRONGTYPE"
        )
    stored = [(f.stored, f.type) for f in one.fields], one.map_key, one.value
    expected = [(f.stored, f.type) for f in other.fields], other.map_key, other.value
    if stored != expected:
        return "each stores what the other cannot decode"
    return None


RULE = Rule("RS706", "type-conflict", "error", "keys", "model", __doc__ or "", check)
