"""A count is read, compared with a limit, and then raised.

## What it does
Finds, in Python, a read (`GET`, `LLEN`, `ZCARD`, `SCARD` …) whose reply is compared by size to decide whether the same
key is counted up or added to; and a count that is taken back after it was found too high.

## Why is this bad
Ten callers at once all read 99 of 100, and all go through: the limit holds as long as nobody needs it. Taking a count
back is no better: in between, others are refused for a call that never happened, and a crash leaves the count too high.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def allowed(user):
    if int(client.get(f"calls:{user}") or 0) >= 100:
        return False
    client.incr(f"calls:{user}")
    return True
```

## Use instead
Count first and compare what the command answered, in one step with its TTL; or declare it and let the generated
script do it (`rate_limits:` in a spec):
```python
import redis

client = redis.Redis(socket_timeout=2)


def allowed(user, minute):
    with client.pipeline(transaction=True) as pipe:
        pipe.incr(f"calls:{user}:{minute}")
        pipe.expire(f"calls:{user}:{minute}", 120)
        count, _ = pipe.execute()
    return count <= 100
```

## Fix safety
There is no fix: which bound you want at the edge of a window is your decision.

## References
- [Redis: INCR, pattern: rate limiter](https://redis.io/docs/latest/commands/incr/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyfacts import called, is_write
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a limit that is compared outside of the step that counts."""
    for pair in pairs(context.module, "RS408"):
        if is_write(pair.first):
            yield RULE.found(
                pair.second_span,
                f"{called(pair.key)} is counted, found too high, and counted back in another step: meanwhile "
                "others are refused, and a crash leaves it too high",
                "compare and count in one script, or declare a limit: `rate_limits:` in a spec",
                related=(Related(pair.first_span, "it is counted here"),),
            )
            continue
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads {called(pair.key)}, a comparison follows, and then "
            f"`{pair.second.command}`: callers at once all see the old count, and all go through",
            "compare what the command that counts answers, or do both in one script",
            related=(Related(pair.second_span, "it is counted here"),),
        )


RULE = Rule(
    "RS408",
    "limiter-not-atomic",
    "error",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
)
