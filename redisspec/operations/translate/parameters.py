"""The operation's parameters as the script has them."""

from __future__ import annotations

from redisspec.ir.types import Enum as EnumType
from redisspec.ir.types import ListOf, Scalar, ValueType
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.operations.compiled import Items, Param, Value
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Int, Listing, Opaque, Optional, Static, as_number, stored

MOST_ITEMS = 1_000
"""How many items a list parameter takes: a script runs alone on its server."""


def as_value(t: Translator, name: str) -> Ex:
    """A parameter as a value of the script; it comes in ARGV from then on."""
    kind = t.operation.params[name]
    names = frozenset((name,))
    lua = t.variable(name)
    if is_list(kind):
        assert isinstance(kind, ListOf)
        item = stored(kind.item)
        return Ex(
            lua, Listing(item, MOST_ITEMS, param=name), names=names, known=Param(name), name=name
        )
    t.values[name] = None
    static = _numbered(t, name, stored(kind))
    return Ex(lua, static, names=names, known=Param(name), name=name)


def whole(t: Translator, name: str) -> Ex:
    """A list parameter as the JSON text that is stored for it."""
    kind = t.operation.params[name]
    slot = f"{name}*"
    t.values[slot] = None
    return Ex(t.variable(slot.replace("*", "_json")), Opaque(kind), names=frozenset())


def is_list(kind: ValueType) -> bool:
    """Whether a parameter's items can come one by one: a list of scalars."""
    return isinstance(kind, ListOf) and isinstance(kind.item, Scalar | EnumType)


def _numbered(t: Translator, name: str, static: Static) -> Static:
    """Ints that are reckoned with are Lua numbers from the first line on."""
    if name not in t.facts.numbers:
        return static
    if isinstance(static, Int):
        return as_number(static)
    if isinstance(static, Optional) and isinstance(static.inner, Int):
        return Optional(as_number(static.inner))
    return static


def argv(t: Translator) -> tuple[list[Value | Items], list[str]]:
    """The elements of ARGV that parameters make, and the lines that name them."""
    terms: list[Value | Items] = []
    lines: list[str] = []
    at = 1
    order = [slot for name in t.operation.params for slot in (name, f"{name}*") if slot in t.values]
    for slot in order:
        name = slot.rstrip("*")
        kind = t.operation.params[name]
        optional = isinstance(kind, MaybeValue)
        inner = kind.inner if isinstance(kind, MaybeValue) else kind
        exact = name in t.facts.numbers and inner == Scalar("int")
        lua = t.variable(slot.replace("*", "_json"))
        terms.append(Value(name, inner, exact, optional))
        made = _made(inner, f"ARGV[{at + 1 if optional else at}]", exact)
        if optional:
            lines += [f"local {lua}", f"if ARGV[{at}] == '1' then", f"  {lua} = {made}", "end"]
        elif name in t.texts:
            lines.append(f"local {t.texts[name]} = ARGV[{at}]")
            lines.append(f"local {lua} = tonumber({t.texts[name]})")
        else:
            lines.append(f"local {lua} = {made}")
        at += 2 if optional else 1
    return terms, lines


def _made(kind: ValueType, raw: str, exact: bool) -> str:
    if exact or kind == Scalar("float"):
        return f"tonumber({raw})"
    return f"{raw} == '1'" if kind == Scalar("bool") else raw


def lists(t: Translator, first: int) -> tuple[list[Items], list[str]]:
    """The list parameters, which stand behind all else from ARGV[first] on."""
    terms: list[Items] = []
    lines: list[str] = []
    place = str(first)
    for name, kind in t.operation.params.items():
        if name not in t.listed:
            continue
        assert isinstance(kind, ListOf)
        exact = name in t.exact_lists and kind.item == Scalar("int")
        terms.append(Items(name, kind.item, exact))
        lua = t.variable(name)
        lines.append(f"local {lua} = {t.helper('items')}({place})")
        first += 1
        sizes = " + ".join(f"#{t.variable(each.param)}" for each in terms)
        place = f"{first} + {sizes}"
    return terms, lines
