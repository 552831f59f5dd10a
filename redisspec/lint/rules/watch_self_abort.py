"""A watched key is written by the one who watches it, before EXEC.

## What it does
Finds, in Python, a write of a watched key by another connection of the same function, between `watch()` and `execute()`.

## Why is this bad
The server does not know who wrote it: `EXEC` fails each time, `WatchError` is raised each time, and the loop around it
never ends.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        client.incr(key)
        pipe.multi()
        pipe.set(key, value, ex=3_600)
        pipe.execute()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        pipe.multi()
        pipe.incr(key)
        pipe.set(key, value, ex=3_600)
        pipe.execute()
```

## Fix safety
There is no fix: which of the writes is meant is yours to say.

## References
- [Redis: WATCH](https://redis.io/docs/latest/commands/watch/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import is_write, own_calls, share_key
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a write that makes EXEC fail."""
    for procedure in context.procedures:
        for watching in own_calls(procedure):
            if watching.command != "WATCH":
                continue
            for call in procedure.calls[watching.number + 1 :]:
                if call.method == "execute" and call.receiver.kind == "pipeline":
                    break
                direct = (
                    call.batch is None and call.watched is None and call.receiver.kind != "pipeline"
                )
                if (
                    direct
                    and is_write(call)
                    and share_key(watching, call) is not None
                    and not call.sites
                ):
                    yield RULE.found(
                        call.span,
                        f"`{call.command}` writes a key that this function watches: `execute()` then fails each time",
                        "queue it in the pipeline, behind `multi()`",
                        related=(Related(watching.span, "it is watched here"),),
                    )
                    break


RULE = Rule(
    "RS309",
    "watch-self-abort",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
