"""The few functions and methods of Python's own that steps may use."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import Enum, Scalar
from redisspec.operations.compiled import Fault
from redisspec.operations.lua.text import quoted
from redisspec.operations.problems import AbandonedError
from redisspec.operations.translate import arithmetic
from redisspec.operations.translate.conditions import equal_operands
from redisspec.operations.translate.numbers import as_operand, none_help, numeric
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    EXACT,
    SIZE,
    STR,
    Bool,
    Duration,
    Entries,
    Float,
    Int,
    Listing,
    Optional,
    Pairs,
    Static,
    Text,
    Tuple,
    joined,
    shown,
)
from redisspec.spec.lowering.entries import NOUNS
from redisspec.spec.unknown import no_keyspace


def call(t: Translator, node: ast.Call, name: str) -> Ex:
    """A call of a function."""
    function = _FUNCTIONS.get(name)
    if function is None or name in t.env or name in t.operation.params:
        if name in t.keyspaces:
            raise t.refuse(
                node, f"`{name}` is a keyspace", f"call one of its methods: `{name}.…(…)`"
            )
        near = nearest(name, [*_FUNCTIONS, "range", "zip", "enumerate"])
        raise t.refuse(
            node.func,
            f"no function `{name}` can be called here"
            if name not in ("range", "zip", "enumerate")
            else f"`{name}(…)` stands behind `for … in` only",
            f"did you mean `{near}`?"
            if near and near != name
            else "there are now, len, min, max, abs, sum, int, float, str, and the methods of keyspaces",
        )
    if node.keywords:
        raise t.refuse(node.keywords[0].value, f"`{name}` takes no keywords here")
    return function(t, node)


def _one(t: Translator, node: ast.Call, name: str) -> tuple[ast.expr, Ex]:
    if len(node.args) != 1:
        raise t.refuse(node, f"`{name}` takes one argument, and has {len(node.args)}")
    return node.args[0], t.expression(node.args[0])


SECONDS: Final = Ex("(time[1] * 1000000 + time[2]) / 1000000", Float(), atom=False)
"""`now().timestamp()`."""


def _now(t: Translator, node: ast.Call) -> Ex:
    if node.args:
        raise t.refuse(node.args[0], "`now()` takes no arguments")
    t.clock = True
    t.helper("iso")
    return Ex("now", Text(Scalar("datetime")))


def _len(t: Translator, node: ast.Call) -> Ex:
    at, ex = _one(t, node, "len")
    match ex.type:
        case Listing() | Entries():
            return Ex(f"#{t.table(ex)}", SIZE, names=ex.names)
        case Pairs(nested=True):
            return Ex(f"#{ex.operand}", SIZE, names=ex.names)
        case Pairs():
            return Ex(f"#{ex.operand} / 2", SIZE, atom=False, names=ex.names)
        case Text(kind) if kind == Scalar("bytes"):
            return Ex(f"#{ex.operand}", SIZE, names=ex.names)
        case Text(kind) if kind in (Scalar("str"), Scalar("slug")) or isinstance(kind, Enum):
            return Ex(f"{t.helper('length')}({ex.lua})", SIZE, names=ex.names)
        case Tuple(items):
            return Ex(str(len(items)), Int(len(items), len(items)))
        case _:
            raise t.refuse(at, f"{shown(ex.type)} has no length")


def _extreme(t: Translator, node: ast.Call) -> Ex:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if len(node.args) < 2:
        raise t.refuse(
            node, f"`{name}` takes two or more numbers here", "go through a list with `for`"
        )
    parts = [numeric(t, each) for each in node.args]
    kinds = [each.type for each in parts]
    if all(isinstance(kind, Int) for kind in kinds):
        ints = [kind for kind in kinds if isinstance(kind, Int)]
        pick = min if name == "min" else max
        static: Static = Int(pick(kind.low for kind in ints), pick(kind.high for kind in ints))
    elif all(isinstance(kind, Float) for kind in kinds):
        static = Float()
    else:
        raise t.refuse(
            node, f"`{name}` takes numbers of one type", "write `float(…)` around the ints"
        )
    names = frozenset().union(*(part.names for part in parts))
    return Ex(f"math.{name}({', '.join(part.lua for part in parts)})", static, names=names)


def _abs(t: Translator, node: ast.Call) -> Ex:
    if len(node.args) != 1:
        raise t.refuse(node, f"`abs` takes one argument, and has {len(node.args)}")
    ex = numeric(t, node.args[0])
    static: Static = Float()
    if isinstance(ex.type, Int):
        static = Int(0, max(abs(ex.type.low), abs(ex.type.high)))
    return Ex(f"math.abs({ex.lua})", static, names=ex.names)


def _sum(t: Translator, node: ast.Call) -> Ex:
    at, ex = _one(t, node, "sum")
    if isinstance(ex.type, Tuple) and ex.parts:
        return _sum_of(t, node, at, ex)
    if not isinstance(ex.type, Listing) or not isinstance(ex.type.item, Int | Float):
        raise t.refuse(at, f"`sum` adds a list of numbers, and this is {shown(ex.type)}")
    total = t.local("total", "0")
    table = t.table(ex)
    item = t.name("each")
    if isinstance(ex.type.item, Float):
        t.code(
            f"for _, {item} in ipairs({table}) do",
            f"  {total} = {total} + {item}",
            "end",
        )
        return Ex(total, Float())
    if ex.type.param is not None:
        t.exact_lists.add(ex.type.param)
        made = f"tonumber({item})"
        t.code(
            f"for _, {item} in ipairs({table}) do",
            f"  {total} = {total} + {made}",
            *_stop_beyond(total),
            "end",
        )
    else:
        made = t.name("number")
        t.code(
            f"for _, {item} in ipairs({table}) do",
            f"  local {made} = {t.helper('int')}({item})",
            f"  {total} = {made} and {total} + {made}",
            f"  if not {total} then",
            "    break",
            "  end",
            *_stop_beyond(total),
            "end",
        )
        t.fault(f"not {total}", "a stored int beyond 2^53 - 1")
    t.fault(f"{total} > {EXACT} or {total} < -{EXACT}", "an int beyond 2^53 - 1")
    return Ex(total, Int())


def _stop_beyond(total: str) -> tuple[str, ...]:
    """A sum that leaves the exact numbers on its way has lost digits, wherever it ends."""
    return (f"  if {total} > {EXACT} or {total} < -{EXACT} then", "    break", "  end")


def _sum_of(t: Translator, node: ast.Call, at: ast.expr, ex: Ex) -> Ex:
    """The sum of a list that is written out, from its first item on."""
    total = Ex("0", Int(0, 0), constant=0)
    for part in ex.parts:
        adding = ast.copy_location(ast.BinOp(at, ast.Add(), at), node)
        total = arithmetic.binary(t, adding, total, as_operand(t, at, part))
    return total


def _int(t: Translator, node: ast.Call) -> Ex:
    at, ex = _one(t, node, "int")
    if isinstance(ex.type, Int):
        return ex
    if isinstance(ex.type, Bool):
        return Ex(f"{ex.operand} and 1 or 0", Int(0, 1), atom=False, names=ex.names)
    if not isinstance(ex.type, Float):
        raise t.refuse(at, f"`int` takes a number here, and this is {shown(ex.type)}")
    raw = ex.lua if ex.lua.isidentifier() else t.local("real", ex.lua)
    name = t.local("whole", f"({raw} < 0 and math.ceil({raw}) or math.floor({raw})) + 0")
    t.fault(f"{name} > {EXACT} or {name} < -{EXACT}", "an int beyond 2^53 - 1")
    return Ex(name, Int())


def _float(t: Translator, node: ast.Call) -> Ex:
    at, ex = _one(t, node, "float")
    if not isinstance(ex.type, Int | Float):
        raise t.refuse(at, f"`float` takes a number here, and this is {shown(ex.type)}")
    return as_operand(t, at, ex).typed(Float())


def _str(t: Translator, node: ast.Call) -> Ex:
    at, ex = _one(t, node, "str")
    return as_text(t, at, ex)


def as_text(t: Translator, node: ast.expr, ex: Ex) -> Ex:
    """A value as Python's `str` writes it."""
    match ex.type:
        case Int(text=True):
            return Ex(ex.lua, STR, ex.atom, ex.names)
        case Int():
            return Ex(f"string.format('%.0f', {ex.lua})", STR, names=ex.names)
        case Float():
            return Ex(f"{t.helper('float_text')}({ex.lua})", STR, names=ex.names)
        case Bool():
            return Ex(f"{ex.operand} and 'True' or 'False'", STR, atom=False, names=ex.names)
        case Text(kind) if kind not in (Scalar("bytes"), Scalar("datetime"), Scalar("decimal")):
            return Ex(ex.lua, STR, ex.atom, ex.names)
        case _:
            raise t.refuse(node, f"{shown(ex.type)} has no text here", values_none(ex, node))


def values_none(ex: Ex, node: ast.expr) -> str | None:
    if isinstance(ex.type, Optional):
        return none_help(node)
    return None


_FUNCTIONS: dict[str, Callable[[Translator, ast.Call], Ex]] = {
    "now": _now,
    "len": _len,
    "min": _extreme,
    "max": _extreme,
    "abs": _abs,
    "sum": _sum,
    "int": _int,
    "float": _float,
    "str": _str,
}


def method(t: Translator, node: ast.Call, function: ast.Attribute) -> Ex:
    """A method of a value: `.timestamp()` of a datetime, `.total_seconds()` of a timedelta."""
    if isinstance(function.value, ast.Name) and function.value.id not in (
        *t.env, *t.operation.params, *t.unknown,
    ):  # fmt: skip
        name = function.value.id
        if name in t.program.unreadable:
            raise AbandonedError
        kind = next((NOUNS[p.kind] for p in t.program.policies if p.name == name), None)
        raise t.refuse(function.value, *no_keyspace(name, t.keyspaces, kind))
    known = function.attr in ("timestamp", "total_seconds")
    if known and (node.args or node.keywords):
        raise t.refuse(node, f"`.{function.attr}` takes no arguments here")
    if function.attr == "timestamp" and ast.unparse(function.value) == "now()":
        # the server's own numbers: their date is not needed
        t.clock = True
        return SECONDS
    ex = t.expression(function.value)
    if (
        function.attr == "timestamp"
        and isinstance(ex.type, Text)
        and ex.type.type == Scalar("datetime")
    ):
        if ex.lua == "now":
            return SECONDS
        name = t.local("seconds", f"{t.helper('timestamp')}({ex.lua})")
        t.guard(f"not {name}", Fault("a stored datetime that is none"))
        return Ex(name, Float())
    if function.attr == "total_seconds" and isinstance(ex.type, Duration):
        raw = ex.operand
        return Ex(
            f"{raw} < 0 and 86400000000000 or {raw} / 1000", Float(), atom=False, names=ex.names
        )
    raise t.refuse(
        function,
        f"{shown(ex.type)} has no method `{function.attr}` here",
        values_none(ex, function.value),
    )


def contains(
    t: Translator, node: ast.Compare, one: tuple[ast.expr, Ex], other: tuple[ast.expr, Ex]
) -> Ex:
    """`value in list`."""
    (at, value), (_, holder) = one, other
    names = value.names | holder.names
    if isinstance(holder.type, Tuple):
        if not holder.parts:
            return Ex("false", Bool(), constant=False)
        single = (
            value
            if value.lua.isidentifier()
            else replace(value, lua=t.local("wanted", value.lua), atom=True)
        )
        tests = []
        for part in holder.parts:
            a, b = equal_operands(t, node, (at, single), (at, part))
            tests.append(f"{a} == {b}")
        return Ex(" or ".join(tests), Bool(), atom=False, names=names)
    if not isinstance(holder.type, Listing):
        raise t.refuse(other[0], f"{shown(holder.type)} cannot be searched", "ask its keyspace")
    item = holder.type.item
    if isinstance(item, Optional) or isinstance(value.type, Optional):
        raise t.refuse(at, "None is not searched for", "ask `is not None` before")
    table = t.table(holder)
    if isinstance(item, Int) and isinstance(value.type, Int):
        digits = (
            value.lua
            if value.type.text
            else (
                quoted(str(value.constant))
                if isinstance(value.constant, int)
                else f"string.format('%.0f', {value.lua})"
            )
        )
        return Ex(f"{t.helper('has')}({table}, {digits})", Bool(), names=names)
    if (
        isinstance(item, Text)
        and isinstance(value.type, Text)
        and joined(item, value.type) is not None
    ):
        if Scalar("decimal") in (item.type, value.type.type):
            raise t.refuse(node, "decimals cannot be compared in a script", "keep amounts as `int`")
        return Ex(f"{t.helper('has')}({table}, {value.lua})", Bool(), names=names)
    raise t.refuse(node, f"{shown(value.type)} is never in {shown(holder.type)}")
