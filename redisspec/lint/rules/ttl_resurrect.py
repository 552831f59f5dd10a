"""A key that was found there is written again, and may be a new one without a TTL by then.

## What it does
Finds, in Python, `INCR`, `HSET`, `RPUSH` and the like that run because a read found their key there, on keys to which
the file gives a TTL in another place, and that give none themselves. Where the whole key is a parameter, nothing says
that it is the same one there: that is a remark.

## Why is this bad
The key may expire between the two. `INCR` then makes a new one that starts at 0 and never expires: a counter that is
wrong for ever, a session that cannot be ended, a limit that never resets.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def log_in(session, user):
    client.set(f"hits:{session}", 0, ex=3_600)


def touch(session):
    if client.exists(f"hits:{session}"):
        client.incr(f"hits:{session}")
```

## Use instead
A script does both in one step, and so does an operation in a spec:
```python
import redis

client = redis.Redis(socket_timeout=2)


TOUCH = client.register_script(
    "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCR', KEYS[1]) end return nil"
)


def log_in(session, user):
    client.set(f"hits:{session}", 0, ex=3_600)


def touch(session):
    return TOUCH(keys=[f"hits:{session}"])
```
`SET … XX`, `RPUSHX` and `LPUSHX` write only where the key is there.

## Fix safety
The fix writes `rpushx` and `lpushx`, which do nothing where the list is gone; unsafe, as what was to be pushed is
dropped then. For the other commands there is none: what is to happen where the key is gone is yours to say.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix, Related
from redisspec.lint.conditions import says_missing
from redisspec.lint.pyedits import other_method
from redisspec.lint.pyfacts import (
    called,
    is_read,
    own_calls,
    own_guards,
    share_key,
    touches,
    under_lock,
)
from redisspec.lint.rule import Rule
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyKey, PyModule, PyProcedure


_MAKES = frozenset(
    [
        "INCR",
        "INCRBY",
        "INCRBYFLOAT",
        "DECR",
        "DECRBY",
        "HSET",
        "HMSET",
        "HINCRBY",
        "HINCRBYFLOAT",
        "RPUSH",
        "LPUSH",
        "SADD",
        "ZADD",
        "ZINCRBY",
        "APPEND",
        "SETRANGE",
        "SETBIT",
    ]
)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a write that may make its key anew."""
    given = {
        (key.value, call.receiver.where): call
        for procedure in context.procedures
        for call, key, effect in touches(procedure)
        if "expires" in effect.actions
    }
    for procedure in context.procedures if given else ():
        for write in own_calls(procedure):
            key = write.key
            if key is None or write.command not in _MAKES:
                continue
            living = given.get((key.value, write.receiver.where))
            if living is None or _gets_ttl(procedure, write, key) or write.watched is not None:
                continue
            read = _found_by(procedure, write)
            if read is not None and not (under_lock(read) and under_lock(write)):
                yield RULE.found(
                    write.span,
                    f"{called(key)} may expire after `{read.command}` found it: `{write.command}` then makes a new "
                    "one, without a TTL",
                    "do both in one script, or give the TTL again in the same step",
                    related=(
                        Related(read.span, "it is found here"),
                        Related(living.span, "it gets its TTL here"),
                    ),
                    fix=_fix(context.module, write),
                    severity="info" if key.value.provenance == "parameter" else None,
                )


_WHERE_THERE = {"rpush": "rpushx", "lpush": "lpushx"}


def _fix(module: PyModule, write: PyCall) -> Fix | None:
    """The push that a missing list is not made by."""
    name = _WHERE_THERE.get(write.method)
    edit = None if name is None or write.sites else other_method(module, write.node, name)
    return None if edit is None else Fix(f"Write `{name}`", (edit,))


def _gets_ttl(procedure: PyProcedure, write: PyCall, key: PyKey) -> bool:
    return any(
        call.number > write.number and its.value == key.value and "expires" in effect.actions
        for call, its, effect in touches(procedure)
    )


def _found_by(procedure: PyProcedure, write: PyCall) -> PyCall | None:
    """The read whose reply says that the key is there, and so lets the write run."""
    for read in procedure.calls[: write.number]:
        if read.batch is not None or not is_read(read) or share_key(read, write) is None:
            continue
        for guard in own_guards(write, read):
            if mentions(guard.condition, (read.reply,)) and not says_missing(guard, read.reply):
                return read
    return None


RULE = Rule(
    "RS105",
    "ttl-resurrect",
    "error",
    "ttl",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
