"""What rules ask of Python: which calls touch a key, in which order, in which atomic step, under which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redisspec.ir.commands import lookup
from redisspec.ir.flows import Value
from redisspec.lint.keyfacts import names_window
from redisspec.readers.python.module import PyCall, PyProcedure
from redisspec.readers.values import leaves, mentions

if TYPE_CHECKING:
    from redisspec.ir.flows import Effect
    from redisspec.ir.program import Program
    from redisspec.readers.python.module import Guard, PyKey, PyModule
    from redisspec.source.span import Span


@dataclass(frozen=True, slots=True)
class PyContext:
    """A file with what it is judged by: the redis-py and the Redis that it is for, and its spec if it has one.

    `redis_py` is (major, minor); `redis` is None where only the spec may say.
    """

    module: PyModule
    redis_py: tuple[int, int] = (8, 0)
    redis: tuple[int, int] | None = None
    spec: Program | None = None

    @property
    def procedures(self) -> tuple[PyProcedure, ...]:
        """The functions of the file."""
        return self.module.procedures


def own_calls(procedure: PyProcedure) -> Iterator[PyCall]:
    """The calls that stand in the procedure itself."""
    return (call for call in procedure.calls if not call.sites)


def touches(procedure: PyProcedure) -> Iterator[tuple[PyCall, PyKey, Effect]]:
    """Every effect on a key, in the order of the procedure."""
    for call in procedure.calls:
        yield from zip((call,) * len(call.keys), call.keys, call.effects, strict=False)


def is_read(call: PyCall) -> bool:
    """Whether the call only reads (`SET … GET` does not)."""
    known = None if call.command is None else lookup(call.command)
    return known is not None and "readonly" in known.flags


def is_write(call: PyCall) -> bool:
    """Whether the call may change something."""
    return any(
        not effect.actions.isdisjoint(("writes", "deletes", "creates", "expires"))
        for effect in call.effects
    )


def does(call: PyCall, *actions: str) -> bool:
    """Whether any effect of the call has one of these actions."""
    return any(not effect.actions.isdisjoint(actions) for effect in call.effects)


def same_server(one: PyCall, other: PyCall) -> bool:
    """Whether both go to one server for sure (a pipeline's commands go where its client's do)."""
    return one.receiver.where == other.receiver.where


def same_key(one: PyKey, other: PyKey) -> bool:
    """Whether both are one key for sure, as far as the procedure goes."""
    return one.value == other.value and is_known(one.value)


def share_key(one: PyCall, other: PyCall) -> PyKey | None:
    """The key of `one` that `other` touches too, on the same server."""
    if not same_server(one, other):
        return None
    return next(
        (mine for mine in one.keys if any(same_key(mine, theirs) for theirs in other.keys)), None
    )


def is_known(value: Value) -> bool:
    """Whether a value is told from others: what is unknown altogether is not."""
    return value.provenance != "unknown" or value.text not in ("", "table")


def is_private(key: PyKey) -> bool:
    """Whether nobody else can know the key: it is made of chance in this procedure."""
    return _by_chance(key.value)


_CHOICES = ("either", "or", "if")


def _by_chance(value: Value) -> bool:
    if value.provenance == "formatted" and value.parts:
        # `name or uuid4()` is no secret where a name is given.
        every = all if value.text in _CHOICES else any
        return every(map(_by_chance, value.parts))
    return value.provenance == "random"


def called(key: PyKey) -> str:
    """How a message calls a key."""
    return key.name if key.name == "the key" else f"`{key.name}`"


def is_set(value: Value) -> bool:
    """Whether the program's text or its settings fix a value: texts and constants by name alone."""
    return all(
        leaf.provenance == "constant" or (leaf.provenance == "parameter" and is_setting(leaf.text))
        for leaf in leaves(value)
    )


def is_setting(name: str) -> bool:
    """Whether a name is written as those of constants are: `app.settings.QUEUE_NAME`."""
    return name.rpartition(".")[2].isupper()


def window_in(key: PyKey) -> str | None:
    """What in the key bears a date or a window, as a message may call it; None where nothing does."""
    for leaf in leaves(key.value):
        if leaf.provenance == "clock":
            return "the time"
        if leaf.provenance == "parameter" and names_window(leaf.text.rpartition(".")[2]):
            return leaf.text
    return None


def exclusive(one: Sequence[Guard], other: Sequence[Guard]) -> bool:
    """Whether what runs under these conditions never runs together."""
    against = {(guard.condition, not guard.holds) for guard in other}
    return any((guard.condition, guard.holds) in against for guard in one)


def decides(read: PyCall, guards: Sequence[Guard]) -> bool:
    """Whether the reply of a read has a say in any of the conditions."""
    return any(mentions(guard.condition, (read.reply,)) for guard in guards)


def own_guards(call: PyCall, before: PyCall) -> tuple[Guard, ...]:
    """The conditions of a call that do not hold for an earlier one."""
    known = set(map(id, before.guards))
    return tuple(guard for guard in call.guards if id(guard) not in known)


def atomic(one: PyCall, other: PyCall) -> bool:
    """Whether both reach the server in one atomic step: one transaction of one pipeline."""
    batch = one.batch
    return batch is not None and batch is other.batch and batch.transaction is not False


def one_trip(one: PyCall, other: PyCall) -> bool:
    """Whether both are sent together, in a transaction or not."""
    return one.batch is not None and one.batch is other.batch


def guarded_by_watch(read: PyCall, write: PyCall) -> bool:
    """Whether the write is refused where what was read has changed: WATCH, read, MULTI, write, EXEC."""
    return (
        read.watched is not None
        and write.batch is not None
        and write.batch.pipeline == read.watched
        and write.batch.watches
    )


def under_lock(call: PyCall) -> bool:
    """Whether a lock in Redis is held, so that others wait."""
    return "redis" in call.held


def place(one: PyCall, other: PyCall) -> tuple[Span, Span, bool]:
    """Where both stand in the function that has both of them, and whether that is the procedure itself.

    Two calls of one helper belong to the helper: it is told of them when it is read by itself.
    """
    depth = 0
    for mine, theirs in zip(one.sites, other.sites, strict=False):
        if mine is not theirs:
            break
        depth += 1
    first = one.sites[depth].span if depth < len(one.sites) else one.span
    second = other.sites[depth].span if depth < len(other.sites) else other.span
    return first, second, depth == 0


def outermost(call: PyCall) -> Span:
    """Where the call stands in the procedure itself: at its own place, or where a helper is called."""
    return call.sites[0].span if call.sites else call.span


def later(procedure: PyProcedure, call: PyCall) -> Iterator[PyCall]:
    """The calls behind one, in the order in which they are written, those it excludes left out."""
    return (
        other
        for other in procedure.calls[call.number + 1 :]
        if not exclusive(call.guards, other.guards)
    )


def loops_over_items(call: PyCall) -> bool:
    """Whether a loop around the call walks many items, and the call is about the item.

    Not a loop over a few written items, nor one that retries, waits or follows a cursor.
    """
    return any(
        loop.kind != "while"
        and not loop.small
        and any(mentions(word, (loop.variable,)) for word in _words(call))
        for loop in call.loops
    )


def _words(call: PyCall) -> Iterator[Value]:
    for key in call.keys:
        yield key.value
    yield from call.arguments.values()
