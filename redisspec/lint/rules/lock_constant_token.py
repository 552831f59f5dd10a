"""A lock says nothing about who holds it.

## What it does
Finds, in Python, `SETNX` and `SET … NX` on what is called a lock with a constant, the time or True as its value.

## Why is this bad
Nobody can tell whose lock it is. A holder that is late (its lock has expired, another has taken it) releases the
other's lock, because both look alike. The time is no better: two holders have it in the same millisecond, and nobody
compares it.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def acquire(name):
    return client.set(f"lock:{name}", "1", nx=True, ex=30)
```

## Use instead
```python
import secrets

import redis

client = redis.Redis(socket_timeout=2)


def acquire(name):
    token = secrets.token_hex(16)
    return token if client.set(f"lock:{name}", token, nx=True, ex=30) else None
```
Release it by a script that compares the token; `client.lock(…)` does both, and so does a lock that is declared in a
spec.

## Fix safety
Where one function takes the lock and releases it, the fix makes a token, takes the lock with it, and releases by a
script that compares it. It is unsafe in that a lock that is lost is no longer released. Elsewhere the token has to
reach the place that releases the lock, which is yours to arrange.

## References
- [Redis: distributed locks](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.lockwords import taken
from redisspec.lint.pyfacts import called
from redisspec.lint.pytokens import token_fix
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a lock whose value is nobody's."""
    for call, key in taken(context.module):
        value = call.argument("value")
        if value is None or not all(
            leaf.provenance in ("constant", "clock") for leaf in leaves(value)
        ):
            continue
        timed = any(leaf.provenance == "clock" for leaf in leaves(value))
        yield RULE.found(
            call.span,
            f"{called(key)} holds {'the time' if timed else 'a constant'}: nobody can tell whose lock it is, and a "
            "late holder releases another's",
            "hold a token of this holder alone (`secrets.token_hex(16)`), and compare it on release",
            fix=token_fix(context.module, call, key),
        )


RULE = Rule(
    "RS403",
    "lock-constant-token",
    "error",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
