"""What the methods share: arguments as they are stored, TTLs, reads and writes."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from redisspec.ir.model import Keyspace
from redisspec.ir.types import Enum, Json, ListOf, Scalar, ValueType
from redisspec.ir.types import Field as RecordField
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.operations.compiled import Fault, Item, Param, TooLarge
from redisspec.operations.lua.text import quoted
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.numbers import as_lua_number, as_operand, number_help
from redisspec.operations.translate.parameters import MOST_ITEMS, whole
from redisspec.operations.translate.parts import default_text
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import NONE, Ex
from redisspec.operations.types import (
    Bool,
    Float,
    Int,
    Listing,
    NoneT,
    Optional,
    Text,
    admits,
    shown,
    stored,
)
from redisspec.spec.types import format_type
from redisspec.structures.common import expires, renews

Methods: TypeAlias = dict[str, Callable[[Translator, BoundCall], Ex]]
"""What emits each method of a structure, by the method's name."""

NOTHING = NONE


# --- arguments ------------------------------------------------------------------------


def argument(call: BoundCall, name: str) -> ast.expr | None:
    """What was written for an argument; None where its default stands."""
    found = call.given.get(name)
    return found if isinstance(found, ast.expr) else None


def several(call: BoundCall, name: str) -> list[ast.expr]:
    """What was written for an argument that takes several values."""
    found = call.given.get(name, [])
    return found if isinstance(found, list) else [found]


def flag(t: Translator, call: BoundCall, name: str) -> bool:
    """A truth value that decides which command is sent: a constant."""
    node = argument(call, name)
    if node is None:
        return False
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    raise t.refuse(
        node,
        f"`{name}` is True or False here: it decides what the script does",
        "write two calls in an `if`",
    )


def whole_number(t: Translator, node: ast.expr) -> Ex:
    """An int argument as a Lua number."""
    ex = t.expression(node)
    if not isinstance(ex.type, Int):
        raise t.refuse(
            node, f"an int stands here, and this is {shown(ex.type)}", number_help(ex, node)
        )
    return as_lua_number(t, node, ex)


def real_number(t: Translator, node: ast.expr) -> Ex:
    """A float argument as a Lua number; an int is one too."""
    ex = as_operand(t, node, t.expression(node))
    return ex.typed(Float()) if not isinstance(ex.type, Float) else ex


def float_argument(ex: Ex) -> str:
    """A number as the argument of a command: servers write Lua's own out with all their digits."""
    if isinstance(ex.constant, int | float):
        return quoted(repr(float(ex.constant)))
    return ex.lua


def at_least(t: Translator, ex: Ex, node: ast.expr, least: int, name: str) -> None:
    """Refuse an int below `least`: now where it is known, else when the script runs."""
    assert isinstance(ex.type, Int)
    if ex.type.low >= least:
        return
    if ex.type.high < least:
        raise t.refuse(node, f"`{name}` is at least {least}")
    t.guard(f"{ex.operand} < {least}", Fault(f"{name}: expected at least {least}"))


def value(t: Translator, node: ast.expr, kind: ValueType, owner: str, call: BoundCall) -> Ex:
    """A value as it is stored: a Lua string, or a number that is an int; nil for None.

    `owner` says in a message what it is the value of.
    """
    ex = t.expression(node)
    return as_stored(t, node, ex, kind, owner, call)


def as_stored(
    t: Translator, node: ast.expr, ex: Ex, kind: ValueType, owner: str, call: BoundCall
) -> Ex:
    if isinstance(ex.type, Listing) and ex.type.param is not None:
        declared = t.operation.params[ex.type.param]
        if unwrapped_list(kind) == declared:
            ex = whole(t, ex.type.param)
    if not admits(kind, ex.type):
        raise t.refuse(
            node,
            f"{owner} is {format_type(kind)}, and this is {shown(ex.type)}",
            number_help(ex, node),
        )
    inner = kind.inner if isinstance(kind, MaybeValue) else kind
    made = _text(t, node, ex, inner)
    most = call.keyspace.bound.max_bytes
    if (
        most is not None
        and inner not in (Scalar("bool"), Scalar("uuid"))
        and not isinstance(made.type, NoneT)
    ):
        _check_size(t, made, most, call)
    return t.held(made)


def unwrapped_list(kind: ValueType) -> ValueType:
    """The list type that a stored type is, whether it is optional, or written `json<list<T>>`."""
    if isinstance(kind, MaybeValue):
        return unwrapped_list(kind.inner)
    if isinstance(kind, Json) and isinstance(kind.inner, ListOf):
        return kind.inner
    return kind


def _text(t: Translator, node: ast.expr, ex: Ex, kind: ValueType) -> Ex:
    if isinstance(ex.type, Optional):
        inner = _text(t, node, replace(ex, type=ex.type.inner), kind)
        if inner.lua == ex.lua:
            return ex
        if isinstance(ex.type.inner, Bool):
            name = t.local("stored", "nil")
            t.code(f"if {ex.lua} ~= nil then", f"  {name} = {inner.lua}", "end")
            return Ex(name, Optional(inner.type))
        return Ex(
            f"{ex.operand} and {inner.operand}", Optional(inner.type), atom=False, names=ex.names
        )
    match ex.type:
        case Int() if kind == Scalar("float"):
            if isinstance(ex.constant, int):
                return Ex(quoted(repr(float(ex.constant))), Text(kind))
            number = as_lua_number(t, node, ex)
            return Ex(f"{t.helper('float_text')}({number.lua})", Text(kind), names=ex.names)
        case Float():
            if isinstance(ex.constant, float):
                return Ex(quoted(repr(ex.constant)), Text(kind))
            return Ex(f"{t.helper('float_text')}({ex.lua})", Text(kind), names=ex.names)
        case Bool():
            if isinstance(ex.constant, bool):
                return Ex("'1'" if ex.constant else "'0'", Text(kind))
            return Ex(f"{ex.operand} and '1' or '0'", Text(kind), atom=False, names=ex.names)
        case Int(low, high, text=False):
            came = digits(t, ex)
            return ex if came == ex.lua else Ex(came, Int(low, high, text=True), names=ex.names)
        case _:
            return ex


def digits(t: Translator, ex: Ex) -> str:
    """An int as an argument of a command: a parameter as it came, which no server need write out again."""
    if isinstance(ex.type, Int) and not ex.type.text:
        match ex.known:
            case Param(name) if t.operation.params[name] == Scalar("int"):
                return t.came(name)
            case Item(name) if t.operation.params[name] == ListOf(Scalar("int")):
                return f"{t.variable(name)}[{ex.index}]"
    return ex.lua


def _check_size(t: Translator, ex: Ex, most: int, call: BoundCall) -> None:
    inner = ex.type.inner if isinstance(ex.type, Optional) else ex.type
    if (
        isinstance(inner, Text)
        and inner.literal is not None
        and len(inner.literal.encode()) <= most
    ):
        return
    size = f"#{ex.operand}"
    if isinstance(inner, Int) and not inner.text:
        if most >= 17:
            return
        size = f"#string.format('%.0f', {ex.lua})"
    test = f"{size} > {most}"
    if isinstance(ex.type, Optional):
        test = f"{ex.operand} and {test}"
    t.guard(test, TooLarge(most), call.key, size)


def members(
    t: Translator, nodes: list[ast.expr], kind: ValueType, owner: str, call: BoundCall
) -> list[str] | str:
    """Several values as Lua expressions; the name of a table where `*` spreads a list."""
    if not any(isinstance(node, ast.Starred) for node in nodes):
        found = [value(t, node, kind, owner, call) for node in nodes]
        return [spelt(t, each) if len(found) > 1 else each.lua for each in found]
    if len(nodes) == 1 and isinstance(nodes[0], ast.Starred):
        return table_of(t, nodes[0].value, kind, owner, call)
    table = t.local("all", "{}")
    for node in nodes:
        if isinstance(node, ast.Starred):
            each = table_of(t, node.value, kind, owner, call)
            item = t.name("each")
            t.code(
                f"for _, {item} in ipairs({each}) do", f"  {table}[#{table} + 1] = {item}", "end"
            )
        else:
            t.code(f"{table}[#{table} + 1] = {spelt(t, value(t, node, kind, owner, call))}")
    return table


def spelt(t: Translator, ex: Ex) -> str:
    """A value as text, so that equal ones are equal in Lua too: 5 and '5' are not."""
    if not isinstance(ex.type, Int) or ex.type.text:
        return ex.lua
    if isinstance(ex.constant, int):
        return quoted(str(ex.constant))
    found = digits(t, ex)
    return found if found != ex.lua else f"string.format('%.0f', {ex.lua})"


def table_of(t: Translator, node: ast.expr, kind: ValueType, owner: str, call: BoundCall) -> str:
    """A list, whose items may be stored as they are, as a Lua table."""
    table = _table_of(t, node, kind, owner)
    most = call.keyspace.bound.max_bytes
    if most is not None and kind not in (Scalar("bool"), Scalar("uuid")):
        each = t.name("each")
        answer = t.refusal(TooLarge(most))
        t.code(
            f"for _, {each} in ipairs({table}) do",
            f"  if #{each} > {most} then",
            f"    return {{ {answer}, {call.key}, #{each} }}",
            "  end",
            "end",
            fails=True,
        )
    return table


def _table_of(t: Translator, node: ast.expr, kind: ValueType, owner: str) -> str:
    if isinstance(node, ast.List | ast.Tuple):
        parts = []
        for each in node.elts:
            part = t.expression(each)
            if not admits(kind, part.type) or isinstance(part.type, Optional):
                raise t.refuse(
                    each, f"{owner} is {format_type(kind)}, and this is {shown(part.type)}"
                )
            parts.append(spelt(t, t.held(_text(t, each, part, kind))))
        return t.local("all", f"{{ {', '.join(parts)} }}" if parts else "{}")
    ex = t.expression(node)
    if not isinstance(ex.type, Listing):
        raise t.refuse(
            node, f"a list of {format_type(kind)} stands here, and this is {shown(ex.type)}"
        )
    item = ex.type.item
    if not admits(kind, item) or (isinstance(item, Int) and kind == Scalar("float")):
        raise t.refuse(node, f"{owner} is {format_type(kind)}, and these are {shown(item)}")
    if ex.type.most is None or ex.type.most > MOST_ITEMS:
        raise t.refuse(
            node,
            f"this list may have more than {MOST_ITEMS:,} items, too many for one command in a script",
            "read a part of it, or give its keyspace a smaller `max_items`",
        )
    lua = t.table(ex)
    return lua if lua.isidentifier() else t.local("all", lua)


def spread(found: list[str] | str) -> str:
    """The values as arguments of a command."""
    return f"unpack({found})" if isinstance(found, str) else ", ".join(found)


def as_table(found: list[str] | str) -> str:
    return found if isinstance(found, str) else f"{{ {', '.join(found)} }}"


# --- fields ----------------------------------------------------------------------------------


def field_default(field: RecordField) -> str | None:
    """A field's default as it is stored; None for None."""
    default, kind = field.default, field.type
    inner = kind.inner if isinstance(kind, MaybeValue) else kind
    if default is None:
        return None
    if isinstance(inner, Scalar | Enum):
        return default_text(field)
    return json.dumps(default, ensure_ascii=False, separators=(",", ":"))


# --- reads and writes ------------------------------------------------------------------------------


def command(name: str, *arguments: str) -> str:
    """A command as a Lua expression."""
    return f"call({', '.join((quoted(name), *arguments))})"


def read(t: Translator, call: BoundCall, wanted: str, lua: str) -> str:
    """A variable with what a reading command answers."""
    name = t.name(wanted)
    t.code(f"local {name} = {lua}", reads=(call.keyspace.name,), what=call.what)
    return name


def renew(t: Translator, call: BoundCall) -> None:
    """With `refresh: on_access` a read gives the key its whole TTL again."""
    if expires(call.keyspace) and call.keyspace.lifetime.refresh == "on_access":
        t.code(command("PEXPIRE", call.key, ttl(t, call)))


def write(t: Translator, call: BoundCall, *lines: str) -> None:
    """Lines that write, whose answer is not looked at."""
    t.write(call.keyspace, lines, call.what)


def answered(t: Translator, call: BoundCall, wanted: str, lua: str, *more: str, asks: bool) -> str:
    """A variable with what a writing command answers. `asks`: it could be found out before."""
    name = t.name(wanted)
    answering(t, call, f"local {name} = {lua}", *more, asks=asks)
    return name


def answering(t: Translator, call: BoundCall, *lines: str, asks: bool) -> None:
    """Lines that write, and set a variable to the answer."""
    t.write(call.keyspace, lines, call.what, answers=True, site=call.site if asks else None)


def asks(t: Translator, call: BoundCall) -> bool:
    """Whether the answer is to be found out before the write, which may have to wait."""
    return call.site in t.facts.asked


def ttl(t: Translator, call: BoundCall) -> str:
    """The TTL in milliseconds as Lua: the declared one, or the caller's choice."""
    node = argument(call, "ttl*") or argument(call, "ttl")
    lifetime = call.keyspace.lifetime
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return t.ttl(call.keyspace)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        seconds = node.value
        assert isinstance(seconds, int | float)
        most = lifetime.max_ms or 0
        if not 0 < seconds * 1000 <= most:
            raise t.refuse(node, f"`ttl` is more than 0 and at most {most / 1000:g} seconds")
        return str(max(1, round(seconds * 1000)))
    if isinstance(node, ast.Name) and node.id in t.operation.params and node.id not in t.env:
        ex = Ex(node.id, stored(t.operation.params[node.id]), known=Param(node.id))
    else:
        ex = t.expression(node)
    inner = ex.type.inner if isinstance(ex.type, Optional) else ex.type
    if isinstance(ex.known, Param) and isinstance(inner, Int | Float):
        return t.ttl(call.keyspace, ex.known.name)
    raise t.refuse(
        node, "`ttl` is a constant or a parameter, in seconds", "declare one: `params: {ttl: int}`"
    )


def expire_lines(t: Translator, call: BoundCall) -> list[str]:
    """The lines that every creating write ends with."""
    if not expires(call.keyspace):
        return []
    line = command("PEXPIRE", call.key, ttl(t, call))
    if renews(call.keyspace):
        return [line]
    return [f"if {command('PTTL', call.key)} < 0 then", f"  {line}", "end"]


def bound_of(keyspace: Keyspace) -> tuple[int | None, bool]:
    """How many items a key may hold, and whether it trims what is more."""
    most = keyspace.bound.max_items
    return most, most is not None and keyspace.bound.when_full == "trim"
