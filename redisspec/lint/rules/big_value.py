"""Values may be large: nothing bounds them, or the bound is high.

## What it does
Finds strings whose value can be of any size (`str`, `bytes`, `json`, lists, maps, records with such
fields, imported classes) and that have no `max_bytes`, and any keyspace whose `max_bytes` is over
100 KiB (a warning).

## Why is this bad
The server handles one command at a time. While it copies a value of 5 MB to the network, everybody
waits: the one product with a 5 MB description makes all other requests slow, and the slow log shows
nothing but an innocent `GET`.

## Example
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: json
    ttl: 1h
```

## Use instead
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: json
    max_bytes: 64KiB
    ttl: 1h
```
A value over the bound is refused before it is sent. Larger ones belong into an object store, with
their address in Redis.

## Fix safety
There is no fix: only you know how large values may be.

## References
- [Redis: latency](https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from redisspec.ir.types import (
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    Record,
    RecordRef,
    Scalar,
    ValueType,
)
from redisspec.lint.declarations import place
from redisspec.lint.rule import Rule
from redisspec.lint.wording import size

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program

LARGE = 100 * 1024
_UNBOUNDED_SCALARS = ("str", "bytes")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a keyspace whose values may be large."""
    for keyspace in program.keyspaces:
        most = keyspace.bound.max_bytes
        if most is not None:
            if most > LARGE:
                yield RULE.found(
                    place(keyspace, "max_bytes"),
                    f"a value of `{keyspace.name}` may have {size(most)}: while the server sends "
                    "one of that size, all its other clients wait",
                    "keep values under 100KiB: split them, or store the large part elsewhere",
                    severity="warning",
                )
        elif (
            keyspace.structure == "string"
            and keyspace.value is not None
            and _unbounded(keyspace.value, program.records, frozenset())
        ):
            yield RULE.found(
                place(keyspace, "value"),
                f"values of `{keyspace.name}` may be of any size: one of some megabytes makes all "
                "other clients of the server wait",
                "add `max_bytes: 64KiB`; what is larger is then refused before it is sent",
            )


def _unbounded(type_: ValueType, records: Mapping[str, Record], above: frozenset[str]) -> bool:
    """Whether a value of the type can be of any size; `above` are the records around it."""
    match type_:
        case Scalar(name):
            return name in _UNBOUNDED_SCALARS
        case Maybe(inner) | Json(inner):
            return inner is None or _unbounded(inner, records, above)
        case RecordRef(name):
            record = records.get(name)
            if record is None or name in above:
                return True
            return any(_unbounded(field.type, records, above | {name}) for field in record.fields)
        case _:
            return isinstance(type_, ListOf | MapOf | Imported)


RULE = Rule("RS205", "big-value", "info", "growth", "model", __doc__ or "", check)
