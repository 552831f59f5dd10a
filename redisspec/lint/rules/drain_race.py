"""A whole collection is read and then deleted.

## What it does
Finds, in Python, `LRANGE`, `SMEMBERS`, `HGETALL` or `ZRANGE` whose reply is used, and a later `DEL` or `LTRIM` of the
same key, outside of a transaction.

## Why is this bad
What another caller adds between the two is deleted unread. Nobody notices: there is no error, and one item in some
thousands is missing.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    events = client.lrange(f"events:{user}", 0, -1)
    client.delete(f"events:{user}")
    return events
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    with client.pipeline(transaction=True) as pipe:
        pipe.lrange(f"events:{user}", 0, -1)
        pipe.delete(f"events:{user}")
        events, _ = pipe.execute()
    return events
```
Where the work may fail, `RENAME` the key first, or take the items with `LPOP key count`, so that they are not lost.

## Fix safety
There is no fix: whether items may be lost when the work fails is your decision.

## References
- [Redis: transactions](https://redis.io/docs/latest/develop/using-commands/transactions/)
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
    """One finding a collection that is read and then deleted."""
    for pair in pairs(context.module, "RS304"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads all of {called(pair.key)}, and `{pair.second.command}` deletes it "
            "later: what is added in between is deleted unread",
            "send both in one transaction, or RENAME the key first and read it then",
            related=(Related(pair.second_span, "it is deleted here"),),
        )


RULE = Rule(
    "RS304",
    "drain-race",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
