"""A counter's window starts again at every increment, so that it never ends.

## What it does
Finds counters with a TTL that is refreshed `on_write` or `on_access`, and with no date or window in
the key; and, in Python, an `EXPIRE` that follows each `INCR` in one transaction, unless `nx` keeps the first; and in
Lua (at severity info: `KEYS[1]` may bear its window).

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
```python
import redis

client = redis.Redis(socket_timeout=2)


def failed(user):
    with client.pipeline() as pipe:
        pipe.incr(f"failed:{user}")
        pipe.expire(f"failed:{user}", 3_600)
        return pipe.execute()[0]
```

## Use instead
```yaml
keyspaces:
  failed_logins:
    key: failed:{<user_id:int>}
    structure: counter
    ttl: 1h
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def failed(user):
    with client.pipeline() as pipe:
        pipe.incr(f"failed:{user}")
        pipe.expire(f"failed:{user}", 3_600, nx=True)
        return pipe.execute()[0]
```
A counter's TTL is set once, when the key is created, unless `refresh` says otherwise. Or put the
window into the key: `failed:{<user_id:int>}:<hour:hour>`.

## Fix safety
In Python the fix adds `nx=True`. It is unsafe: servers before 7.0 refuse it. In a spec there is none: what the window
is for is yours to say.

## References
- [Redis: INCR, pattern "rate limiter"](https://redis.io/docs/latest/commands/incr/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix, Related
from redisspec.lint.declarations import place
from redisspec.lint.keyfacts import window_of
from redisspec.lint.luafacts import called as lua_called
from redisspec.lint.luafacts import hand_written, is_blind
from redisspec.lint.pyedits import added_argument
from redisspec.lint.pyfacts import called, is_private, one_trip, share_key, window_in
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript

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


_COUNTS = ("INCR", "INCRBY", "INCRBYFLOAT", "DECR", "DECRBY")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an EXPIRE that comes with each increment."""
    for procedure in context.procedures:
        for call in procedure.calls:
            if call.sites or call.command not in ("EXPIRE", "PEXPIRE") or call.batch is None:
                continue
            if not {"nx", "xx", "gt", "lt"}.isdisjoint(call.arguments):
                continue
            key = call.key
            counted = next(
                (
                    other
                    for other in procedure.calls[: call.number]
                    if other.command in _COUNTS
                    and one_trip(other, call)
                    and share_key(other, call) is not None
                    and set(call.guards) == set(other.guards)
                ),
                None,
            )
            if counted is None or key is None or window_in(key) is not None or is_private(key):
                continue
            fix = None
            if context.redis is None or context.redis >= (7, 0):
                added = added_argument(context.module, call.node, "nx=True")
                fix = Fix("Give the TTL only where there is none", (added,))
            yield RULE.found(
                call.span,
                f"each `{counted.command}` starts the TTL of {called(key)} again: a busy counter never goes "
                "back to zero",
                "give the TTL only where there is none (`nx=True`, Redis 7.0), or put the window into the key",
                related=(Related(counted.span, "it is counted here"),),
                fix=fix,
            )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """The same in a script; what the key bears is known where the script makes it, and nobody's guess elsewhere."""
    if is_blind(script) or not hand_written(script):
        return
    for call in script.calls:
        if call.command not in ("EXPIRE", "PEXPIRE") or not call.keys or call.open:
            continue
        key = call.keys[0]
        # What is declared of a key says whether its window moves.
        if len(call.words) > 2 or key.keyspace is not None or _DATED.search(key.name):
            continue
        counted = next(
            (
                other
                for other in script.calls[: call.number]
                if other.command in _COUNTS
                and any(one.value == key.value for one in other.keys)
                and set(other.guards) == set(call.guards)
            ),
            None,
        )
        if counted is None:
            continue
        yield RULE.found(
            call.span,
            f"each `{counted.command}` starts the TTL of {lua_called(key)} again: unless the key bears its window, a "
            "busy counter never goes back to zero",
            "give the TTL to a new counter only: `if count == 1 then redis.call('EXPIRE', …) end`",
            severity="info",
            related=(Related(counted.span, "it is counted here"),),
        )


_DATED = re.compile(r"window|bucket|minute|hour|day|date|week|month|slot|period", re.IGNORECASE)


RULE = Rule(
    "RS106",
    "window-refresh",
    "warning",
    "ttl",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    python=check_python,
    mends_python=True,
)
