"""Values of a script that are known in part: made of constants, KEYS, ARGV, replies and the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.ir.keypattern import Hole, KeyPattern, Literal, Part, merged
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.readers.lua.script import Declared, KeyKind

NIL = Value("constant", "nil", (Value("unknown", "nil"),))
"""nil is told from the text "nil" by its part, as are the booleans and numbers below."""
TRUE = Value("constant", "true", (Value("unknown", "boolean"),))
FALSE = Value("constant", "false", (Value("unknown", "boolean"),))

_ELEMENT = re.compile(r"(KEYS|ARGV)\[(\d+|\?|\d+…)\]")
_NUMBER_MARK = (Value("unknown", "number"),)
_TEXT_OPERATIONS = ("..", "string.format", "string.sub", "string.gsub", "string.lower",
                    "string.upper", "string.rep", "string.match", "string.reverse",
                    "string.gmatch", "table.concat")  # fmt: skip


def text(written: str) -> Value:
    return Value("constant", written)


def number(value: float) -> Value:
    """A number as Lua writes it: 14 digits, without a fraction where there is none."""
    return Value("constant", f"{value:.14g}", _NUMBER_MARK)


def as_number(value: Value) -> float | None:
    """The number that a constant is, or that its text spells."""
    if value.provenance != "constant" or value in (NIL, TRUE, FALSE):
        return None
    try:
        found = float(value.text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def is_number(value: Value) -> bool:
    return value.provenance == "constant" and value.parts == _NUMBER_MARK


def element(table: str, index: Value) -> Value:
    """`KEYS[n]` or `ARGV[n]`; where n varies `KEYS[?]`, or `KEYS[3…]` where it is 3 at the least."""
    place, least = as_number(index), _least(index)
    if place is not None and place >= 1 and place == int(place):
        return Value("parameter", f"{table}[{int(place)}]")
    if least is not None and least > 1 and least == int(least):
        return Value("parameter", f"{table}[{int(least)}…]")
    return Value("parameter", f"{table}[?]")


def _least(index: Value) -> float | None:
    """The least that a loop's variable can be, and what is reckoned with one."""
    if index.provenance == "constant":
        return as_number(index)
    match index.text, index.parts:
        case "counter", (start, _):
            return _least(start)
        case "+", (one, other):
            least = _least(one), _least(other)
            return None if None in least else sum(part for part in least if part is not None)
        case "-", (one, other) if (less := as_number(other)) is not None:
            from_one = _least(one)
            return None if from_one is None else from_one - less
    return None


def alternatives(value: Value) -> Iterator[Value]:
    """The values that it may be, as far as `and`, `or` and paths that meet say."""
    if value.provenance == "formatted":
        match value.text, value.parts:
            case ("either", (one, other)):
                yield from alternatives(one)
                yield from alternatives(other)
                return
            case ("or", (left, right)):
                for one in alternatives(left):
                    if one not in (NIL, FALSE):
                        yield one
                yield from alternatives(right)
                return
            case ("and", (_, right)):
                yield from alternatives(right)
                return
    yield value


def element_of(value: Value) -> tuple[str, int | None] | None:
    """("KEYS", n), where the value is an element of KEYS or ARGV; n is None where it varies."""
    found = _ELEMENT.fullmatch(value.text) if value.provenance == "parameter" else None
    if found is None:
        return None
    return found[1], int(found[2]) if found[2].isdigit() else None


def plain(value: Value) -> Value:
    """The value without `tostring` around it."""
    while value.provenance == "formatted" and value.text == "tostring" and len(value.parts) == 1:
        value = value.parts[0]
    return value


def key_kind(value: Value) -> tuple[KeyKind, int | None]:
    """What kind of key a value is, with its number where it is an element."""
    found = {_kind(one) for one in alternatives(plain(value))}
    if len(found) == 1:
        return found.pop()
    if {kind for kind, _ in found} <= {"declared", "some"}:
        return "some", None
    return "unknown", None


def _kind(value: Value) -> tuple[KeyKind, int | None]:
    value = plain(value)
    place = element_of(value)
    if place is not None:
        table, index = place
        if table == "ARGV":
            return "argument", index
        return ("some", None) if index is None else ("declared", index)
    if value.provenance == "constant":
        return ("unknown", None) if value in (NIL, TRUE, FALSE) else ("constant", None)
    if value.provenance == "reply":
        return "built", None
    if value.provenance != "formatted":
        return "unknown", None
    if value.text in _TEXT_OPERATIONS:
        below = list(leaves(value))
        tables = {place[0] for leaf in below if (place := element_of(leaf)) is not None}
        rest = [leaf for leaf in below if element_of(leaf) is None]
        made_of_keys = tables == {"KEYS"} and all(leaf.provenance == "constant" for leaf in rest)
        # The hash tag of the beginning decides the slot, whatever follows.
        begins = element_of(below[0]) if below and value.text == ".." else None
        derived = made_of_keys or (begins is not None and begins[0] == "KEYS")
        return ("derived" if derived else "built"), None
    if value.text in ("[]", "cjson.decode", "cmsgpack.unpack"):
        sources = list(leaves(value))
        known = any(s.provenance == "reply" or element_of(s) is not None for s in sources)
        return ("built" if known else "unknown"), None
    return "unknown", None


def pattern_of(value: Value, declared: tuple[Declared, ...]) -> KeyPattern:
    """The pattern of a key: constants as they are, what is declared, and holes."""
    return KeyPattern(merged(tuple(_parts(plain(value), declared))))


def _parts(value: Value, declared: tuple[Declared, ...]) -> Iterator[Part]:
    place = element_of(value)
    if place is not None and place[0] == "KEYS":
        one = declared_as(declared, value)
        pattern = one if one is None or isinstance(one, KeyPattern) else one.pattern
        yield from (Hole(),) if pattern is None else pattern.parts
    elif value.provenance == "constant" and value not in (NIL, TRUE, FALSE):
        yield Literal(value.text)
    elif value.provenance == "formatted" and value.text == "..":
        for part in value.parts:
            yield from _parts(plain(part), declared)
    elif value.provenance == "formatted" and value.text == "string.format" and value.parts:
        yield from _formatted(value.parts, declared)
    else:
        yield Hole()


def _formatted(parts: tuple[Value, ...], declared: tuple[Declared, ...]) -> Iterator[Part]:
    form, *given = parts
    if form.provenance != "constant":
        yield Hole()
        return
    values = iter(given)
    for piece in re.split(r"(%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%])", form.text):
        if piece == "%%":
            yield Literal("%")
        elif piece.startswith("%") and len(piece) > 1:
            value = next(values, None)
            yield from (Hole(),) if value is None or piece != "%s" else _parts(value, declared)
        else:
            yield Literal(piece)


def declared_as(declared: tuple[Declared, ...], value: Value) -> Declared:
    """What an element of KEYS was declared to be; of one that varies, what all that it may be are."""
    found = _ELEMENT.fullmatch(value.text) if value.provenance == "parameter" else None
    if found is None or found[1] != "KEYS":
        return None
    if found[2].isdigit():
        place = int(found[2])
        return declared[place - 1] if 1 <= place <= len(declared) else None
    least = 1 if found[2] == "?" else int(found[2][:-1])
    first, *others = declared[least - 1 :] or (None,)
    return first if all(other == first for other in others) else None
