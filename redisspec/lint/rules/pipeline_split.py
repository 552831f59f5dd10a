"""What one transaction read decides what the next one writes.

## What it does
Finds, in Python, a reply of an executed pipeline that decides whether, or what, a later step writes to the same key.

## Why is this bad
Each of the two is atomic, and what lies between them is not: the key may be another when the second runs. It reads like
one transaction, and is a check and an action with a gap.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def close(account):
    with client.pipeline(transaction=True) as pipe:
        pipe.hget(f"account:{account}", "state")
        pipe.hget(f"account:{account}", "owner")
        state, owner = pipe.execute()
        if state == b"open":
            pipe.hset(f"account:{account}", "state", "closed")
            pipe.execute()
    return owner
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def close(account):
    with client.pipeline(transaction=True) as pipe:
        while True:
            try:
                pipe.watch(f"account:{account}")
                if pipe.hget(f"account:{account}", "state") != b"open":
                    return False
                pipe.multi()
                pipe.hset(f"account:{account}", "state", "closed")
                pipe.execute()
                return True
            except redis.WatchError:
                continue
```
A script or an operation in a spec does it in one round trip.

## Fix safety
There is no fix: what is to happen when the key changes in between is yours to say.

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
    """One finding a decision between two transactions."""
    for pair in pairs(context.module, "RS307"):
        yield RULE.found(
            pair.first_span,
            f"what `{pair.first.command}` read of {called(pair.key)} in one pipeline decides about "
            f"`{pair.second.command}` in another step: the key may be another by then",
            "decide in a script, or between WATCH and MULTI",
            related=(Related(pair.second_span, "it is written here"),),
        )


RULE = Rule(
    "RS307",
    "pipeline-split",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
