"""What a condition says of a reply: that nothing was there, how much there is, that something is not among it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.readers.python.module import Guard
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.readers.python.module import PyCall


def says_missing(guard: Guard, reply: Value) -> bool:
    """Whether a condition says, or may say, that what was looked for is not there."""
    condition, holds = guard.condition, guard.holds
    while condition.text in ("not", "call:bool") and len(condition.parts) == 1:
        holds = holds is not (condition.text == "not")
        condition = condition.parts[0]
    if not mentions(condition, (reply,)):
        return False
    if condition.text in ("and", "or"):
        return any(says_missing(Guard(part, holds), reply) for part in condition.parts)
    if condition.text in ("==", "is", "!=", "is not") and len(condition.parts) == 2:
        nothing = any(_is_nothing(part) for part in condition.parts)
        return nothing and holds is (condition.text in ("==", "is"))
    if condition.text in ("is None", "is not None"):
        return holds is (condition.text == "is None")
    if condition.text in (">", "<", ">=", "<="):
        return True
    return not holds


def _is_nothing(value: Value) -> bool:
    return value.provenance == "constant" and value.text in ("None", "0", "False", "")


def compares(guards: tuple[Guard, ...], read: PyCall) -> bool:
    """Whether a condition compares what was read by size."""
    return any(
        any(
            one.text in (">", ">=", "<", "<=") and mentions(one, (read.reply,))
            for one in conditions(guard.condition)
        )
        for guard in guards
    )


def conditions(condition: Value) -> Iterator[Value]:
    """A condition, and those that it joins."""
    yield condition
    if condition.text in ("and", "or", "not"):
        for part in condition.parts:
            yield from conditions(part)


def is_nought(guard: Guard, reply: Value) -> bool:
    """Whether a condition says that nothing is left of a count."""
    if not says_missing(guard, reply):
        return False
    sizes = [
        one
        for one in conditions(guard.condition)
        if one.text in (">", ">=", "<", "<=") and mentions(one, (reply,))
    ]
    return all(
        any(part.provenance == "constant" and part.text in ("0", "0.0", "1") for part in one.parts)
        and (one is not guard.condition or _is_least(guard, reply))
        for one in sizes
    )


def _is_least(guard: Guard, reply: Value) -> bool:
    """Whether a comparison by size that holds, or does not, leaves the small numbers."""
    first = guard.condition.parts[0]
    smaller = guard.condition.text in ("<", "<=")
    return smaller is (guard.holds is mentions(first, (reply,)))


def is_condition_of(read: PyCall, write: PyCall) -> bool:
    """`there = client.exists(key)`, then `client.set(key, value, xx=there)`."""
    given = [write.arguments[name] for name in ("nx", "xx") if name in write.arguments]
    return any(mentions(value, (read.reply,)) for value in given)


def is_not_among(guard: Guard, reply: Value) -> bool:
    """`if name not in client.lrange(key, 0, -1)`."""
    condition = guard.condition
    if condition.text == "not in":
        return guard.holds and mentions(condition.parts[1], (reply,))
    return condition.text == "in" and not guard.holds and mentions(condition.parts[1], (reply,))
