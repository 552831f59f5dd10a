"""An operation that belongs together is not one atomic step.

## What it does
Finds operations with `atomic: false`: an error where no `reason` stands beside it, a warning where one
does. In Python: writes to several keys that say one thing, each in a step of its own, and an index entry
that goes since its collection was found to be empty.

## Why is this bad
The steps are sent together, and each runs by itself. A client that dies, a server that fails over or a
refusal in the middle leaves the first half written: an index without its entry, money that left one
account and reached no other. Nobody notices until the two are counted.

## Example
```yaml
keyspaces:
  user:
    key: user:<user_id:int>
    structure: hash
    fields: {email: str}
    ttl: 90d
    expect: 1_000_000 keys
  newest:
    key: newest
    structure: list
    item: int
    max_items: 100
    ttl: 90d
operations:
  sign_up:
    params: {user_id: int, email: str}
    atomic: false
    reason: the list of all users has no slot in common with a user
    do: |
      user.save(user_id, email=email)
      newest.push(user_id)
```

## Use instead
Where the keys can share a slot, give them one hash tag, and drop `atomic: false`:

```yaml
keyspaces:
  user:
    key: user:{<region:int>}:<user_id:int>
    structure: hash
    fields: {email: str}
    ttl: 90d
    expect: 1_000_000 keys
  newest:
    key: newest:{<region:int>}
    structure: list
    item: int
    max_items: 100
    ttl: 90d
operations:
  sign_up:
    params: {region: int, user_id: int, email: str}
    do: |
      user.save(region, user_id, email=email)
      newest.push(region, user_id)
```

Where they cannot, keep the reason, and say so in a comment:
`# redisspec: ignore[dual-write] rebuilt by the nightly job`.

## Fix safety
There is no fix: keys that move to another slot are other keys.

## References
- [Redis: cluster specification, hash tags](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.emptied import emptied
from redisspec.lint.pyfacts import (
    called,
    exclusive,
    is_private,
    is_setting,
    is_write,
    outermost,
    same_server,
    under_lock,
)
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves, parts_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyProcedure


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding an operation that is not atomic."""
    for operation in program.operations:
        if operation.atomic:
            continue
        place = operation.spans.get("atomic", operation.span)
        message = (
            f"the steps of `{operation.name}` run one by one: a crash or a refusal between them "
            "leaves the first half written"
        )
        if operation.reason is None:
            yield RULE.found(
                place,
                f"{message}, and `atomic: false` has no `reason`",
                "write `reason:` beside it: why these steps cannot be one",
            )
        else:
            yield RULE.found(
                place,
                message,
                "give the keys one hash tag and drop `atomic: false`, or say in a comment who mends what is "
                "left: `# redisspec: ignore[dual-write] …`",
                severity="warning",
            )


_WRITES = ("creates", "grows", "deletes", "writes")
_REMOVES = frozenset(("DEL", "UNLINK", "SREM", "ZREM", "HDEL", "LREM", "ZREMRANGEBYSCORE", "LTRIM"))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a run of writes to several keys that speak of one thing."""
    for procedure in context.procedures:
        for run in _runs(procedure):
            first, second = run[0], run[1]
            yield RULE.found(
                outermost(first),
                f"`{first.command}` and `{second.command}` write {_name(first)} and {_name(second)} one after the "
                "other: a crash in between leaves the first without the second",
                "send them in one transaction: `with client.pipeline(transaction=True) as pipe:`",
                severity="warning",
                related=(Related(outermost(second), "the next is written here"),),
            )
        for look, then, first_span, second_span in emptied(procedure):
            yield RULE.found(
                first_span,
                f"`{look.command}` finds nothing left in {_name(look)}, and `{then.command}` then takes "
                f"{_name(then)} away: what is added in between is known to no index",
                "let a script remove, count and forget, or send it between WATCH and MULTI",
                severity="warning",
                related=(Related(second_span, "it is forgotten here"),),
            )


def _runs(procedure: PyProcedure) -> Iterator[list[PyCall]]:
    """The writes that follow each other, to different keys, about one thing; two at least."""
    run: list[PyCall] = []
    for call in procedure.calls:
        if not is_write(call) or call.command in _NOT_DATA:
            continue
        if run and not _goes_on(run[-1], call):
            yield from _told(run)
            run = []
        if _alone(call):
            run.append(call)
    yield from _told(run)


_NOT_DATA = frozenset(
    ("EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "PERSIST", "PUBLISH", "SPUBLISH")
)


def _told(run: list[PyCall]) -> Iterator[list[PyCall]]:
    keys = {key.value for call in run for key in call.keys}
    if len(run) < 2 or len(keys) < 2 or all(call.command in _REMOVES for call in run):
        return
    for at, call in enumerate(run[1:], 1):
        before = next((one for one in run[:at] if about_one_thing(one, call)), None)
        if before is not None:
            yield [before, call]
            return


def _alone(call: PyCall) -> bool:
    """Whether a call is sent by itself, with nothing that keeps others away."""
    return (
        call.batch is None
        and call.watched is None
        and call.receiver.kind in ("client", "cluster")
        and len(call.keys) == 1
        and len(call.sites) <= 1
        and not under_lock(call)
        and not is_private(call.keys[0])
    )


def _goes_on(before: PyCall, call: PyCall) -> bool:
    return (
        same_server(before, call)
        and list(map(id, before.loops)) == list(map(id, call.loops))
        and [site.function for site in before.sites] == [site.function for site in call.sites]
        and not exclusive(before.guards, call.guards)
        and set(before.guards) <= set(call.guards)
    )


def about_one_thing(one: PyCall, other: PyCall) -> bool:
    """Whether both say one thing of one member: a move between collections, or data and its index."""
    mine, theirs = one.keys[0], other.keys[0]
    if mine.value == theirs.value or (one.sites and other.sites and one.sites[0] is other.sites[0]):
        # What one helper does is told of where that is read by itself.
        return False
    members, others = _members(one), _members(other)
    if members and others:
        # Or each lists what the other is kept for: an index, and the way back.
        back = set(_holes(mine.value)) & others and set(_holes(theirs.value)) & members
        return bool(members & others or back)
    if not members and not others:
        return False
    data, index = (other, members) if members else (one, others)
    key = data.keys[0].value
    return key in index or bool(set(_holes(key)) & index)


# What keeps members: a set or list of ids that lists what there is, or in which state it is.
_KEEPS = {
    "SADD": "*values", "SREM": "*values", "ZREM": "*values", "LPUSH": "*values", "RPUSH": "*values",
    "ZADD": "mapping", "ZINCRBY": "value", "LREM": "value",
}  # fmt: skip


def _members(call: PyCall) -> set[Value]:
    """What a call adds to a collection or takes from it, and what that is made of."""
    given = call.arguments.get(_KEEPS.get(call.command or "", ""))
    if given is None:
        return set()
    return {
        part
        for part in parts_of(given, into_replies=False)
        if part.provenance != "constant" and part.text != "()"
    }


def _holes(key: Value) -> Iterator[Value]:
    """What a key has of its own: ids, no constants and no settings."""
    for leaf in leaves(key):
        named = leaf.provenance in ("parameter", "random", "reply")
        if named and not is_setting(leaf.text):
            yield leaf


def _name(call: PyCall) -> str:
    return called(call.keys[0])


RULE = Rule(
    "RS305",
    "dual-write",
    "error",
    "atomicity",
    "model",
    __doc__ or "",
    check,
    python=check_python,
)
