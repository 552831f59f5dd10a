"""A lock of this process alone keeps others from filling a shared cache twice.

## What it does
Finds, in Python, a `threading.Lock` or `asyncio.Lock` around a cache's read in Redis, the load, and the write of what
was missing.

## Why is this bad
The lock holds back the threads of one process. There are as many processes as workers and machines: when a busy key
expires, each of them loads the value at once, and the database gets the peak that the cache was there to spare it.

## Example
```python
import threading

import redis

client = redis.Redis(socket_timeout=2)
lock = threading.Lock()


def cached(name, load):
    with lock:
        found = client.get(f"page:{name}")
        if found is None:
            found = load(name)
            client.set(f"page:{name}", found, ex=60)
    return found
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def cached(name, load):
    with client.lock(f"load:{name}", timeout=10):
        found = client.get(f"page:{name}")
        if found is None:
            found = load(name)
            client.set(f"page:{name}", found, ex=60)
    return found
```
Or declare the cache (`caches:` in a spec): one load an entry, and the old value for those who come meanwhile.

## Fix safety
There is no fix: a lock in Redis needs a name and a time.

## References
- [Redis: distributed locks](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import called, decides, does, is_read, later, own_calls, share_key
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a cache that is filled under a lock of the process."""
    for procedure in context.procedures:
        for read in own_calls(procedure):
            if read.command not in ("GET", "HGET", "EXISTS", "HGETALL") or not _alone(read):
                continue
            for write in later(procedure, read):
                if not does(write, "expires", "creates") or is_read(write) or not _alone(write):
                    continue
                key = share_key(read, write)
                if key is not None and decides(read, write.guards):
                    yield RULE.found(
                        read.span,
                        f"{called(key)} is filled under a lock of this process: every other process loads the same "
                        "value at the same time",
                        "take a lock in Redis (`client.lock(…, timeout=…)`), or declare the cache in a spec",
                        related=(Related(write.span, "it is filled here"),),
                    )
                    break


def _alone(call: PyCall) -> bool:
    return "process" in call.held and "redis" not in call.held


RULE = Rule(
    "RS409",
    "in-process-stampede-lock",
    "info",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
)
