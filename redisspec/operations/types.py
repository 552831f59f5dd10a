"""The static types of an operation's values, and what each is in the script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from redisspec.ir.model import Keyspace
from redisspec.ir.types import Enum, Imported, Json, ListOf, MapOf, RecordRef, Scalar, ValueType
from redisspec.ir.types import Maybe as MaybeValue

EXACT: Final = 2**53 - 1
"""The largest integer up to which Lua's numbers are exact."""


@dataclass(frozen=True, slots=True)
class Int:
    """An int from `low` to `high`: a Lua number, or with `text` its digits (then of any size).

    `origin` is the Lua expression of the key that the digits were read from; a parameter's digits
    are trusted and have none.
    """

    low: int = -EXACT
    high: int = EXACT
    text: bool = False
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Float:
    """A Lua number."""


@dataclass(frozen=True, slots=True)
class Bool:
    """A Lua boolean."""


@dataclass(frozen=True, slots=True)
class Text:
    """A Lua string of a scalar or enum type, as it is stored; `literal` is a constant's text."""

    type: ValueType
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value stored as JSON: a Lua string that is passed on whole."""

    type: ValueType


@dataclass(frozen=True, slots=True)
class NoneT:
    """None: nil."""


@dataclass(frozen=True, slots=True)
class Optional:
    """None or the inner type: nil or its value."""

    inner: Static


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of texts as they are stored, `false` where one is missing.

    `item` is what one becomes when it is taken out. `most` bounds the number (None: nothing does).
    `param` names the list parameter that it is; `unordered` says that it is a set.
    """

    item: Static
    most: int | None
    origin: str | None = None
    param: str | None = None
    unordered: bool = False
    sure: bool = False
    """Its numbers are the server's own: nothing else can stand there."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A flat table of firsts and seconds in turn: members with scores, or a map's fields."""

    first: Static
    second: Static
    most: int | None
    origin: str | None = None
    mapping: bool = False
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of a hash's record in order, as HMGET answers them."""

    keyspace: Keyspace
    origin: str


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of a stream, as XRANGE answers them."""

    keyspace: Keyspace
    most: int | None
    origin: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a table of its ID and its flat fields."""

    keyspace: Keyspace
    origin: str


@dataclass(frozen=True, slots=True)
class Tuple:
    """Several values; each has a Lua expression of its own until it is returned. `listed`: written
    as a list, so that they are of one type."""

    items: tuple[Static, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """What PTTL answers, in milliseconds; -1 for a key that never expires."""


Static: TypeAlias = (
    Int
    | Float
    | Bool
    | Text
    | Opaque
    | NoneT
    | Optional
    | Listing
    | Pairs
    | Row
    | Entries
    | Entry
    | Tuple
    | Duration
)

NUMBER: Final = Int()
SIZE: Final = Int(0, 2**32)
STR: Final = Text(Scalar("str"))


def stored(kind: ValueType, origin: str | None = None) -> Static:
    """What a value of a spec's type is once it is read; an int stays digits."""
    match kind:
        case MaybeValue(inner):
            return Optional(stored(inner, origin))
        case Scalar("int"):
            return Int(text=True, origin=origin)
        case Scalar("float"):
            return Float()
        case Scalar("bool"):
            return Bool()
        case Scalar() | Enum():
            return Text(kind)
        case _:
            return Opaque(kind)


def spec_type(static: Static) -> ValueType | None:
    """The spec's type of a scalar or passed-on value; None for what has none."""
    match static:
        case Int():
            return Scalar("int")
        case Float():
            return Scalar("float")
        case Bool():
            return Scalar("bool")
        case Text(kind) | Opaque(kind):
            return kind
        case Optional(inner):
            kind_ = spec_type(inner)
            return None if kind_ is None else MaybeValue(kind_)
        case _:
            return None


def joined(one: Static, other: Static) -> Static | None:
    """The type that holds both; None where there is none."""
    if one == other:
        return one
    match one, other:
        case NoneT(), Optional():
            return other
        case Optional(), NoneT():
            return one
        case NoneT(), _:
            return Optional(other)
        case _, NoneT():
            return Optional(one)
        case (Optional(a), Optional(b)) | (Optional(a), b):
            inner = joined(a, b)
            return None if inner is None else Optional(inner)
        case a, Optional(b):
            inner = joined(a, b)
            return None if inner is None else Optional(inner)
        case Int(), Int():
            if one.text != other.text:
                return None
            origin = one.origin or other.origin
            return Int(min(one.low, other.low), max(one.high, other.high), one.text, origin)
        case Text(a), Text(b):
            if a == b:
                return Text(a)
            if {a, b} == {Scalar("str"), Scalar("slug")} or (
                one.literal is not None and b == Scalar("str")
            ):
                return STR
            if one.literal is not None and _admits(b, one.literal):
                return Text(b)
            if other.literal is not None and _admits(a, other.literal):
                return Text(a)
            return None
        case Listing(), Listing():
            item = joined(one.item, other.item)
            if item is None or one.unordered != other.unordered:
                return None
            most = None if one.most is None or other.most is None else max(one.most, other.most)
            return Listing(item, most, one.origin or other.origin, None, one.unordered)
        case (Row(a), Row(b)) if a is b:
            return one
        case (Tuple(firsts, True), Tuple(seconds, True)):
            if not firsts or not seconds:
                return one if firsts else other
            item = joined(firsts[0], seconds[0])
            return None if item is None else Tuple((item,), listed=True)
        case (Tuple(firsts, False), Tuple(seconds, False)) if len(firsts) == len(seconds):
            items = [joined(a, b) for a, b in zip(firsts, seconds, strict=True)]
            return None if None in items else Tuple(tuple(each for each in items if each))
        case _:
            return None


def _admits(kind: ValueType, literal: str) -> bool:
    """Whether a constant text is a value of an enum or slug type."""
    if isinstance(kind, Enum):
        return literal in kind.members
    if kind == Scalar("slug"):
        return bool(literal) and all(
            c.isascii() and (c.islower() or c.isdigit() or c in "_-") for c in literal
        )
    return kind == Scalar("str")


def admits(kind: ValueType, static: Static) -> bool:
    """Whether a value of the static type may be stored, or passed, as the spec's type."""
    match kind:
        case MaybeValue(inner):
            if isinstance(static, NoneT):
                return True
            return admits(inner, static.inner if isinstance(static, Optional) else static)
        case Scalar("int"):
            return isinstance(static, Int)
        case Scalar("float"):
            return isinstance(static, Float | Int)
        case Scalar("bool"):
            return isinstance(static, Bool)
        case Scalar() | Enum():
            if not isinstance(static, Text):
                return False
            if static.literal is not None:
                return _admits(kind, static.literal)
            if isinstance(kind, Enum) and isinstance(static.type, Enum):
                return set(static.type.members) <= set(kind.members)
            if kind == Scalar("str"):
                return (
                    isinstance(static.type, Enum)
                    or static.type == Scalar("slug")
                    or static.type == kind
                )
            return static.type == kind
        case _:
            return isinstance(static, Opaque) and _unwrapped(static.type) == _unwrapped(kind)


def _unwrapped(kind: ValueType) -> ValueType:
    """`json<T>` and T are the same text where T is stored as JSON anyway."""
    if isinstance(kind, Json) and isinstance(kind.inner, ListOf | MapOf | RecordRef | Imported):
        return kind.inner
    return kind


def shown(static: Static) -> str:
    """The type as the user writes it."""
    from redisspec.spec.types import format_type  # noqa: PLC0415 - for messages alone

    match static:
        case NoneT():
            return "None"
        case Optional(inner):
            return f"{shown(inner)} | none"
        case Listing(item, _, _, _, unordered, _):
            return f"{'set' if unordered else 'list'}<{shown(item)}>"
        case Pairs(first, second, mapping=True):
            return f"map of {shown(first)} to {shown(second)}"
        case Pairs(first, second):
            return f"list of ({shown(first)}, {shown(second)})"
        case Row(keyspace):
            return f"the record of `{keyspace.name}`"
        case Entries(keyspace):
            return f"entries of `{keyspace.name}`"
        case Entry(keyspace):
            return f"an entry of `{keyspace.name}`"
        case Tuple(items, True):
            return f"list<{shown(items[0])}>" if items else "an empty list"
        case Tuple(items):
            return f"({', '.join(map(shown, items))})"
        case Duration():
            return "timedelta"
        case _:
            kind = spec_type(static)
            return format_type(kind) if kind is not None else "?"


def as_number(static: Int) -> Int:
    """The int as a Lua number."""
    return replace(static, text=False, origin=None)
