"""A coroutine blocks on Redis, or never waits for it.

## What it does
Finds, in Python, commands of a synchronous client in a coroutine, and commands of an asynchronous client that nobody
awaits.

## Why is this bad
A synchronous call stops the event loop: every other request of the process waits for this one's reply, and for 5
seconds when the server hangs. A call that is not awaited is never sent: Python warns once, at some later time, and
the key is not written.

## Example
```python
import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)
awaited = redis.asyncio.Redis(socket_timeout=2)


async def visit(page):
    client.incr(f"visits:{page}")
    awaited.incr(f"visits:{page}:all")
```

## Use instead
```python
import redis.asyncio

awaited = redis.asyncio.Redis(socket_timeout=2)


async def visit(page):
    await awaited.incr(f"visits:{page}")
```

## Fix safety
The fix adds the missing `await`, in a coroutine. It is unsafe: what was never sent is sent then. A synchronous client
has none: it takes another client.

## References
- [redis-py: asyncio](https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call that blocks the loop, or is never sent."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.command is None or not call.receiver.certain or call.batch is not None:
                continue
            if call.receiver.kind not in ("client", "cluster"):
                continue
            if call.receiver.aio is False and call.in_async and not call.awaited:
                yield RULE.found(
                    call.span,
                    f"`{call.method}` of a synchronous client stops the event loop until the reply is there",
                    "use `redis.asyncio.Redis` and await it",
                )
            elif call.receiver.aio is True and call.dropped and not call.awaited:
                fix = None
                if call.in_async:
                    start = call.span._replace(end_line=call.span.line, end_column=call.span.column)
                    fix = Fix("Await it", (Edit(start, "await "),))
                yield RULE.found(
                    call.span,
                    f"`{call.method}` is not awaited: it is never sent",
                    "write `await` before it",
                    fix=fix,
                )


RULE = Rule(
    "RS607",
    "sync-in-async",
    "error",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
