"""A program sends what is for operators.

## What it does
Finds `MONITOR`, `DEBUG`, `SAVE`, `SHUTDOWN`, `CONFIG SET`, `CONFIG REWRITE`, `SLAVEOF` and `REPLICAOF`, in Python
outside of tests and in Lua.

## Why is this bad
`SAVE` stops the server while it writes to disk, `MONITOR` halves its throughput for as long as somebody listens, `CONFIG
SET` changes what everybody else relies on, and is gone after a restart. Managed servers refuse most of them.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def backup():
    client.save()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def saved():
    return client.lastsave()
```
Settings belong into the server's configuration, backups to its operators; `SLOWLOG` and `LATENCY` tell what `MONITOR`
is asked for.

## Fix safety
There is no fix.

## References
- [Redis: MONITOR](https://redis.io/docs/latest/commands/monitor/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript


_COMMANDS = frozenset(
    ("MONITOR", "DEBUG", "DEBUG OBJECT", "DEBUG SEGFAULT", "SAVE", "SHUTDOWN", "CONFIG SET", "CONFIG REWRITE",
     "SLAVEOF", "REPLICAOF")
)  # fmt: skip
_METHODS = frozenset(
    ("monitor", "debug_object", "debug_segfault", "save", "shutdown", "config_set", "config_rewrite", "slaveof",
     "replicaof")
)  # fmt: skip
_WAY = "leave it to the server's configuration and its operators"


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            # `form.save()`, `model.save()`: on what is Redis for sure alone.
            if (
                call.receiver.kind not in ("client", "cluster", "pipeline")
                or not call.receiver.certain
            ):
                continue
            if call.method in _METHODS or call.command in _COMMANDS:
                yield RULE.found(
                    call.span, f"`{call.command or call.method}` is for operators", _WAY
                )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a call."""
    for call in script.calls:
        if call.command in _COMMANDS or call.command == "CONFIG":
            yield RULE.found(call.span, f"`{call.command}` is for operators", _WAY)


RULE = Rule(
    "RS210",
    "admin-command",
    "error",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
    lua=check_lua,
)
