"""A counter's window starts again at every increment, so that it never ends.

## What it does
Finds counters with a TTL that is refreshed `on_write` or `on_access`, and with no date or window in
the key.

## Why is this bad
A counter with a TTL is a window: so many in an hour. If each increment prolongs the TTL, a counter
that is hit often enough never expires. "Five failed logins an hour" becomes five failed logins
ever: the busiest users are locked out for good, and the figures never return to zero.

## Example
```yaml
keyspaces:
  failed_logins:
    key: failed:{<user_id:int>}
    structure: counter
    ttl: {for: 1h, refresh: on_write}
```

## Use instead
```yaml
keyspaces:
  failed_logins:
    key: failed:{<user_id:int>}
    structure: counter
    ttl: 1h
```
A counter's TTL is set once, when the key is created, unless `refresh` says otherwise. Or put the
window into the key: `failed:{<user_id:int>}:<hour:hour>`.

## Fix safety
There is no fix: a counter that is meant to live as long as it is in use looks the same. Suppress
the finding there, and say so.

## References
- [Redis: INCR, pattern "rate limiter"](https://redis.io/docs/latest/commands/incr/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import place
from redisspec.lint.keyfacts import window_of
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program

_EACH = {"on_write": "every increment", "on_access": "every use"}


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a counter whose TTL is prolonged while it counts."""
    for keyspace in program.keyspaces:
        lifetime = keyspace.lifetime
        if (
            keyspace.structure != "counter"
            or lifetime.ttl_ms is None
            or lifetime.refresh not in _EACH
            or window_of(keyspace.pattern) is not None
        ):
            continue
        yield RULE.found(
            place(keyspace, "ttl.refresh", "ttl"),
            f"{_EACH[lifetime.refresh]} of `{keyspace.name}` starts its "
            f"{duration(lifetime.ttl_ms)} again: a busy counter never goes back to zero",
            "leave `refresh` out (a counter's window then ends), or put the window into the key: "
            "`<hour:hour>`",
        )


RULE = Rule("RS106", "window-refresh", "warning", "ttl", "model", __doc__ or "", check)
