"""A function takes the length of a stream, and none is its default.

## What it does
Finds, in Python, functions whose parameter becomes the `maxlen` of `XADD` and is None where nobody gives it.

## Why is this bad
It reads as if the stream were bounded. Who calls it without a thought appends to one that is not, and reading or
acknowledging removes nothing.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def publish(topic, fields, maxlen=None):
    client.xadd(f"topic:{topic}", fields, maxlen=maxlen)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def publish(topic, fields, maxlen=100_000):
    client.xadd(f"topic:{topic}", fields, maxlen=maxlen)
```

## Fix safety
There is no fix: how far behind the slowest reader may be is yours to say.

## References
- [Redis: XADD](https://redis.io/docs/latest/commands/xadd/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an XADD whose bound is the caller's to forget."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            value = call.arguments.get("maxlen")
            if call.command != "XADD" or value is None or value.provenance != "parameter":
                continue
            if procedure.defaults.get(value.text) == NONE and "minid" not in call.arguments:
                yield RULE.found(
                    call.span,
                    f"`{value.text}` of `{procedure.name}` is None by default: who leaves it out appends to a stream "
                    "without a bound",
                    f"give `{value.text}` a default, or none at all",
                )


RULE = Rule(
    "RS203",
    "maxlen-default-none",
    "warning",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
)
