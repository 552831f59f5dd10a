"""An index names keys that expire, and its members stay.

## What it does
Finds, in Python, keys with a TTL whose name, or what it is made of, is added to a set or sorted set in the same function,
where nothing in the file ever takes members out of that set or lets it expire.

## Why is this bad
The key is gone after its TTL, its name in the index is not. The index grows for ever, and who walks it reads ever more
keys that are not there.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def log_in(session, user):
    client.set(f"session:{session}", user, ex=3_600)
    client.sadd("sessions", session)
```

## Use instead
A sorted set by the time of expiry, from which each write takes what is over:
```python
import time

import redis

client = redis.Redis(socket_timeout=2)


def log_in(session, user):
    now = time.time()
    with client.pipeline(transaction=True) as pipe:
        pipe.set(f"session:{session}", user, ex=3_600)
        pipe.zadd("sessions", {session: now + 3_600})
        pipe.zremrangebyscore("sessions", "-inf", now)
        pipe.execute()
```
Sessions that a spec declares keep such an index.

## Fix safety
There is no fix: which index serves depends on how it is read.

## References
- [Redis: sorted sets](https://redis.io/docs/latest/develop/data-types/sorted-sets/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import called, does, is_setting, own_calls, touches
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves, mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


_INDEXES = {"SADD": "*values", "ZADD": "mapping"}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an index that outgrows what it names."""
    kept = {
        (key.value, call.receiver.where)
        for procedure in context.procedures
        for call, key, effect in touches(procedure)
        if call.command
        in ("SREM", "SPOP", "ZREM", "ZPOPMIN", "ZREMRANGEBYSCORE", "ZREMRANGEBYRANK")
        or not effect.actions.isdisjoint(("expires", "deletes"))
    }
    for procedure in context.procedures:
        dying = [
            call for call in own_calls(procedure) if does(call, "expires") and does(call, "creates")
        ]
        for index in own_calls(procedure) if dying else ():
            key = index.key
            members = index.arguments.get(_INDEXES.get(index.command or "", ""))
            if key is None or members is None or (key.value, index.receiver.where) in kept:
                continue
            named = next((call for call in dying if _names(members, call)), None)
            if named is not None and named.key is not None:
                yield RULE.found(
                    index.span,
                    f"{called(key)} names keys that expire ({called(named.key)}), and nothing here takes their names "
                    "out of it",
                    "keep the time of expiry as a score and remove what is over, in the same step",
                    related=(Related(named.span, "what it names expires"),),
                )


def _names(members: Value, call: PyCall) -> bool:
    """Whether members are a key of the call, or what is special about it."""
    if call.key is None:
        return False
    own = [leaf for leaf in leaves(call.key.value) if leaf.provenance in ("parameter", "random")]
    return mentions(members, (call.key.value,)) or (
        bool(own) and all(mentions(members, (leaf,)) for leaf in own if not is_setting(leaf.text))
    )


RULE = Rule(
    "RS204",
    "index-leak",
    "warning",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
)
