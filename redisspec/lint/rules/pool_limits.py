"""A connection pool has no bound.

## What it does
Finds, in Python, `ConnectionPool` without `max_connections`.

## Why is this bad
Without a bound a pool opens a connection for each call that waits at the same time. A slow moment of the server becomes
thousands of connections to it, which makes it slower: `maxclients` is 10,000, and all services share it.

## Example
```python
import redis

pool = redis.ConnectionPool(host="cache.internal", socket_timeout=2)
```

## Use instead
```python
import redis

pool = redis.BlockingConnectionPool(
    host="cache.internal", socket_timeout=2, max_connections=50, timeout=1
)
```
`BlockingConnectionPool` lets callers wait for a connection, for `timeout` seconds; `ConnectionPool` refuses at once.

## Fix safety
There is no fix: how many connections a process needs is yours to say.

## References
- [redis-py: connection pools](https://redis.readthedocs.io/en/stable/connections.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a pool without a bound."""
    for client in context.module.clients:
        name = client.name.rpartition(".")[2]
        plain = name == "ConnectionPool" or client.name.endswith(".ConnectionPool.from_url")
        if (
            client.kind != "pool"
            or not plain
            or client.open
            or "max_connections" in client.settings
        ):
            continue
        if any("max_connections" in value.text for value in client.positional):
            continue
        yield RULE.found(
            client.span,
            "the pool has no `max_connections`: a slow moment of the server becomes a connection for each call "
            "that waits",
            "bound it, or use `BlockingConnectionPool(max_connections=…, timeout=…)`",
        )


RULE = Rule(
    "RS604",
    "pool-limits",
    "info",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
)
