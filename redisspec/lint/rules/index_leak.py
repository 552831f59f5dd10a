"""An index names keys that expire, and its members stay.

## What it does
Finds, in Python, keys with a TTL whose name, or what it is made of, is added to a set or sorted set in the same
function, where nothing in the file ever takes members out of that set or lets it expire. In a spec, operations that
write a key which expires and add what names it to a set or sorted set that outlives it, where no operation takes
members out again.

## Why is this bad
The key is gone after its TTL, its name in the index is not. The index grows for ever, or until it is full and refuses
the living for the dead, and who walks it reads ever more keys that are not there.

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
In a spec, let the oldest fall out, and take out what is over when the index is read:
```yaml
keyspaces:
  draft:
    key: draft:{<user_id:int>}:<draft_id:uuid>
    structure: string
    value: json
    max_bytes: 64KiB
    ttl: 1d
  drafts:
    key: drafts:{<user_id:int>}
    structure: sorted_set
    member: uuid
    max_items: 1_000
    when_full: trim
    ttl: 1d
operations:
  save_draft:
    params: {user_id: int, draft_id: uuid, text: json, at: int}
    do: |
      draft.set(user_id, draft_id, text)
      drafts.add(user_id, draft_id, at)
  prune_drafts:
    params: {user_id: int, now: int}
    do: drafts.remove_by_score(user_id, lowest=0, highest=now - 86_400)
```
Sessions that a spec declares keep such an index.

## Fix safety
There is no fix: which index serves depends on how it is read.

## References
- [Redis: sorted sets](https://redis.io/docs/latest/develop/data-types/sorted-sets/)
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import called, does, is_setting, own_calls, touches
from redisspec.lint.rule import Rule
from redisspec.lint.steps import StepCall, names_in, steps_of
from redisspec.readers.values import leaves, mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding an index that an operation fills and that outlives what it names."""
    calls = [steps_of(program, operation).calls for operation in program.operations]
    pruned = {one.keyspace.name for made in calls for one in made if one.method.name in _TAKES_OUT}
    told: set[str] = set()
    for made in calls:
        for index in made:
            if index.method.name not in _ADDS or index.keyspace.name in pruned | told:
                continue
            if index.keyspace.structure not in ("set", "sorted_set") or _trims(index.keyspace):
                continue
            dying = next((one for one in made if _outlived(one, index)), None)
            if dying is not None:
                told.add(index.keyspace.name)
                name, named = index.keyspace.name, dying.keyspace.name
                yield RULE.found(
                    index.span,
                    f"`{name}` names keys of `{named}`, which expire before it does, and no operation takes their "
                    "names out of it",
                    "let the oldest fall out (a sorted set by time, `when_full: trim`), or add an operation that takes "
                    "out what is over",
                    related=(Related(dying.span, "what it names expires"),),
                )


_ADDS = ("add", "add_many", "increment")
_TAKES_OUT = ("remove", "remove_by_score", "pop", "pop_lowest", "pop_highest", "delete")


def _trims(keyspace: Keyspace) -> bool:
    return keyspace.bound.max_items is not None and keyspace.bound.when_full == "trim"


def _outlived(dying: StepCall, index: StepCall) -> bool:
    """Whether a call writes a key that what is added names, and that ends before the index."""
    ttl, lasts = dying.keyspace.lifetime.ttl_ms, index.keyspace.lifetime
    if dying.keyspace is index.keyspace or ttl is None or not dying.does("creates", "grows"):
        return False
    # Each further name prolongs the life of an index whose TTL begins anew.
    if lasts.ttl_ms is not None and lasts.ttl_ms <= ttl and lasts.refresh == "never":
        return False
    own = names_in(*dying.key) - names_in(*index.key)
    return bool(own) and own <= names_in(*index.rest)


_INDEXES = {"SADD": "*values", "ZADD": "mapping"}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an index that outgrows what it names."""
    kept = {
        key.pattern.glob()
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
            if key is None or members is None or _is_kept(key.pattern.glob(), kept):
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


def _is_kept(shape: str, kept: set[str]) -> bool:
    """Whether something takes names out of such keys: of `tags:*` where `tags:a` is filled, and the other way round."""
    return any(fnmatchcase(shape, one) or fnmatchcase(one, shape) for one in kept if one.strip("*"))


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
    "model",
    __doc__ or "",
    check,
    python=check_python,
)
