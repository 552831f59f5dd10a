"""Writes that belong together are sent in a pipeline without a transaction.

## What it does
Finds, in Python, pipelines with `transaction=False` that delete a key and fill it again, or take a member out of one
collection and put it into another, or write data and the index that lists it.

## Why is this bad
A plain pipeline is a row of single commands: others run between them. Readers find the key empty or half full, a member
is in both collections or in none; and where the connection breaks half way, it stays so.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(names):
    with client.pipeline(transaction=False) as pipe:
        pipe.delete("names")
        pipe.rpush("names", *names)
        pipe.execute()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(names):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("names")
        pipe.rpush("names", *names)
        pipe.execute()
```

## Fix safety
The fix takes `transaction=False` out. It is unsafe: on a cluster the keys of a transaction have to share a slot, and
nobody else is served until it is through.

## References
- [Redis: transactions](https://redis.io/docs/latest/develop/using-commands/transactions/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pyedits import span_of
from redisspec.lint.pyfacts import exclusive, is_write, outermost, own_calls, share_key
from redisspec.lint.rule import Rule
from redisspec.lint.rules.dual_write import about_one_thing
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyProcedure


_REMOVES = {"SREM": "*values", "ZREM": "*values", "LREM": "value"}
_ADDS = {"SADD": "*values", "ZADD": "mapping", "RPUSH": "*values", "LPUSH": "*values"}
_FILLS = frozenset(("RPUSH", "LPUSH", "SADD", "ZADD", "HSET", "HMSET", "XADD", "GEOADD", "PFADD"))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a pair of queued writes that others may come between."""
    for procedure in context.procedures:
        queued = [
            call
            for call in procedure.calls
            if call.batch is not None
            and call.batch.transaction is False
            and call.command is not None
        ]
        told: set[int] = set()
        for at, first in enumerate(queued):
            for second in queued[at + 1 :]:
                if first.batch is not second.batch or id(first.batch) in told:
                    continue
                if first.sites and second.sites and first.sites[0] is second.sites[0]:
                    # What one helper does is told of where that is read by itself.
                    continue
                if not _together(first, second):
                    continue
                told.add(id(first.batch))
                yield RULE.found(
                    outermost(first),
                    f"`{first.command}` and `{second.command}` belong together, and this pipeline is no transaction: "
                    "others run in between",
                    "leave `transaction=False` out",
                    related=(Related(outermost(second), "it goes on here"),),
                    fix=_fix(context, procedure),
                )


def _together(first: PyCall, second: PyCall) -> bool:
    if first.command in ("DEL", "UNLINK") and second.command in _FILLS:
        return share_key(first, second) is not None
    if is_write(first) and is_write(second) and _one_step(first, second):
        return True
    removed = first.arguments.get(_REMOVES.get(first.command or "", ""))
    added = second.arguments.get(_ADDS.get(second.command or "", ""))
    if removed is None or added is None or share_key(first, second) is not None:
        return False
    members = removed.parts if removed.text == "()" else (removed,)
    return any(part.provenance != "constant" and mentions(added, (part,)) for part in members)


def _one_step(first: PyCall, second: PyCall) -> bool:
    """Whether one writes what the other lists: data and its index."""
    return (
        (first.command in _ADDS) is not (second.command in _ADDS)
        and len(first.keys) == len(second.keys) == 1
        and list(map(id, first.loops)) == list(map(id, second.loops))
        and not exclusive(first.guards, second.guards)
        and about_one_thing(first, second)
    )


def _fix(context: PyContext, procedure: PyProcedure) -> Fix | None:
    made = [call for call in own_calls(procedure) if call.method == "pipeline"]
    if len(made) != 1 or made[0].node.args or len(made[0].node.keywords) != 1:
        return None
    keyword = made[0].node.keywords[0]
    if keyword.arg != "transaction":
        return None
    return Fix(
        "Make it a transaction", (Edit(span_of(context.module, keyword), "transaction=True"),)
    )


RULE = Rule(
    "RS306",
    "pipeline-not-transaction",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
