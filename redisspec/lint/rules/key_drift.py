"""A key is read under another name than it is written.

## What it does
Finds, in Python, keys that are only read (or only deleted) and that nothing in the project writes, where a key of
nearly the same text is written, and nobody reads (or deletes) that: one letter more, less or another, another separator,
or the braces of a hash tag that are missing. With a spec above the file: keys that are nearly those of a declaration.

## Why is this bad
Redis has no table that could be missing: the read finds nothing, every time, and looks like a cache that is empty or a
user who has no cart. A delete that misses leaves the old value to be served until it expires, if it does.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, name):
    client.set(f"user:{user}:name", name, ex=3_600)


def name_of(user):
    return client.get(f"users:{user}:name")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def name_key(user):
    return f"user:{user}:name"


def remember(user, name):
    client.set(name_key(user), name, ex=3_600)


def name_of(user):
    return client.get(name_key(user))
```
Or declare the keyspace: the generated package has one place where its key is made.

## Fix safety
There is no fix: which of the two is meant is yours to say.

## References
- [Redis: keys](https://redis.io/docs/latest/develop/use/keyspace/)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.keypattern import Literal
from redisspec.lint.declared import judged, same_but_for_a_slip
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.rules.missing_ttl import named

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.across import KeyUse
    from redisspec.lint.keyindex import KeyIndex
    from redisspec.lint.pyfacts import PyContext

_HOLE = "\0"
_WRITES = ("writes", "creates", "grows")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a key and function that is nearly one of the spec's."""
    if context.spec is None:
        return
    for procedure in context.procedures:
        told = set()
        for call in own_calls(procedure):
            for key in call.keys:
                near = judged(context.spec, key.pattern).near
                if near is None or key.value in told:
                    continue
                told.add(key.value)
                yield RULE.found(
                    call.span,
                    f"{called(key)} is no declared key, and nearly one of `{near.name}` (`{near.pattern.text}`): what "
                    "is written under one name is not found under the other",
                    f"use `{near.name}` of the generated package, or write the key as it is declared",
                    related=(Related(near.span, f"`{near.name}` is declared here"),),
                )


def check_across(index: KeyIndex) -> Iterator[Diagnostic]:
    """One finding a place that reads or deletes what is written nowhere, but under nearly that name."""
    shapes: dict[str, list[KeyUse]] = defaultdict(list)
    for use in index:
        shape = _shape(use)
        if shape is not None:
            shapes[shape].append(use)
    written = {shape: uses for shape, uses in shapes.items() if any(map(_writes, uses))}
    for shape, uses in shapes.items():
        if shape in written or not _is_sure(shape):
            continue
        kind = "reads" if any("reads" in use.actions for use in uses) else "deletes"
        near = next(
            (
                other
                for other, theirs in written.items()
                if same_but_for_a_slip(shape, other)
                and not any(kind in use.actions and not _writes(use) for use in theirs)
            ),
            None,
        )
        if near is None:
            continue
        at = next(use for use in written[near] if _writes(use))
        for use in uses:
            if use.own and not use.declared:
                yield RULE.found(
                    use.span,
                    f"{named(use)} is written nowhere, and {named(at)} is, which nobody {kind}: "
                    + (
                        "this finds nothing, every time"
                        if kind == "reads"
                        else "what is meant stays where it is"
                    ),
                    "make the key in one place, and use it for both",
                    related=(Related(at.span, "it is written here"),),
                )


def _writes(use: KeyUse) -> bool:
    return not use.actions.isdisjoint(_WRITES) and "deletes" not in use.actions


def _shape(use: KeyUse) -> str | None:
    """The key's text with what varies left open; None where it begins with that."""
    parts = use.pattern.parts
    if not parts or not isinstance(parts[0], Literal):
        return None
    return "".join(part.text if isinstance(part, Literal) else _HOLE for part in parts)


def _is_sure(shape: str) -> bool:
    """Whether there is enough text in the key for a slip to be one."""
    return len(re.findall("[A-Za-z]", shape)) >= 4


RULE = Rule(
    "RS704",
    "key-drift",
    "error",
    "keys",
    "python",
    __doc__ or "",
    python=check_python,
    across=check_across,
)
