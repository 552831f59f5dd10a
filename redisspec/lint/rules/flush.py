"""A database or a whole server is emptied.

## What it does
Finds `FLUSHALL` and `FLUSHDB`, in Python outside of tests and in Lua. It is an error, and a remark in a method that is
there for it by its name (`clear`, `flush`): who calls that is told what it does.

## Why is this bad
They take everything: the sessions, queues and locks of others who share the server, and what a mistyped host name leads
to. A server of production is one environment variable away.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def reset():
    client.flushdb()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def reset(keys):
    client.unlink(*keys)
```
Give each use a prefix of its own and delete what is below it, found by `scan_iter`; in a spec, `delete_all(confirm=…)`.

## Fix safety
There is no fix: only you know which keys are yours.

## References
- [Redis: FLUSHDB](https://redis.io/docs/latest/commands/flushdb/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic, Severity
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.command in _COMMANDS:
                severity: Severity = "info" if _is_for_it(call.function) else RULE.severity
                yield RULE.found(call.span, _message(call.command), _WAY, severity=severity)


def _is_for_it(function: str) -> bool:
    """Whether a method of a class says by its name that everything goes."""
    owner, _, name = function.rpartition(".")
    return bool(owner) and name.strip("_") in _NAMES


_NAMES = ("clear", "clear_all", "flush", "flush_all", "flush_db", "flushall", "flushdb")


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a call."""
    for call in script.calls:
        if call.command in _COMMANDS:
            yield RULE.found(call.span, _message(call.command), _WAY)


_COMMANDS = ("FLUSHALL", "FLUSHDB")
_WAY = "delete what is yours by its prefix: `scan_iter` and `unlink`"


def _message(command: str) -> str:
    what = "every key of the server" if command == "FLUSHALL" else "every key of the database"
    return f"`{command}` deletes {what}, those of others too"


RULE = Rule(
    "RS209",
    "flush",
    "error",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
    lua=check_lua,
)
