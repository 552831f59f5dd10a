"""Values may be large: nothing bounds them, or the bound is high.

## What it does
Finds keyspaces whose values can be of any size and that have no `max_bytes`, once each, and any whose
`max_bytes` is over 100 KiB (a warning). Of any size are `bytes`, `json`, lists, maps, imported classes
and records with such fields, as a string's value, an item, a member or a field, and `str` as a string's
value or within a record. A plain `str` as an item, a member or a field is taken for a name, and is not
reported.

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
from redisspec.source.span import NOWHERE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.source.span import Span

LARGE = 100 * 1024
_UNBOUNDED_SCALARS = ("str", "bytes")
_WRITTEN = {
    "string": ("value", "values"),
    "hash": ("map", "values"),
    "list": ("item", "items"),
    "set": ("member", "members"),
    "sorted_set": ("member", "members"),
    "geo": ("member", "members"),
}
"""Where a structure's values are declared, and their name; a hyperloglog keeps none of them."""


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
            continue
        found = _of_any_size(keyspace, program.records)
        if found is not None:
            span, what = found
            yield RULE.found(
                span,
                f"{what} of `{keyspace.name}` may be of any size: one of some megabytes makes all "
                "other clients of the server wait",
                "add `max_bytes: 64KiB`; what is larger is then refused before it is sent",
            )


def _of_any_size(keyspace: Keyspace, records: Mapping[str, Record]) -> tuple[Span, str] | None:
    """Where the keyspace says that it holds something of any size, and what; None where it does not."""
    for field in keyspace.fields:
        if not _is_name(field.type) and _unbounded(field.type, records, frozenset()):
            span = place(keyspace, "fields") if field.span == NOWHERE else field.span
            return span, f"the field `{field.name}`"
    if keyspace.value is None or keyspace.structure not in _WRITTEN:
        return None
    if keyspace.structure != "string" and _is_name(keyspace.value):
        return None
    if not _unbounded(keyspace.value, records, frozenset()):
        return None
    setting, what = _WRITTEN[keyspace.structure]
    return place(keyspace, setting), what


def _is_name(type_: ValueType) -> bool:
    """Whether it is a plain `str`: the items and fields of one are names as a rule, and short."""
    inner = type_.inner if isinstance(type_, Maybe) else type_
    return inner == Scalar("str")


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
