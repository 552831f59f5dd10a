"""A job is taken from a queue and is nowhere while it is worked on.

## What it does
Finds, in Python, workers that pop and block (`BLPOP`, `BRPOP`, `BZPOPMIN`) and files that read a stream in a group
(`XREADGROUP`) and never acknowledge (`XACK`).

## Why is this bad
A worker that dies (a deployment, a full memory, a bug) has the only copy of its job. What a group has read and nobody
acknowledges is pending for ever: memory grows, and after a restart it is not read again.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        found = client.blpop("jobs", timeout=1)
        if found:
            run(found[1])
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        job = client.blmove("jobs", "running", 1, "LEFT", "RIGHT")
        if job:
            run(job)
            client.lrem("running", 1, job)
```
Something has to bring back what stays in `running`. Streams with a group, `XACK` and `XAUTOCLAIM` do, and so do the queues
that a spec declares.

## Fix safety
There is no fix: what happens to a job that was begun is yours to say.

## References
- [Redis: BLMOVE](https://redis.io/docs/latest/commands/blmove/)
- [Redis: XREADGROUP](https://redis.io/docs/latest/commands/xreadgroup/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


_POPS = frozenset(("BLPOP", "BRPOP", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP"))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a worker that holds the only copy."""
    calls = [call for procedure in context.procedures for call in own_calls(procedure)]
    acknowledged = any(call.command == "XACK" for call in calls)
    for call in calls:
        if call.command in _POPS and any(loop.kind == "while" for loop in call.loops):
            yield RULE.found(
                call.span,
                f"`{call.command}` takes a job away before it is done: a worker that dies has the only copy",
                "move it to a list of what is running (`blmove`) and remove it when it is done, or use a stream "
                "with a group",
            )
        elif call.command == "XREADGROUP" and not acknowledged and not _is_loose(call):
            yield RULE.found(
                call.span,
                "entries are read in a group and never acknowledged: they are pending for ever",
                "call `xack` when an entry is done, and `xautoclaim` for those of a worker that died",
            )


def _is_loose(call: PyCall) -> bool:
    """Whether nothing becomes pending (`noack`), or more may be given than is known."""
    given = call.arguments.get("noack")
    return "**" in call.arguments or (given is not None and given.text == "True")


RULE = Rule(
    "RS315",
    "queue-loss",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
