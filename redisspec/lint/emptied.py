"""What is taken out of an index since its collection is empty now, in a step of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.conditions import says_missing
from redisspec.lint.pairs import COUNTS
from redisspec.lint.pyfacts import (
    atomic,
    exclusive,
    guarded_by_watch,
    own_guards,
    place,
    same_server,
    share_key,
    under_lock,
)

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.readers.python.module import Guard, PyCall, PyProcedure
    from redisspec.source.span import Span

_LOOKS = COUNTS | {"EXISTS", "HKEYS", "HVALS", "HGETALL", "SMEMBERS", "LRANGE", "ZRANGE"}
_TAKES = frozenset(("SREM", "ZREM", "HDEL", "LREM", "LPOP", "RPOP", "SPOP", "ZPOPMIN", "ZPOPMAX"))
_FORGETS = frozenset(("SREM", "ZREM", "HDEL", "DEL", "UNLINK"))


def emptied(procedure: PyProcedure) -> Iterator[tuple[PyCall, PyCall, Span, Span]]:
    """A member is removed, what is left is looked at, and, if that is nothing, something else is removed.

    Who adds a member between the look and the second removal has it in a collection that no index knows.
    """
    for at, look in enumerate(procedure.calls):
        if look.command not in _LOOKS or look.watched is not None or under_lock(look):
            continue
        if not any(_removes_from(one, look) for one in procedure.calls[:at]):
            continue
        for then in procedure.calls[at + 1 :]:
            if then.command not in _FORGETS or not then.keys or share_key(look, then) is not None:
                continue
            if not same_server(look, then) or guarded_by_watch(look, then) or atomic(look, then):
                continue
            first, second, own = place(look, then)
            if own and any(_is_empty(guard, look) for guard in own_guards(then, look)):
                yield look, then, first, second
                break


def _removes_from(call: PyCall, look: PyCall) -> bool:
    return (
        call.command in _TAKES
        and share_key(call, look) is not None
        and not exclusive(call.guards, look.guards)
    )


def _is_empty(guard: Guard, look: PyCall) -> bool:
    """Whether a condition says that nothing is left, or may."""
    if not _is_of_all(guard.condition, look.reply):
        return False
    if guard.condition.text in ("or", "=="):
        # `left in ([], [mine])`: nothing, or nothing of others.
        return guard.holds
    return says_missing(guard, look.reply)


def _is_of_all(condition: Value, reply: Value) -> bool:
    """Whether a condition asks something of all that was read, and not of one of it alone."""
    if condition == reply:
        return True
    return condition.text not in ("each", "[]") and any(
        _is_of_all(part, reply) for part in condition.parts
    )
