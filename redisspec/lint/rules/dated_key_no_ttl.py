"""A key bears a date or a window, and never expires.

## What it does
Finds declarations whose key has a `date`, `month`, `isoweek` or `hour` parameter (or one whose name
says as much, such as `<day:str>` or `<year:int>`, or a date written out) and whose keys never expire,
be it that there is no `ttl` or that it is `never`. An `int` called `month`, `week`, `day` or `hour` may
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

## Use instead
```yaml
keyspaces:
  visitors:
    key: visitors:<day:date>
    structure: hyperloglog
    ttl: 32d
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
from redisspec.lint.rule import Rule

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


RULE = Rule("RS102", "dated-key-no-ttl", "error", "ttl", "model", __doc__ or "", check)
