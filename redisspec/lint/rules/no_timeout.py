"""A client is built without `socket_timeout`.

## What it does
Finds, in Python for redis-py before 8 (`--target-redis-py`), clients, pools and Sentinels without `socket_timeout`.
From redis-py 8 on the default is 5 seconds.

## Why is this bad
A server that hangs, a network that drops packets, a failover that takes the machine away: without a timeout the call
waits for as long as the kernel does, which may be hours. Every worker ends in it, one after the other, and the service
stands still for a cache.

## Example
With `--target-redis-py 5`:
```python
import redis

client = redis.Redis(host="cache.internal")
```

## Use instead
```python
import redis

client = redis.Redis(host="cache.internal", socket_timeout=5, socket_connect_timeout=5)
```

## Fix safety
The fix adds `socket_timeout=5`. It is unsafe: a call that blocks for longer than that (`BLPOP`, `XREAD`, a slow script)
fails then, and needs a client of its own.

## References
- [redis-py: connections](https://redis.readthedocs.io/en/stable/connections.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix
from redisspec.lint.pyedits import added_argument
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE
from redisspec.readers.values import parts_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyClient


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a client that waits for ever."""
    for client in context.module.clients:
        if client.kind not in ("client", "cluster", "pool", "sentinel") or not _is_plain(client):
            continue
        given = client.settings.get("socket_timeout")
        if given is not None:
            yield from _given_none(context, client, given)
            continue
        if context.redis_py >= (8, 0) or _has_timeout(client):
            continue
        fix = None
        if not client.open and isinstance(client.node.func, ast.Attribute | ast.Name):
            added = added_argument(context.module, client.node, "socket_timeout=5")
            fix = Fix("Give it a timeout of 5 seconds", (added,))
        yield RULE.found(
            client.span,
            f"`{client.name.rpartition('.')[2]}` is built without `socket_timeout`: where the server or the "
            "network hangs, each call waits for ever",
            "give it `socket_timeout=5`, and `socket_connect_timeout` too",
            fix=fix,
        )


def _given_none(context: PyContext, client: PyClient, given: Value) -> Iterator[Diagnostic]:
    """One finding a timeout that is none, or that the caller may leave out."""
    name = client.name.rpartition(".")[2]
    if given == NONE:
        yield RULE.found(
            client.span,
            f"`{name}` is given no timeout: where the server or the network hangs, each call waits for ever",
            "write `socket_timeout=5`",
        )
    elif any(
        procedure.name == client.function and procedure.defaults.get(given.text) == NONE
        for procedure in context.procedures
    ):
        yield RULE.found(
            client.span,
            f"`{given.text}` of `{client.function}` is None by default: who leaves it out has a `{name}` that waits for ever",
            f"give `{given.text}` a default, or none at all",
            severity="info",
        )


def _is_plain(client: PyClient) -> bool:
    """Whether it makes connections, and all of its settings that matter are known."""
    if not {"connection_pool", "pool", "from_pool"}.isdisjoint(client.settings):
        return False
    if client.open and client.kind == "client":
        # `Redis(**options)`: who knows what they say; a pool of them alone is told of.
        return False
    return client.name.startswith(_LIBRARIES)


_LIBRARIES = ("redis.", "valkey.", "aioredis.", "rediscluster.")


def _has_timeout(client: PyClient) -> bool:
    """Whether a URL or a value by place says a timeout, or a pool is given by place."""
    url = [value for name, value in client.settings.items() if name == "url"]
    return any(
        "socket_timeout" in leaf.text or (leaf.provenance == "parameter" and leaf.text == "pool")
        for value in (*client.positional, *url)
        for leaf in parts_of(value)
    )


RULE = Rule(
    "RS601",
    "no-timeout",
    "warning",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
