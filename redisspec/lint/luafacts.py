"""What rules ask of a Lua script: which calls touch a key, in which order, under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.commands import lookup
from redisspec.ir.flows import Value
from redisspec.readers.lua.values import FALSE, NIL, text
from redisspec.readers.values import leaves, mentions
from redisspec.source.generated import is_generated
from redisspec.source.problem import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redisspec.ir.flows import Effect
    from redisspec.readers.lua.script import Guard, LuaCall, LuaKey, LuaScript
    from redisspec.source.span import Span

_ZERO = text("0").text

# Replies that say whether a key is there at all.
_TELLS = frozenset(("EXISTS", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME", "TYPE"))


def touches(script: LuaScript) -> Iterator[tuple[int, LuaCall, LuaKey, Effect]]:
    """Every effect on a key, with the number of its call, in the order of the script."""
    for number, call in enumerate(script.calls):
        for key, effect in zip(call.keys, call.effects, strict=False):
            yield number, call, key, effect


def is_blind(script: LuaScript) -> bool:
    """Whether the script does what was not understood: no rule may then say what it does not do."""
    return any(
        call.command is None
        or lookup(call.command) is None
        or any(key.kind == "unknown" for key in call.keys)
        or (not call.keys_known and _writes(call))
        for call in script.calls
    )


def hand_written(script: LuaScript) -> bool:
    """Whether somebody wrote the script: what is generated holds what its declarations say."""
    return not is_generated(script.source.text)


def _writes(call: LuaCall) -> bool:
    return any("writes" in effect.actions for effect in call.effects)


def same_key(one: LuaKey, other: LuaKey) -> bool:
    """Whether both may be one key; an element of KEYS by a variable number may be any of them."""
    if one.value == other.value:
        return True
    kinds = {one.kind, other.kind}
    return "some" in kinds and kinds <= {"some", "declared"}


def exclusive(one: Sequence[Guard], other: Sequence[Guard]) -> bool:
    """Whether what runs under these conditions never runs together."""
    against = {(guard.condition, not guard.holds) for guard in other}
    return any(
        (guard.condition, guard.holds) in against and is_known(guard.condition) for guard in one
    )


def together(one: Sequence[Guard], other: Sequence[Guard]) -> bool:
    """Whether one of two runs wherever the other does, as far as conditions tell."""
    return all(guard in other for guard in one) or all(guard in one for guard in other)


def is_known(condition: Value) -> bool:
    """Whether the whole condition was understood: two that were not may differ though they look alike."""
    return all(leaf.provenance != "unknown" for leaf in leaves(condition))


def depends_on(guards: Iterable[Guard], key: LuaKey) -> bool:
    """Whether a condition looks at what the key holds, or at what a command on it answered."""
    return any(mentions(guard.condition, [key.value]) for guard in guards)


def known_there(guards: Iterable[Guard], key: LuaKey) -> bool:
    """Whether the conditions say, or may say, that the key is there already."""
    return any(_says_there(guard, key) for guard in guards)


def _says_there(guard: Guard, key: LuaKey) -> bool:
    replies = [one for one in _replies(guard.condition) if mentions(one, [key.value])]
    if not replies:
        return False
    condition, holds = guard.condition, guard.holds
    while condition.text == "not" and condition.parts:
        condition, holds = condition.parts[0], not holds
    if condition.provenance == "reply":
        return holds
    if condition.text in ("==", "~=") and len(condition.parts) == 2:
        absent = any(part in (NIL, FALSE) or part.text == _ZERO for part in condition.parts)
        if absent:
            return holds is (condition.text == "~=")
    if any(one.text in _TELLS for one in replies):
        return True
    # `GET … or '0'`: a key that is missing counts as one that is there.
    return not _has_default(condition)


def _replies(value: Value) -> Iterator[Value]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if one.provenance == "reply":
            yield one
        else:
            waiting += one.parts


def _has_default(value: Value) -> bool:
    if value.provenance == "formatted" and value.text == "or":
        return True
    return any(_has_default(part) for part in value.parts if value.provenance != "reply")


def called(key: LuaKey) -> str:
    """How a message names a key: `KEYS[1]`, `a key of KEYS`, or as the script writes it."""
    if key.kind == "some":
        return "a key of `KEYS`"
    if key.kind in ("built", "derived") and len(key.pattern.parts) == 1:
        return "a key that it builds"
    if key.keyspace is not None:
        return f"`{key.name}` (`{key.keyspace.name}`)"
    return f"`{key.name}`"


def written(script: LuaScript, span: Span) -> str:
    """What stands at a place of the script, quoted and cut for a message."""
    source = script.source
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    return f"`{short(' '.join(source.text[start:end].split()))}`"
