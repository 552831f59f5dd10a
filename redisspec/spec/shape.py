"""Whether a node has the shape that a model declares: the fast path, which imports no pydantic.

The tables are in `shapes.py`, made from the models; what they refuse is looked at again with the
models themselves, which know how to say what is wrong.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from redisspec.source.nodes import MappingNode, Node, ScalarNode, SequenceNode

SCALAR: Final = 0
"""One value, whose grammar the lowering reads."""
TEXT: Final = 1
WHOLE: Final = 2
"""A whole number of at least 1 and at most LARGEST."""
INTEGER: Final = 3
FLAG: Final = 4
ANY: Final = 5

LARGEST: Final = (1 << 53) - 1
"""The largest whole number that a Lua script can compare exactly."""


class Settings(NamedTuple):
    """A mapping with these keys; `short` says that one scalar may stand in its place."""

    kinds: dict[str, Kind]
    required: tuple[str, ...] = ()
    short: bool = False


class Entries(NamedTuple):
    """A mapping with any keys, whose values are all of one kind."""

    kind: Kind
    short: bool = False


class Items(NamedTuple):
    """A list of one kind."""

    kind: Kind


Kind: TypeAlias = int | frozenset[str] | Settings | Entries | Items


def fits(node: Node, kind: Kind) -> bool:
    """Whether a node has this shape."""
    if type(node) is ScalarNode:
        return _scalar_fits(node, kind)
    if kind == ANY:
        return True
    if type(kind) is Settings:
        return type(node) is MappingNode and settings_fit(node, kind)
    if type(kind) is Entries:
        inner = kind.kind
        return type(node) is MappingNode and all(fits(value, inner) for _, value in node.entries)
    if type(kind) is Items:
        inner = kind.kind
        return type(node) is SequenceNode and all(fits(item, inner) for item in node.items)
    return False


def settings_fit(node: MappingNode, shape: Settings) -> bool:
    """Whether a mapping has only known keys, each with a fitting value, and none is missing."""
    kinds = shape.kinds
    missing = len(shape.required)
    for key, value in node.entries:
        kind = kinds.get(key.text)
        if kind is None or key.broken:
            return False
        if missing and key.text in shape.required:
            missing -= 1
        if not (_scalar_fits(value, kind) if type(value) is ScalarNode else fits(value, kind)):
            return False
    return not missing


def _scalar_fits(node: ScalarNode, kind: Kind) -> bool:
    if node.broken:
        return False
    if kind == SCALAR:
        return node.text not in _NULLS or node.style != "plain"
    if type(kind) is frozenset:
        return node.text in kind
    if type(kind) is not int:
        return type(kind) is not Items and kind.short and node.value is not None  # type: ignore[union-attr]  # Settings or Entries are left
    value = node.value
    if kind == WHOLE:
        return type(value) is int and 1 <= value <= LARGEST
    if kind == TEXT:
        return type(value) is str
    return kind == ANY or type(value) is _TYPES[kind]


_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TYPES: Final = {INTEGER: int, FLAG: bool}
