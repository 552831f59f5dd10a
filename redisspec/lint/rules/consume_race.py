"""A value is read and then deleted, as if only one caller could have it.

## What it does
Finds, in Python, a read that hands its value out, and a later command that takes the value away: `GET` then `DEL`,
`HGET` then `HDEL`, `ZRANGE` then `ZREM`, `SRANDMEMBER` then `SREM`. What is written to another key in between is handed
out as well: it is moved by hand.

## Why is this bad
Two callers that read before either deletes both have the value: a one-time token is used twice, two workers run one
job. And a crash in between leaves a value that was used already.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def redeem(token):
    user = client.get(f"invite:{token}")
    client.delete(f"invite:{token}")
    return user
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def redeem(token):
    return client.getdel(f"invite:{token}")
```
`GETDEL` is there from Redis 6.2 on, `HGETDEL` from 8.0 on; `ZPOPMIN`, `SPOP` and `LPOP` take a member and say which.

## Fix safety
The fix puts `GETDEL` in the place of a `GET` with its `DEL` directly behind it. It is safe where the server is 6.2 or
later, and is not offered for an older one.

## References
- [Redis: GETDEL](https://redis.io/docs/latest/commands/getdel/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import directly_behind, other_method, without_statement
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext


_INSTEAD = {
    "GET": "`GETDEL` reads and deletes in one step (Redis 6.2)",
    "HGET": "`HGETDEL` (Redis 8) or a script reads and deletes in one step",
    "HVALS": "let the deletion decide: only the caller whose `HDEL` answers 1 has the value",
    "ZRANGE": "`ZPOPMIN` takes the first and says which it was",
    "ZREVRANGE": "`ZPOPMAX` takes the last and says which it was",
    "SRANDMEMBER": "`SPOP` takes a member and says which it was",
    "LINDEX": "`LPOP` or `LMOVE` takes an item and says which it was",
}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a value that two callers may both take."""
    for pair in pairs(context.module, "RS303"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads {called(pair.key)}, and `{pair.second.command}` takes it away "
            "later: two callers at once both have it",
            _INSTEAD.get(
                pair.first.command or "",
                "let the deletion decide: only the caller whose command removed it has it",
            ),
            related=(Related(pair.second_span, "it is taken away here"),),
            fix=_fix(context, pair),
        )


def _fix(context: PyContext, pair: Pair) -> Fix | None:
    module, read, delete = context.module, pair.first, pair.second
    if read.sites or delete.sites or read.method != "get" or not delete.dropped:
        return None
    if context.redis is not None and context.redis < (6, 2):
        return None
    if len(delete.node.args) != 1 or delete.node.keywords or read.guards != delete.guards:
        return None
    behind = directly_behind(module, read.node, delete.node)
    if behind is None:
        return None
    renamed = other_method(module, read.node, "getdel")
    removed = without_statement(module, behind)
    if renamed is None or removed is None:
        return None
    return Fix("Read and delete with GETDEL", (renamed, removed), safe=True)


RULE = Rule(
    "RS303",
    "consume-race",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
