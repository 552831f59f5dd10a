"""Keys that a scan finds are deleted one at a time.

## What it does
Finds, in Python, `DEL` or `UNLINK` of one key in a loop over `scan_iter`, `scan` or `keys`.

## Why is this bad
A million keys are a million round trips, ten minutes instead of some seconds. Meanwhile new keys of the pattern appear,
and a run that dies leaves the rest.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def forget(tenant):
    for key in client.scan_iter(f"cache:{tenant}:*"):
        client.delete(key)
```

## Use instead
```python
from itertools import islice

import redis

client = redis.Redis(socket_timeout=2)


def forget(tenant):
    found = client.scan_iter(f"cache:{tenant}:*", count=500)
    while keys := list(islice(found, 500)):
        client.unlink(*keys)
```
On a cluster, keys of one command share a slot: use a pipeline there. A namespace of its own (a version in the prefix, a
TTL) needs no deletion at all.

## Fix safety
There is no fix: on a cluster the keys of one command must share a slot.

## References
- [Redis: UNLINK](https://redis.io/docs/latest/commands/unlink/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import outermost
from redisspec.lint.rule import Rule
from redisspec.lint.rules.n_plus_one import is_chosen, is_scan, sends_many, uses_up, within

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a loop that deletes what a scan found."""
    for procedure in context.procedures:
        for call in procedure.calls:
            if call.command not in ("DEL", "UNLINK") or call.batch is not None or call.sites:
                continue
            if is_chosen(call):
                # What the key holds decides: that is a read for each of them, and RS214's.
                continue
            loops = [
                loop
                for loop in call.loops
                if (loop.kind != "while" or uses_up(loop, call)) and not sends_many(call, loop)
            ]
            if any(is_scan(loop) and within(loop.span, procedure.span) for loop in loops):
                yield RULE.found(
                    outermost(call),
                    f"`{call.command}` is sent once a key that the scan finds: a million keys are a "
                    "million round trips",
                    "collect some hundred keys and `unlink(*keys)` them together, or use a pipeline",
                )


RULE = Rule(
    "RS215",
    "scan-delete-each",
    "warning",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
)
