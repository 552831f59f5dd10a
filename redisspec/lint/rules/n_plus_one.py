"""A command is sent for each item of a loop.

## What it does
Finds, in Python, a command on an item in a loop, a comprehension or a `gather` over many items, that is sent at once
and not collected in a pipeline; and a pipeline that is sent for each item. Loops over a few written items, that wait
or retry, and cursors are not meant.

## Why is this bad
Each command waits for its reply: 1,000 items at 0.5 ms are half a second, on a quiet network. Redis itself needs a few
milliseconds for all of them.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def names(users):
    return [client.get(f"name:{user}") for user in users]
```

## Use instead
`MGET`, `SADD key *members`, `DEL *keys` take many at once; a pipeline takes anything:
```python
import redis

client = redis.Redis(socket_timeout=2)


def names(users):
    with client.pipeline(transaction=False) as pipe:
        for user in users:
            pipe.get(f"name:{user}")
        return pipe.execute()
```

## Fix safety
There is no fix: how many commands one pipeline may hold depends on the data.

## References
- [Redis: pipelining](https://redis.io/docs/latest/develop/using-commands/pipelining/)
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import is_read, is_set, loops_over_items, outermost, own_guards
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves, mentions, parts_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyLoop, PyProcedure
    from redisspec.source.span import Span


# They wait, walk by a cursor, say that one is done, or do each what no other command could do for many.
_NOT_MEANT = frozenset(
    [
        "SCAN",
        "SSCAN",
        "HSCAN",
        "ZSCAN",
        "BLPOP",
        "BRPOP",
        "BLMOVE",
        "BZPOPMIN",
        "BZPOPMAX",
        "XREAD",
        "XREADGROUP",
        "XACK",
        "PUBLISH",
        "SPUBLISH",
        "AUTH",
        "PING",
        "SELECT",
        "WAIT",
        "WATCH",
        "SCRIPT",
        "INFO",
        "CONFIG",
        "LPOP",
        "RPOP",
        "SPOP",
        "ZPOPMIN",
        "ZPOPMAX",
    ]
)
_SCRIPTS = frozenset(("EVAL", "EVALSHA", "FCALL"))
_MANY = {
    "GET": "`mget` reads many keys at once",
    "HGET": "`hmget` reads many fields of one hash; a pipeline takes the rest",
    "SADD": "`sadd(key, *members)` adds many at once",
    "RPUSH": "`rpush(key, *items)` appends many at once",
    "LPUSH": "`lpush(key, *items)` pushes many at once",
    "ZADD": "`zadd(key, mapping)` adds many at once",
    "HSET": "`hset(key, mapping=…)` writes many fields at once",
    "DEL": "`delete(*keys)` takes many keys",
    "UNLINK": "`unlink(*keys)` takes many keys",
    "SREM": "`srem(key, *members)` removes many at once",
    "ZREM": "`zrem(key, *members)` removes many at once",
    "SISMEMBER": "`smismember` asks for many members at once",
    "EXISTS": "`exists(*keys)` counts many, a pipeline says which",
}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a loop that sends a command an item."""
    for procedure in context.procedures:
        found: dict[int, tuple[PyLoop, PyCall]] = {}
        for call in procedure.calls:
            loop = _loop_of(procedure, call)
            if loop is not None:
                found.setdefault(id(loop), (loop, call))
        for call in _one_item_pipelines(procedure):
            found.setdefault(id(call.loops[-1]), (call.loops[-1], call))
        for loop, call in found.values():
            # A loop around another one that is told of is the same thing to mend.
            inner = any(
                other is not loop and any(one is loop for one in its.loops)
                for other, its in found.values()
            )
            if inner or _is_scan_delete(call, loop):
                continue
            if _is_walked(procedure, call):
                continue
            if call.batch is not None:
                yield RULE.found(
                    outermost(call),
                    "a pipeline is sent once an item, and each waits for its replies",
                    "fill one pipeline in the loop and send it behind it, or once every few hundred items",
                )
                continue
            yield RULE.found(
                outermost(call),
                f"`{call.command}` is sent once an item, and each waits for its reply",
                _MANY.get(
                    call.command or "",
                    "collect the commands in a pipeline: all go in one round trip",
                ),
            )


def _loop_of(procedure: PyProcedure, call: PyCall) -> PyLoop | None:
    """The innermost loop of the procedure itself that sends the call for each of its items."""
    if call.command is None or call.command in _NOT_MEANT or _may_be_queued(call):
        return None
    if any(part == "handler" for part, _ in call.tries) or "nx" in call.arguments:
        return None
    if call.command in ("MGET", "MSET") and not _is_listed(call):
        return None
    if call.command in _SCRIPTS and (call.sites or not call.dropped):
        # It decides at the server, as a lock does; what follows needs its answer.
        return None
    own = [loop for loop in call.loops if within(loop.span, procedure.span)]
    if len(own) != len(call.loops) or (call.sites and _does_much(procedure, call)):
        # A helper with a loop of its own is told of itself; one that does a lot is no step of this loop.
        return None
    loop = own[-1] if own else None
    if loop is None or loop.small or _is_written(loop.over):
        return None
    if loop.kind == "while":
        return loop if uses_up(loop, call) else None
    if sends_many(call, loop) or _is_elsewhere(call, loop):
        return None
    return loop if loops_over_items(call) or _is_fresh(call) else None


def _is_written(over: Value) -> bool:
    """Whether a loop walks what the program's text holds, however it is turned: no file, no answer of another."""
    calls = {
        part.text.removeprefix("call:")
        for part in parts_of(over)
        if part.provenance == "formatted" and part.text.startswith("call:")
    }
    return is_set(over) and calls <= _TURNS


_TURNS = frozenset(
    ("range", "enumerate", "sorted", "reversed", "zip", "list", "tuple", "set", "frozenset", "dict", "len", "int",
     "str", "min", "max", "iter", "itertools.chain", "itertools.product")
)  # fmt: skip


def _is_listed(call: PyCall) -> bool:
    """Whether the keys are written one by one, so that they are those of one item and no portion of many."""
    given = call.node.args
    several = max(len(call.keys), len(given)) > 1
    return several or any(isinstance(one, ast.List | ast.Tuple | ast.Dict) for one in given)


def uses_up(loop: PyLoop, call: PyCall) -> bool:
    """Whether a round takes an item out of what the loop goes on for: `while keys: client.delete(keys.pop())`."""
    given = [*(key.value for key in call.keys), *call.arguments.values()]
    return any(
        part.text in (".pop", ".popleft")
        and bool(part.parts)
        and mentions(loop.over, part.parts[:1])
        for value in given
        for part in parts_of(value)
    )


def _one_item_pipelines(procedure: PyProcedure) -> Iterator[PyCall]:
    """The first command of each pipeline that is sent in every round, with what is about that one item.

    One that looks before it writes (WATCH) has to be sent by itself.
    """
    for sent in procedure.calls:
        batch = sent.batch
        if batch is None or sent.command is not None or sent.method != "execute" or batch.watches:
            continue
        loop = sent.loops[-1] if sent.loops else None
        if loop is None or loop.kind == "while" or loop.small or _is_written(loop.over):
            continue
        if not all(within(one.span, procedure.span) for one in sent.loops):
            continue
        queued = [one for one in procedure.calls if one.batch is batch and one.command is not None]
        if any(one.loops != sent.loops or sends_many(one, loop) for one in queued):
            continue
        if not queued or own_guards(sent, queued[0]) or _is_elsewhere(sent, loop):
            # `if len(pipe) >= 500: pipe.execute()` sends portions.
            continue
        if any(part == "handler" for part, _ in sent.tries):
            continue
        if any(one.command not in _NOT_MEANT and loops_over_items(one) for one in queued):
            yield queued[0]


def _is_elsewhere(call: PyCall, loop: PyLoop) -> bool:
    """Whether each item has a server of its own, which no pipeline joins."""
    return mentions(call.receiver.where, (loop.variable,))


def sends_many(call: PyCall, loop: PyLoop) -> bool:
    """Whether each round sends a portion: many keys, or many members or fields of one key."""
    mapping = call.arguments.get("mapping")
    starred = any(isinstance(one, ast.Starred) for one in call.node.args)
    if call.command in _OF_KEYS:
        return starred
    if starred or (mapping is not None and _is_collected(mapping)):
        return not any(mentions(key.value, (loop.variable,)) for key in call.keys)
    return False


def _is_collected(mapping: Value) -> bool:
    """Whether a mapping is of many: a comprehension, or a dictionary that is filled entry by entry."""
    return mapping.text == "each of" or any(part.text.startswith("{+") for part in mapping.parts)


_OF_KEYS = ("DEL", "UNLINK", "EXISTS", "TOUCH")


def _is_walked(procedure: PyProcedure, call: PyCall) -> bool:
    """Whether a loop inside walks what the call answers: a read a group, as work comes in groups.

    One behind the call's own loop walks the replies of all rounds, or the last: each item was asked for by itself.
    """
    return any(
        loop not in call.loops
        and other.loops[: len(call.loops)] == call.loops
        and within(loop.span, procedure.span)
        and mentions(loop.over, (call.reply,))
        for other in procedure.calls[call.number + 1 :]
        for loop in other.loops
    )


def _may_be_queued(call: PyCall) -> bool:
    receiver = call.receiver
    return (
        call.batch is not None
        or call.watched is not None
        or receiver.kind == "pipeline"
        or receiver.where.text in ("either", "or", "if")
    )


_MOST_OTHERS = 8


def _does_much(procedure: PyProcedure, call: PyCall) -> bool:
    """Whether the helper that the loop calls is a job of its own, and no step of this loop.

    One that writes more than a thing or two is, or calls a lot that is not Redis; what one only reads, a pipeline
    reads for all items.
    """
    others = sum(
        bool(one.sites) and one.sites[0] is call.sites[0] and not hasattr(builtins, one.name)
        for one in procedure.others
    )
    if others > _MOST_OTHERS:
        return True
    steps = [
        other
        for other in procedure.calls
        if other.command is not None and other.sites and other.sites[0] is call.sites[0]
    ]
    if is_read(call):
        return len(call.sites) > 2 or sum(not is_read(one) for one in steps) > 2
    return len(call.sites) > 1 or len(steps) > 2


def _is_fresh(call: PyCall) -> bool:
    """Whether each round sends something new, though not the item: an id that is made there."""
    return any(
        leaf.provenance == "random" for value in call.arguments.values() for leaf in leaves(value)
    )


def is_scan(loop: PyLoop) -> bool:
    """Whether the loop walks keys that a scan found."""
    return any(
        leaf.provenance == "reply" and leaf.text in ("SCAN", "KEYS")
        for leaf in parts_of(loop.over, into_replies=False)
    )


def _is_scan_delete(call: PyCall, loop: PyLoop) -> bool:
    """Whether RS215 tells of it."""
    deletes = call.command in ("DEL", "UNLINK") and not call.sites
    return deletes and is_scan(loop) and not is_chosen(call)


def is_chosen(call: PyCall) -> bool:
    """Whether it is sent for those items of which something was read before."""
    return any(
        part.provenance == "reply" and part.text not in ("SCAN", "KEYS")
        for guard in call.guards
        for part in parts_of(guard.condition, into_replies=False)
    )


def within(inner: Span, outer: Span) -> bool:
    """Whether one place lies in another of the same file."""
    return (
        inner.file == outer.file and outer.line <= inner.line and inner.end_line <= outer.end_line
    )


RULE = Rule(
    "RS214",
    "n-plus-one",
    "warning",
    "growth",
    "python",
    __doc__ or "",
    python=check_python,
)
