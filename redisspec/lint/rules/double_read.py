"""A key is asked twice where one reply says it all.

## What it does
Finds, in Python, the same `GET` or `HGET` twice in one statement, and `EXISTS` (`HEXISTS`) that decides whether `GET`
(`HGET`) follows.

## Why is this bad
The key may expire or be deleted between the two: the first says that it is there, the second answers None, and
`None.decode()` or `int(None)` raises, once in some million calls. It is also twice the round trips.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    return client.get(f"name:{user}").decode() if client.get(f"name:{user}") else None
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    name = client.get(f"name:{user}")
    return None if name is None else name.decode()
```

## Fix safety
There is no fix: the reply needs a name, which is yours to give.

## References
- [Redis: GET](https://redis.io/docs/latest/commands/get/)
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
    """One finding a key that is asked twice."""
    for pair in pairs(context.module, "RS312"):
        if pair.first.command == pair.second.command:
            said = f"`{pair.first.command}` reads {called(pair.key)} twice: it may be gone the second time"
        else:
            said = (
                f"`{pair.first.command}` says that {called(pair.key)} is there, and `{pair.second.command}` "
                "may find it gone"
            )
        yield RULE.found(
            pair.first_span,
            said,
            f"read it once and keep the reply: `{(pair.second.command or '').lower()}` answers None where it is missing",
            related=(Related(pair.second_span, "it is read again here"),),
        )


RULE = Rule(
    "RS312",
    "double-read",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
