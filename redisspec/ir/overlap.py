"""Finds key patterns that can name the same key, among thousands, and patterns read in two ways."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from redisspec.ir.automaton import Automaton, build, intersect, two_readings
from redisspec.ir.keypattern import (
    MAX_KEY_BYTES,
    Hole,
    KeyPattern,
    Literal,
    Parameter,
    ParameterType,
    Part,
    merged,
)
from redisspec.ir.languages import ANY, Chars, Expr, Repeat, example, expression, literal

Shape = tuple[str | ParameterType | None, ...]
"""A segment without the names of its parameters: literal texts, types, None for a hole."""


def _shape(parts: Sequence[Part]) -> Shape:
    return tuple(
        part.text
        if isinstance(part, Literal)
        else part.type
        if isinstance(part, Parameter)
        else None
        for part in parts
    )


def _segment_shapes(pattern: KeyPattern) -> list[Shape]:
    """The shapes of the pattern's segments, without making the segments first."""
    found: list[Shape] = []
    current: list[str | ParameterType | None] = []
    for part in pattern.parts:
        if not isinstance(part, Literal):
            current.append(part.type if isinstance(part, Parameter) else None)
            continue
        first, *more = part.text.split(":")
        if current and isinstance(current[-1], str):
            current[-1] += first
        elif first:
            current.append(first)
        for text in more:
            found.append(tuple(current))
            current = [text] if text else []
    found.append(tuple(current))
    return found


def _expressions(shape: Shape) -> list[Expr]:
    return [
        literal(item)
        if isinstance(item, str)
        else Repeat(Chars(ANY), 0)
        if item is None
        else expression(item.name, item.members, item.length)
        for item in shape
    ]


@lru_cache(maxsize=16_384)
def _automaton(shape: Shape) -> Automaton:
    return build(_expressions(shape))


@lru_cache(maxsize=65_536)
def _common(left: Shape, right: Shape) -> str | None:
    """A shortest text that both shapes admit."""
    if left == right:
        return None if None in left else _example(left)
    return intersect(_automaton(left), _automaton(right))


@lru_cache(maxsize=16_384)
def _example(shape: Shape) -> str:
    return "".join(
        item
        if isinstance(item, str)
        else ""
        if item is None
        else example(item.name, item.members, item.length)
        for item in shape
    )


def _short(key: str) -> str | None:
    # The shortest common key decides: where it is too long for a key, so are all others.
    return key if len(key.encode()) <= MAX_KEY_BYTES else None


def _separated(pattern: KeyPattern) -> bool:
    """Whether the separators of its keys are those of its literals."""
    for part in pattern.parts:
        if isinstance(part, Hole):
            return False
        if isinstance(part, Parameter) and ":" in "".join(part.type.members):
            return False
    return True


def witness(left: KeyPattern, right: KeyPattern) -> str | None:
    """A shortest key that both patterns can name, or None."""
    if not (_separated(left) and _separated(right)):
        found = intersect(
            _automaton(_shape(merged(left.parts))), _automaton(_shape(merged(right.parts)))
        )
        return None if found is None else _short(found)
    mine, theirs = left.segments(), right.segments()
    if len(mine) != len(theirs):
        return None
    texts: list[str] = []
    for a, b in zip(mine, theirs, strict=True):
        text = _common(_shape(a), _shape(b))
        if text is None:
            return None
        texts.append(text)
    return _short(":".join(texts))


@lru_cache(maxsize=16_384)
def _readings(shape: Shape) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """A text that the shape divides in two ways, with the texts of its parameters in each."""
    found = two_readings(_automaton(shape))
    if found is None:
        return None
    text, *ways = found

    def arguments(way: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(
            "".join(c for c, part in zip(text, way, strict=True) if part == number)
            for number, item in enumerate(shape)
            if not isinstance(item, str)
        )

    return text, arguments(ways[0]), arguments(ways[1])


def ambiguity(pattern: KeyPattern) -> tuple[str, dict[str, str], dict[str, str]] | None:
    """A key that two sets of arguments name, with both, or None. Holes are not judged."""
    if pattern.has_hole:
        return None
    segments = pattern.segments() if _separated(pattern) else (merged(pattern.parts),)
    shapes = [_shape(segment) for segment in segments]
    for index, segment in enumerate(segments):
        named = [part.name for part in segment if isinstance(part, Parameter)]
        # With one parameter the literals around it leave it no choice.
        found = _readings(shapes[index]) if len(named) > 1 else None
        if found is None:
            continue
        text, one, other = found
        texts = [_example(shape) for shape in shapes]
        texts[index] = text
        key = _short(":".join(texts))
        if key is None:
            continue
        first: dict[str, str] = {}
        second: dict[str, str] = {}
        for number, around in enumerate(segments):
            for part in around:
                if isinstance(part, Parameter) and number != index:
                    kind = part.type
                    value = example(kind.name, kind.members, kind.length)
                    first[part.name] = second[part.name] = value
            if number == index:
                first.update(zip(named, one, strict=True))
                second.update(zip(named, other, strict=True))
        return key, first, second
    return None


@dataclass(slots=True)
class _Node:
    """A place in the tree of segments, with the patterns that end here."""

    literals: dict[Shape, _Node] = field(default_factory=dict)
    shapes: dict[Shape, _Node] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    size: int = 0  # how many patterns end here or below
    sorted_literals: tuple[list[str], list[str]] | None = None


def overlaps(patterns: Sequence[KeyPattern]) -> Iterator[tuple[int, int, str]]:
    """Pairs of patterns (by index, the lower first) that can name one key, with such a key.

    Every pattern that meets another is in some pair. Of patterns that are alike but for the names
    of their parameters, each is paired with the first alone, and only the first with others: n
    copies of one key are n - 1 pairs.
    """
    root = _Node()
    loose: list[int] = []
    for index, pattern in enumerate(patterns):
        if not _separated(pattern):
            loose.append(index)
            continue
        node = root
        node.size += 1
        for shape in _segment_shapes(pattern):
            plain = not shape or (len(shape) == 1 and isinstance(shape[0], str))
            children = node.literals if plain else node.shapes
            following = children.get(shape)
            if following is None:
                following = children[shape] = _Node()
            node = following
            node.size += 1
        node.ends.append(index)
    yield from _meet(root, root, ())
    for place, index in enumerate(loose):
        done = set(loose[place:])
        for other, pattern in enumerate(patterns):
            if other in done:
                continue
            key = witness(patterns[index], pattern)
            if key is not None:
                yield min(index, other), max(index, other), key


def _meet(left: _Node, right: _Node, path: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """The pairs below two nodes that one text leads to (`path`, a segment each)."""
    if left.ends and right.ends:
        key = _short(":".join(path))
        if key is not None and left is not right:
            yield min(left.ends[0], right.ends[0]), max(left.ends[0], right.ends[0]), key
        elif key is not None:
            for other in left.ends[1:]:
                yield left.ends[0], other, key
    for mine, theirs, text in _children(left, right):
        yield from _meet(mine, theirs, (*path, text))


def _children(left: _Node, right: _Node) -> Iterator[tuple[_Node, _Node, str]]:
    if left is right:
        for shape, node in (*left.literals.items(), *left.shapes.items()):
            if node.size > 1:  # a pattern that is alone below a node meets none there
                yield node, node, _example(shape)
    else:
        few, many = sorted((left.literals, right.literals), key=len)
        for shape in few:
            if shape in many:
                yield left.literals[shape], right.literals[shape], _example(shape)
    yield from _shape_pairs(left, right)
    yield from _literal_pairs(left.shapes, right)
    if left is not right:
        yield from _literal_pairs(right.shapes, left)


def _literal_pairs(shapes: dict[Shape, _Node], node: _Node) -> Iterator[tuple[_Node, _Node, str]]:
    """Shapes with parameters against the literals of a node, found by prefix or suffix."""
    if not shapes or not node.literals:
        return
    if node.sorted_literals is None:
        texts = [_example(shape) for shape in node.literals]
        node.sorted_literals = sorted(texts), sorted(text[::-1] for text in texts)
    forward, backward = node.sorted_literals
    for shape, child in shapes.items():
        before, after = _ends(shape)
        found = (
            _starting(forward, before)
            if before or not after
            else [text[::-1] for text in _starting(backward, after[::-1])]
        )
        for text in found:
            plain: Shape = (text,) if text else ()
            if text.endswith(after) and _common(shape, plain) is not None:
                yield child, node.literals[plain], text


def _shape_pairs(left: _Node, right: _Node) -> Iterator[tuple[_Node, _Node, str]]:
    """Different shapes with parameters that admit one text."""
    if not left.shapes or not right.shapes or (left is right and len(left.shapes) == 1):
        return
    index = _ShapeIndex(right.shapes)
    place = {shape: number for number, shape in enumerate(right.shapes)}
    for shape, node in left.shapes.items():
        for other in index.near(shape):
            if left is right and place[other] <= place[shape]:
                continue
            text = _common(shape, other)
            if text is not None:
                yield node, right.shapes[other], text


class _ShapeIndex:
    """Finds the shapes whose literal beginning or end does not rule out a common text."""

    def __init__(self, shapes: dict[Shape, _Node]) -> None:
        self._open: dict[str, list[Shape]] = defaultdict(list)
        self._begun: dict[str, list[Shape]] = defaultdict(list)
        self._begun_by_end: dict[str, list[Shape]] = defaultdict(list)
        for shape in shapes:
            before, after = _ends(shape)
            if before:
                self._begun[before].append(shape)
                self._begun_by_end[after[::-1]].append(shape)
            else:
                self._open[after[::-1]].append(shape)
        self._begun_sorted = sorted(self._begun)
        self._open_sorted = sorted(self._open)
        self._ends_sorted = sorted(self._begun_by_end)

    def near(self, shape: Shape) -> Iterator[Shape]:
        before, after = _ends(shape)
        yield from _compatible(self._open, self._open_sorted, after[::-1])
        if before:
            yield from _compatible(self._begun, self._begun_sorted, before)
        else:
            yield from _compatible(self._begun_by_end, self._ends_sorted, after[::-1])


def _compatible(groups: dict[str, list[Shape]], ordered: list[str], text: str) -> Iterator[Shape]:
    """The shapes of the groups whose name is a beginning of the text, or the other way round."""
    for length in range(len(text)):
        yield from groups.get(text[:length], ())
    for name in _starting(ordered, text):
        yield from groups[name]


def _starting(ordered: list[str], prefix: str) -> Iterator[str]:
    for place in range(bisect_left(ordered, prefix), len(ordered)):
        if not ordered[place].startswith(prefix):
            return
        yield ordered[place]


def _ends(shape: Shape) -> tuple[str, str]:
    """The literal text that a shape with parameters begins with, and that it ends with."""
    first, last = shape[0], shape[-1]
    return (
        first if isinstance(first, str) else "",
        last if isinstance(last, str) else "",
    )
