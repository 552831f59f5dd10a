"""A key bears a date or a window, and never expires.

## What it does
Finds declarations whose key has a `date`, `month`, `isoweek` or `hour` parameter (or one whose name
says as much, such as `<day:str>` or `<year:int>`, or a date written out) and whose keys never expire,
be it that there is no `ttl` or that it is `never`; and, in Python, commands that create a key with the time or a date in
its name, which no file of the project gives a TTL. An `int` called `month`, `week`, `day` or `hour` may
be one of 12 or of 24, and is left alone.

## Why is this bad
Every day, week or hour brings new keys and takes none away. Nothing fails on the first day, nor on
the hundredth: yesterday's keys are no longer read by anybody, and are all still there when memory
is full.

## Example
```yaml
keyspaces:
  visitors:
    key: visitors:<day:date>
    structure: hyperloglog
    ttl: never
    reason: we want the history
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(day, user):
    client.sadd(f"visitors:{day}", user)
```

## Use instead
```yaml
keyspaces:
  visitors:
    key: visitors:<day:date>
    structure: hyperloglog
    ttl: 32d
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def seen(day, user):
    with client.pipeline() as pipe:
        pipe.sadd(f"visitors:{day}", user)
        pipe.expire(f"visitors:{day}", 32 * 86_400)
        pipe.execute()
```
Where the history is wanted, copy it to a database before it expires.

## Fix safety
There is no fix: only you know how long a day's data is read.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import lasting, place, server_of, when_memory_is_full
from redisspec.lint.keyfacts import period_of, window_of
from redisspec.lint.keyindex import KeyIndex
from redisspec.lint.rule import Rule
from redisspec.lint.rules.missing_ttl import creates_for_ever, named

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program

_LONG_ENOUGH = {"hour": "2d", "day": "32d", "week": "5w", "month": "400d", "year": "800d"}


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration that is dated and does not expire."""
    for declaration, lifetime in lasting(program):
        pattern = declaration.pattern
        if lifetime.ttl_ms is not None or pattern is None:
            continue
        window = window_of(pattern)
        if window is None:
            continue
        period = period_of(pattern)
        full = when_memory_is_full(server_of(program, declaration))
        yield RULE.found(
            place(declaration, "ttl"),
            f"the keys of `{declaration.name}` bear a date (`{window}`) and never expire: every "
            f"{period} leaves its keys behind, and {full}",
            f"write how long a {period} is read, for instance "
            f"`ttl: {_LONG_ENOUGH.get(period, '7d')}`",
        )


def check_across(index: KeyIndex) -> Iterator[Diagnostic]:
    """One finding a command that creates a dated key which nothing expires."""
    for use in index:
        if use.window is None or not creates_for_ever(use) or index.expires(use):
            continue
        if index.deletes(use):
            continue
        yield RULE.found(
            use.span,
            f"{named(use)} bears {_window(use.window)}, and nothing ever expires it: each one brings a "
            "new key, and none goes",
            "give it a TTL in the same step",
        )


def _window(text: str) -> str:
    return text if " " in text else f"`{text}`"


RULE = Rule(
    "RS102", "dated-key-no-ttl", "error", "ttl", "model", __doc__ or "", check, across=check_across
)
