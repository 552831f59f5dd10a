"""A lock is released where it may not be held.

## What it does
Finds, in Python, a lock that is taken inside a `try` and released in its `except` or `finally`, whether it was taken or
not.

## Why is this bad
Where taking the lock fails (another holds it, the server cannot be reached), the handler releases it all the same: by
hand that is the lock of the other, and two work at once; with redis-py's `Lock` it is a `LockError` that hides the first
error.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    try:
        lock.acquire(blocking_timeout=5)
        job()
    finally:
        lock.release()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    with client.lock(f"lock:{name}", timeout=30, blocking_timeout=5):
        job()
```
By hand: take it before the `try`, and enter that only where it was taken.

## Fix safety
There is no fix: where the lock is taken is part of your program's flow.

## References
- [redis-py: locks](https://redis.readthedocs.io/en/stable/lock.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.lockwords import is_lock
from redisspec.lint.pyfacts import decides, place, share_key
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a release that does not follow from a lock that was taken."""
    for procedure in context.procedures:
        for release in procedure.calls:
            ends = {number for part, number in release.tries if part in ("handler", "finally")}
            if not ends or not _releases(release) or not _anyway(release):
                continue
            for taking in procedure.calls[: release.number]:
                inside = {number for part, number in taking.tries if part == "body"}
                if not ends & inside or not _takes(taking) or not _same(taking, release):
                    continue
                if not set(map(id, release.loops)) <= set(map(id, taking.loops)):
                    # A loop over those that were taken.
                    continue
                first, second, own = place(taking, release)
                if own and not decides(taking, release.guards):
                    yield RULE.found(
                        second,
                        "the lock is released here whether it was taken or not: where taking it failed, this is "
                        "another's lock",
                        "take it before the `try`, or use `with client.lock(…)`",
                        related=(Related(first, "it is taken here"),),
                    )
                    break


def _anyway(call: PyCall) -> bool:
    """Whether the part that releases runs after any error, be it that of taking the lock."""
    caught = [guard.condition for guard in call.guards if guard.condition.text == "caught"]
    return all(
        set(condition.parts[0].text.split()) & {"Exception", "BaseException"}
        or not condition.parts[0].text
        for condition in caught
    )


def _takes(call: PyCall) -> bool:
    if call.receiver.kind == "lock":
        return call.method == "acquire"
    missing = any(effect.condition == "NX" for effect in call.effects)
    return any(is_lock(call, key) for key in call.keys) and (call.command == "SETNX" or missing)


def _releases(call: PyCall) -> bool:
    if call.receiver.kind == "lock":
        return call.method == "release"
    return call.command in ("DEL", "UNLINK")


def _same(taking: PyCall, release: PyCall) -> bool:
    return share_key(taking, release) is not None


RULE = Rule(
    "RS405",
    "release-not-held",
    "error",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
)
