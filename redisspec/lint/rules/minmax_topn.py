"""A score is read and compared before it is written.

## What it does
Finds, in Python, `ZSCORE` or `ZRANGE` whose reply is compared with a number to decide whether `ZADD` or `ZREM` runs on
the same sorted set: a highest score, a latest time, the best ten.

## Why is this bad
Two callers read the same score, both find theirs better, and the worse one is written last. For a "top ten" two
members make room at once, and the set has one too few or one too many.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def record(player, points):
    best = client.zscore("board:all", player)
    if best is None or points > best:
        client.zadd("board:all", {player: points})
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def record(player, points):
    client.zadd("board:all", {player: points}, gt=True, ch=True)
```
`GT` and `LT` (Redis 6.2) keep the higher or the lower of both. For the best ten, add first and cut then, in one
transaction: `ZADD`, and `ZREMRANGEBYRANK key 0 -11`.

## Fix safety
There is no fix: what the comparison means is yours to say.

## References
- [Redis: ZADD](https://redis.io/docs/latest/commands/zadd/)
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
    """One finding a comparison that ZADD could make itself."""
    for pair in pairs(context.module, "RS310"):
        kept = "`ZADD … GT` or `LT` compares at the server"
        if pair.second.command == "ZREM":
            kept = "add first and cut then, in one transaction: `ZADD`, and `ZREMRANGEBYRANK`"
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads {called(pair.key)}, and a comparison decides about "
            f"`{pair.second.command}`: of two callers at once, the worse may win",
            kept,
            related=(Related(pair.second_span, "it is written here"),),
        )


RULE = Rule(
    "RS310",
    "minmax-topn",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
