"""A pipeline holds as many commands as there is data.

## What it does
Finds, in Python, a loop over many items that queues a command for each, with one `execute()` behind the loop.

## Why is this bad
The client keeps every command and every reply in memory, and the server every reply until the last one is read: a
million items are some hundred megabytes on both sides. In a transaction nobody else is served until all have run.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(tokens):
    pipe = client.pipeline(transaction=False)
    for user, token in tokens:
        pipe.set(f"token:{user}", token, ex=3_600)
    pipe.execute()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(tokens):
    pipe = client.pipeline(transaction=False)
    for number, (user, token) in enumerate(tokens, 1):
        pipe.set(f"token:{user}", token, ex=3_600)
        if number % 1_000 == 0:
            pipe.execute()
    pipe.execute()
```

## Fix safety
There is no fix: the replies come in pieces then.

## References
- [Redis: pipelining](https://redis.io/docs/latest/develop/using-commands/pipelining/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import loops_over_items, own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a loop that fills a pipeline."""
    for procedure in context.procedures:
        sent = {
            (call.batch.pipeline, id(loop))
            for call in procedure.calls
            if call.method == "execute" and call.batch is not None
            for loop in call.loops
        }
        seen: set[tuple[int, int]] = set()
        for call in own_calls(procedure):
            batch = call.batch
            if (
                batch is None
                or call.command is None
                or not batch.executed
                or not loops_over_items(call)
            ):
                continue
            places = {(batch.pipeline, id(loop)) for loop in call.loops}
            told = (batch.pipeline, id(call.loops[-1]))
            if places & sent or told in seen:
                continue
            seen.add(told)
            yield RULE.found(
                call.span,
                "the pipeline grows with what the loop walks: every command and every reply is held in memory "
                "until the last",
                "send it every some hundred commands",
            )


RULE = Rule(
    "RS216",
    "pipeline-unchunked",
    "info",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
)
