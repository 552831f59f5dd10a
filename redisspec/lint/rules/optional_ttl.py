"""A function takes a TTL, and none is its default.

## What it does
Finds, in Python, functions whose parameter becomes the TTL of a key and is None where nobody gives it.

## Why is this bad
Who calls it without a thought makes a key that stays for ever. There is one such caller in most projects, and no test
sees it.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=3_600):
    client.set(f"memo:{name}", value, ex=ttl)
```
Or no default at all: then each caller says it.

## Fix safety
There is no fix: how long the data is wanted is yours to say.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import does, own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


_TTLS = ("ex", "px", "exat", "pxat", "time")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a command whose TTL is the caller's to forget."""
    for procedure in context.procedures:
        empty = {name for name, default in procedure.defaults.items() if default == NONE}
        for call in own_calls(procedure) if empty else ():
            if not does(call, "creates"):
                continue
            for word in _TTLS:
                value = call.arguments.get(word)
                if value is not None and value.provenance == "parameter" and value.text in empty:
                    yield RULE.found(
                        call.span,
                        f"`{value.text}` of `{procedure.name}` is None by default: who leaves it out makes a key that "
                        "never expires",
                        f"give `{value.text}` a default, or none at all",
                    )
                    break


RULE = Rule(
    "RS108",
    "optional-ttl",
    "info",
    "ttl",
    "python",
    __doc__ or "",
    python=check_python,
)
