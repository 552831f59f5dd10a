"""A counter is changed, its reply thrown away, and the counter read again.

## What it does
Finds, in Python, `INCR`, `HINCRBY`, `ZINCRBY` and the like whose reply nobody takes, and a later read of the same
counter.

## Why is this bad
What is read may be another caller's count: two callers both see 2, and nobody sees 1. Ids come twice, limits let too
many through. It is also a round trip more than needed: the command answers the new value.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    client.incr("order:id")
    return int(client.get("order:id"))
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    return client.incr("order:id")
```

## Fix safety
There is no fix yet: the reply is a number, and what is read may be text.

## References
- [Redis: INCR](https://redis.io/docs/latest/commands/incr/)
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
    """One finding a counter whose reply is thrown away."""
    for pair in pairs(context.module, "RS311"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` answers the new value of {called(pair.key)}, which is thrown away; "
            f"`{pair.second.command}` may read another caller's",
            f"use what `{pair.first.method}` returns",
            related=(Related(pair.second_span, "it is read here"),),
        )


RULE = Rule(
    "RS311",
    "incr-then-read",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
