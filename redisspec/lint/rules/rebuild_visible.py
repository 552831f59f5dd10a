"""A collection is deleted and filled again while others read it.

## What it does
Finds, in Python, `DEL` of a key and a loop behind it that fills the same key, item by item, outside of a transaction.

## Why is this bad
Readers see an empty collection, then a part of it; and when the program dies half way, that part stays until the next
run. Two rebuilds at once mix their items.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    client.delete("board:top")
    for name, score in scores:
        client.zadd("board:top", {name: score})
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("board:top")
        pipe.zadd("board:top", dict(scores))
        pipe.execute()
```
Where it is big, fill a key of another name (in the same slot: `{board}:new`) and `RENAME` it over the old one.

## Fix safety
There is no fix: whether a transaction is small enough depends on the data.

## References
- [Redis: RENAME](https://redis.io/docs/latest/commands/rename/)
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
    """One finding a collection that is rebuilt in sight of its readers."""
    for pair in pairs(context.module, "RS313"):
        yield RULE.found(
            pair.first_span,
            f"{called(pair.key)} is deleted here and filled again item by item: readers meanwhile see a "
            "part of it, and a crash leaves that part",
            "send all of it in one transaction, or fill another key and RENAME it over this one",
            related=(Related(pair.second_span, "it is filled here"),),
        )


RULE = Rule(
    "RS313",
    "rebuild-visible",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
