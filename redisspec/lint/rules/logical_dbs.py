"""More than one logical database is used.

## What it does
Finds, in Python, files that build clients for different `db` numbers.

## Why is this bad
Databases of one server share its memory, its thread, its `maxmemory-policy` and `FLUSHALL`: they look apart and are not.
A cluster has only database 0, so that they stand in the way of growing.

## Example
```python
import redis

cache = redis.Redis(db=0, socket_timeout=2)
queue = redis.Redis(db=1, socket_timeout=2)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def cached(key):
    return client.get(f"cache:{key}")


def queued(job):
    return client.get(f"queue:{job}")
```
A prefix for each use, in one database; or servers of their own where they need other settings.

## Fix safety
There is no fix: keys have to move.

## References
- [Redis: SELECT](https://redis.io/docs/latest/commands/select/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyClient


_IN_URL = re.compile(r"^(?:redis|rediss|valkey|valkeys)://[^/?]*/(\d+)(?:\?|$)")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding the first client of a second database."""
    first: str | None = None
    for client in context.module.clients:
        number = _database(client)
        if number is None:
            continue
        if first is None:
            first = number
        elif number != first:
            yield RULE.found(
                client.span,
                f"databases {first} and {number} share memory, thread and eviction, and a cluster has only 0",
                "use one database and a prefix for each use, or servers of their own",
            )
            return


def _database(client: PyClient) -> str | None:
    given = client.settings.get("db")
    if given is not None:
        return given.text if given.provenance == "constant" and given.text.isdigit() else None
    for url in client.positional:
        match = _IN_URL.match(url.text) if url.provenance == "constant" else None
        if match is not None:
            return match[1]
    return None


RULE = Rule(
    "RS608",
    "logical-dbs",
    "info",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
)
