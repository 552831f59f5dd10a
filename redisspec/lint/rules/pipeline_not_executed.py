"""Commands are queued in a pipeline, and never sent.

## What it does
Finds, in Python, pipelines with commands in them and no `execute()` behind them, that are neither returned nor handed
on.

## Why is this bad
Nothing reaches the server, and nothing fails: `with client.pipeline() as pipe:` throws away what was queued when it
ends.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def visit(page):
    with client.pipeline() as pipe:
        pipe.incr(f"visits:{page}")
        pipe.expire(f"visits:{page}", 3_600)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def visit(page):
    with client.pipeline() as pipe:
        pipe.incr(f"visits:{page}")
        pipe.expire(f"visits:{page}", 3_600)
        pipe.execute()
```

## Fix safety
There is no fix: what was never sent would be sent then, and where is yours to say.

## References
- [redis-py: pipelines](https://redis.readthedocs.io/en/stable/advanced_features.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import Batch, PyProcedure


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a batch that is dropped."""
    for procedure in context.procedures:
        seen: set[int] = set()
        for call in own_calls(procedure):
            batch = call.batch
            if batch is None or call.command is None or id(batch) in seen:
                continue
            seen.add(id(batch))
            if batch.executed or batch.escaped or batch.reset or not _is_own(procedure, batch):
                continue
            yield RULE.found(
                call.span,
                f"`{call.command}` is queued here and never sent: no `execute()` follows",
                "call `execute()` on the pipeline",
            )


def _is_own(procedure: PyProcedure, batch: Batch) -> bool:
    """Whether the procedure itself made the pipeline, and sends none of it in any other way."""
    made = any(call.method == "pipeline" and not call.sites for call in procedure.calls)
    sent = any(
        call.method == "execute"
        and call.batch is not None
        and call.batch.pipeline == batch.pipeline
        for call in procedure.calls
    )
    return made and not sent


RULE = Rule(
    "RS610",
    "pipeline-not-executed",
    "error",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
)
