"""Values of code that is known in part, whatever language it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from redisspec.ir.flows import Value

UNKNOWN = Value("unknown")
RANDOM = Value("random")

_MOST_PARTS = 400
_MOST_OF_A_WORD = 80


def formed(how: str, *parts: Value) -> Value:
    """What an operation makes of its operands; how deep it is known is bounded."""
    found = Value("formatted", how, parts)
    return found if found.size <= _MOST_PARTS else UNKNOWN


def either(one: Value, other: Value) -> Value:
    """One of two, where two paths meet."""
    if one == other:
        return one
    return formed("either", one, other)


def without(value: Value, gone: Value) -> Value:
    """The value where one of its alternatives turned out to be none."""
    if value.provenance == "formatted" and value.text == "either" and len(value.parts) == 2:
        one, other = (without(part, gone) for part in value.parts)
        return other if one == gone else one if other == gone else either(one, other)
    return value


def leaves(value: Value) -> Iterator[Value]:
    """What a value is made of in the end."""
    if value.provenance == "formatted" and value.parts:
        for part in value.parts:
            yield from leaves(part)
    else:
        yield value


def parts_of(value: Value, *, into_replies: bool = True) -> Iterator[Value]:
    """A value and all that it is made of; a reply's words are what was asked, which not everybody wants."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        if into_replies or one.provenance != "reply":
            waiting += one.parts


def mentions(value: Value, test: Iterable[Value]) -> bool:
    """Whether any of the values stands somewhere in it, a reply's words included."""
    wanted = tuple(test)
    return any(one in wanted for one in parts_of(value))


def reply_of(command: str | None, words: Iterable[Value], number: int) -> Value:
    """The reply of a call; its number tells it from that of the same command at another time."""
    # Replies stand in the words of later commands, so that what is kept of each has a bound.
    kept = (word if word.size <= _MOST_OF_A_WORD else UNKNOWN for word in words)
    return Value("reply", command or "?", (*kept, Value("unknown", f"call {number}")))


def words_of(reply: Value) -> tuple[Value, ...]:
    """The words of the command that a reply answers."""
    return reply.parts[:-1]
