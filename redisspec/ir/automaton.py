"""Decides whether two key patterns can name one key, and whether one can in two ways: exactly.

Position automata: a state is the place of one character to be read, so that a product of two is
walked breadth first and the first way to its end spells the shortest witness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redisspec.ir.languages import Alt, Chars, Expr, Repeat, Seq, pick

END = -1
"""Stands in a follow list where the text may end."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """For each state its character set, the states after it, and the number of its part."""

    masks: tuple[int, ...]
    follow: tuple[tuple[int, ...], ...]
    owner: tuple[int, ...]
    starts: tuple[int, ...]


def build(parts: Sequence[Expr]) -> Automaton:
    """The automaton of the parts, one after the other."""
    masks: list[int] = []
    follow: list[list[int]] = []
    owner: list[int] = []

    def place(expr: Expr, after: list[int], part: int) -> list[int]:
        match expr:
            case Chars(mask):
                masks.append(mask)
                follow.append(after)
                owner.append(part)
                return [len(masks) - 1]
            case Seq(items):
                for item in reversed(items):
                    after = place(item, after, part)
                return after
            case Alt(items):
                return [start for item in items for start in place(item, after, part)]
            case Repeat(item, least):
                # The states inside share this list, so that filling it last closes the loop.
                again: list[int] = []
                starts = place(item, again, part)
                again += [*starts, *after]
                return starts if least else [*starts, *after]

    after = [END]
    for number in range(len(parts) - 1, -1, -1):
        after = place(parts[number], after, number)
    return Automaton(tuple(masks), tuple(map(tuple, follow)), tuple(owner), tuple(after))


def intersect(left: Automaton, right: Automaton) -> str | None:
    """A shortest text that both read, or None."""
    if END in left.starts and END in right.starts:
        return ""
    came: dict[tuple[int, int], tuple[int, int] | None] = {}
    layer = _pairs(left, right, left.starts, right.starts)
    for pair in layer:
        came[pair] = None
    while layer:
        after: list[tuple[int, int]] = []
        for pair in layer:
            ahead, beside = left.follow[pair[0]], right.follow[pair[1]]
            if END in ahead and END in beside:
                return _spell(left, right, came, pair)
            for following in _pairs(left, right, ahead, beside):
                if following not in came:
                    came[following] = pair
                    after.append(following)
        layer = after
    return None


def _pairs(
    left: Automaton, right: Automaton, ahead: Sequence[int], beside: Sequence[int]
) -> list[tuple[int, int]]:
    return [
        (p, q)
        for p in ahead
        if p != END
        for q in beside
        if q != END and left.masks[p] & right.masks[q]
    ]


def _spell(
    left: Automaton,
    right: Automaton,
    came: dict[tuple[int, int], tuple[int, int] | None],
    last: tuple[int, int],
) -> str:
    found: list[str] = []
    pair: tuple[int, int] | None = last
    while pair is not None:
        found.append(pick(left.masks[pair[0]] & right.masks[pair[1]]))
        pair = came[pair]
    return "".join(reversed(found))


def two_readings(auto: Automaton) -> tuple[str, tuple[int, ...], tuple[int, ...]] | None:
    """A shortest text that the parts divide in two ways, or None.

    Comes with the number of the part that each character belongs to, in one way and the other.
    """
    came: dict[tuple[int, int, bool], tuple[int, int, bool] | None] = {}
    layer: list[tuple[int, int, bool]] = []

    def reach(
        before: tuple[int, int, bool] | None, ahead: Sequence[int], beside: Sequence[int]
    ) -> None:
        differ = before is not None and before[2]
        for p, q in _pairs(auto, auto, ahead, beside):
            state = (p, q, differ or auto.owner[p] != auto.owner[q])
            if state not in came:
                came[state] = before
                layer.append(state)

    reach(None, auto.starts, auto.starts)
    while layer:
        current, layer = layer, []
        for state in current:
            ahead, beside = auto.follow[state[0]], auto.follow[state[1]]
            if state[2] and END in ahead and END in beside:
                return _spell_both(auto, came, state)
            reach(state, ahead, beside)
    return None


def _spell_both(
    auto: Automaton,
    came: dict[tuple[int, int, bool], tuple[int, int, bool] | None],
    last: tuple[int, int, bool],
) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    states: list[tuple[int, int, bool]] = []
    state: tuple[int, int, bool] | None = last
    while state is not None:
        states.append(state)
        state = came[state]
    states.reverse()
    return (
        "".join(pick(auto.masks[p] & auto.masks[q]) for p, q, _ in states),
        tuple(auto.owner[p] for p, _, _ in states),
        tuple(auto.owner[q] for _, q, _ in states),
    )
