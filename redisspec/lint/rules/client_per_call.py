"""A client is built each time that a function runs.

## What it does
Finds, in Python, functions that build a client or a pool, use it themselves, and keep it nowhere: no cache, no
attribute, no global.

## Why is this bad
Each client has a pool of its own: every call opens a connection, says hello, maybe agrees on TLS, and leaves it to be
collected. Under load the server reaches `maxclients`, and the machine runs out of ports.

## Example
```python
import redis


def visits(page):
    client = redis.Redis(socket_timeout=2)
    return client.incr(f"visits:{page}")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def visits(page):
    return client.incr(f"visits:{page}")
```

## Fix safety
There is no fix: where a client is kept is part of the program's structure.

## References
- [redis-py: connections](https://redis.readthedocs.io/en/stable/connections.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule
from redisspec.readers.values import parts_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyClient, PyProcedure


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a client that lives for one call."""
    for client in context.module.clients:
        if client.kind not in ("client", "cluster", "pool") or not client.per_call or client.sites:
            continue
        if "connection_pool" in client.settings or not client.name.startswith(
            ("redis.", "valkey.", "aioredis.")
        ):
            continue
        procedure = next((one for one in context.procedures if one.name == client.function), None)
        if procedure is None or not _uses(procedure, client):
            continue
        yield RULE.found(
            client.span,
            f"`{client.name.rpartition('.')[2]}` is built each time that `{procedure.name}` runs: a new pool, and a "
            "new connection, for each call",
            "build it once: at the top of the module, in an object, or behind `functools.cache`",
        )


def _uses(procedure: PyProcedure, client: PyClient) -> bool:
    """Whether the function sends commands by it and hands it to nobody."""
    made = f"call:{client.name}"
    # What a command answered says by which client it was sent.
    handed = (part for one in procedure.returns for part in parts_of(one.value, into_replies=False))
    if any(part.text == made for part in handed):
        return False
    return any(
        call.command is not None and not call.sites and call.receiver.where.text == made
        for call in procedure.calls
    )


RULE = Rule(
    "RS603",
    "client-per-call",
    "warning",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
)
