"""A value is read, changed in the program, and written back.

## What it does
Finds, in Python, a read whose reply decides what is then written to the same key (or field), where nothing holds the
two together: no `WATCH`, no lock, no script. A count that decides how much is taken out is the same,
and a counter whose answer, or a score that is read, decides that it is taken out, or set;
and a collection that is deleted since nothing was found in it.

## Why is this bad
Two callers read the same value, both change it, and the second write undoes the first. Nothing fails, nothing is
logged: a count is one too low, a total is short, a state goes back by one step. It happens under load alone.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def spend(user, cents):
    left = int(client.get(f"budget:{user}") or 0)
    client.set(f"budget:{user}", left - cents, ex=86_400)
```

## Use instead
A command that does the step at the server (`INCRBY`, `HINCRBY`, `APPEND`, `ZADD … GT`), a script, or `WATCH`:
```python
import redis

client = redis.Redis(socket_timeout=2)


def spend(user, cents):
    with client.pipeline(transaction=True) as pipe:
        pipe.decrby(f"budget:{user}", cents)
        pipe.expire(f"budget:{user}", 86_400)
        pipe.execute()
```

## Fix safety
There is no fix: which command does the step depends on what the value means.

## References
- [Redis: transactions and optimistic locking](https://redis.io/docs/latest/develop/using-commands/transactions/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pairs import COUNTERS, TRIMS, pairs
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyProcedure


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a value that is read, changed and written back."""
    for pair in pairs(context.module, "RS302"):
        if pair.second.command in TRIMS:
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` counts {called(pair.key)}, and decides how much `{pair.second.command}` takes "
                "out: two callers at once take out too much",
                "keep so many whatever there is: `ZREMRANGEBYRANK key 0 -(n+1)`, `LTRIM key 0 n-1`",
                related=(Related(pair.second_span, "it is taken out here"),),
            )
            continue
        if pair.first.command in COUNTERS:
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` counts in {called(pair.key)}, and its answer decides that "
                f"`{pair.second.command}` follows: what another caller counts in between is lost",
                "do both in one script, or let the server decide (`ZREMRANGEBYSCORE key -inf 0`, `SET … NX` before it)",
                related=(Related(pair.second_span, "this undoes it"),),
            )
            continue
        if pair.second.command in ("DEL", "UNLINK"):
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` finds nothing in {called(pair.key)}, and `{pair.second.command}` deletes it: "
                "what another caller adds in between is lost",
                "leave the deletion out: a collection without members has no key",
                related=(Related(pair.second_span, "it is deleted here"),),
            )
            continue
        if pair.second.command in ("ZREM", "HDEL"):
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` reads {called(pair.key)}, and what it says decides that "
                f"`{pair.second.command}` takes it out: what another caller adds in between is lost",
                "let the server decide (`ZREMRANGEBYSCORE key -inf least`), or do both in one script",
                related=(Related(pair.second_span, "it is taken out here"),),
            )
            continue
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads {called(pair.key)}, and what it says decides what "
            f"`{pair.second.command}` writes: of two callers at once, one is undone",
            "do the step at the server (`INCRBY`, `HINCRBY`, `ZADD … GT`, a script), or put both between WATCH and MULTI",
            related=(Related(pair.second_span, "it is written back here"),),
        )
    for procedure in context.procedures:
        for call in own_calls(procedure):
            counted = _counted(procedure, call)
            if counted is not None and call.key is not None:
                yield RULE.found(
                    counted.span,
                    f"`{call.command}` stores in {called(call.key)} what is computed of two counters: another caller "
                    "counts in between, and an old result is stored last",
                    "compute it where it is read, or count and store in one script",
                    related=(Related(call.span, "it is stored here"),),
                )


def _counted(procedure: PyProcedure, call: PyCall) -> PyCall | None:
    """The first of two counters whose new values a write stores a result of."""
    if call.command not in ("SET", "HSET") or call.batch is not None:
        return None
    value = call.argument("value")
    found = [
        other
        for other in procedure.calls[: call.number]
        if value is not None
        and (other.command or "").startswith(("INCR", "HINCR", "DECR"))
        and other.batch is None
        and mentions(value, (other.reply,))
    ]
    return found[0] if len(found) > 1 else None


RULE = Rule(
    "RS302",
    "read-modify-write",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
