"""A JSON text is read, changed in part, and written back whole.

## What it does
Finds, in Python, a value that `json.loads` makes of a reply and that goes, changed or not, into a write of the same key.

## Why is this bad
Two callers that change different fields undo each other: the second writes the text that it read before the first one's
change. The whole text also travels twice for one field.

## Example
```python
import json

import redis

client = redis.Redis(socket_timeout=2)


def rename(user, name):
    profile = json.loads(client.get(f"profile:{user}"))
    profile["name"] = name
    client.set(f"profile:{user}", json.dumps(profile), ex=3_600)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def rename(user, name):
    client.hset(f"profile:{user}", "name", name)
```
A hash has fields that are written one by one; `JSON.SET` does so where the server has it. Else put both between `WATCH`
and `MULTI`.

## Fix safety
There is no fix: a hash in the place of a text concerns every reader.

## References
- [Redis: hashes](https://redis.io/docs/latest/develop/data-types/hashes/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a JSON text that is written back."""
    for pair in pairs(context.module, "RS710"):
        yield RULE.found(
            pair.first_span,
            f"the JSON in {called(pair.key)} is read, changed, and written back whole: of two callers at once, "
            "one undoes the other's change",
            "keep the fields in a hash (`HSET`), or put both between WATCH and MULTI",
            related=(Related(pair.second_span, "it is written back here"),),
        )


RULE = Rule(
    "RS710",
    "json-read-modify-write",
    "warning",
    "keys",
    "python",
    __doc__ or "",
    python=check_python,
)
