"""A lock is asked whether it is held, before it is taken.

## What it does
Finds, in Python, `locked()` of a lock whose reply decides whether `acquire()` follows.

## Why is this bad
Between the two another may take it: the second call then waits, for as long as the other works, where the first was
there so that nothing waits. It also costs a round trip.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if lock.locked():
        return
    lock.acquire()
    job()
    lock.release()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return
    try:
        job()
    finally:
        lock.release()
```

## Fix safety
There is no fix: what happens where it is held moves to another place.

## References
- [redis-py: locks](https://redis.readthedocs.io/en/stable/lock.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import decides, own_calls, own_guards, share_key
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a question that does not keep the answer true."""
    for procedure in context.procedures:
        for asked in own_calls(procedure):
            if asked.receiver.kind != "lock" or asked.method != "locked":
                continue
            for taking in procedure.calls[asked.number + 1 :]:
                if taking.receiver.kind != "lock" or taking.method not in ("acquire", "__enter__"):
                    continue
                if share_key(asked, taking) is not None and decides(
                    asked, own_guards(taking, asked)
                ):
                    yield RULE.found(
                        asked.span,
                        "the lock may be taken by another before `acquire` comes, which then waits",
                        "ask by taking it: `acquire(blocking=False)` answers False where it is held",
                        related=(Related(taking.span, "it is taken here"),),
                    )
                    break


RULE = Rule(
    "RS406",
    "locked-then-acquire",
    "warning",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
)
