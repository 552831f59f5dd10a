"""Parts of values: fields of records, values as they are stored, tuples and lists that are written out."""

from __future__ import annotations

import ast
from dataclasses import replace

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import UNSET, Field, Scalar
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.operations.compiled import Corrupt
from redisspec.operations.lua.text import quoted
from redisspec.operations.translate.conditions import inner_of
from redisspec.operations.translate.numbers import as_lua_number, none_help
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    Bool,
    Entry,
    Float,
    Int,
    NoneT,
    Opaque,
    Optional,
    Row,
    Static,
    Tuple,
    joined,
    shown,
    stored,
)


def attribute(t: Translator, node: ast.Attribute) -> Ex:
    path = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
    if path in t.env:
        return t.env[path]
    ex = t.expression(node.value)
    if isinstance(ex.type, Row | Entry):
        found = _field(t, node, ex, ex.type)
        if path:
            # read once, and known by what conditions say of it
            found = t.env[path] = replace(found, name=path)
        return found
    if isinstance(ex.type, Optional) and isinstance(ex.type.inner, Row | Entry):
        raise t.refuse(
            node.value,
            f"`{ast.unparse(node.value)}` may be None: then it has no `{node.attr}`",
            none_help(node.value),
        )
    if isinstance(ex.type, Opaque):
        raise t.refuse(
            node,
            f"{shown(ex.type)} is stored as JSON, which a script passes on whole",
            "read it in Python, or keep the field in a hash",
        )
    raise t.refuse(node, f"{shown(ex.type)} has no `{node.attr}` here")


def _field(t: Translator, node: ast.Attribute, ex: Ex, kind: Row | Entry) -> Ex:
    names = [field.name for field in kind.keyspace.fields]
    if node.attr not in names:
        near = nearest(node.attr, names)
        raise t.refuse(
            node,
            f"`{kind.keyspace.name}` has no field `{node.attr}`",
            f"did you mean `{near}`?" if near else f"its fields are {', '.join(names)}",
        )
    at = names.index(node.attr)
    field = kind.keyspace.fields[at]
    if isinstance(kind, Row):
        raw = f"{ex.operand}[{at + 1}]"
        return field_value(t, field, raw, kind.origin, sure=True)
    wanted = t.local(field.name, "false")
    fields = f"{ex.operand}[2]"
    t.code(
        f"for i = 1, #{fields}, 2 do",
        f"  if {fields}[i] == {quoted(field.stored)} then",
        f"    {wanted} = {fields}[i + 1]",
        "  end",
        "end",
    )
    return field_value(t, field, wanted, kind.origin)


def field_value(t: Translator, field: Field, raw: str, key: str, *, sure: bool = False) -> Ex:
    """A field's value: its default where it is missing, else a refusal (unless it is surely there)."""
    kind = field.type
    if isinstance(kind, MaybeValue):
        name = t.local(field.name, f"{raw} or nil")
        return from_stored(t, Ex(name, Optional(stored(kind.inner, key))), key, field.name)
    if field.default is not UNSET:
        default = default_text(field)
        if default is None:
            raise t.refuse(None, f"the default of `{field.name}` cannot be made in a script")
        name = t.local(field.name, f"{raw} or {quoted(default)}")
    else:
        name = t.local(field.name, raw)
        if not sure:
            t.guard(
                f"not {name}", Corrupt(f"a field {field.stored!r}, which is missing"), key, "''"
            )
    return from_stored(t, Ex(name, stored(kind, key)), key, field.name)


def default_text(field: Field) -> str | None:
    """A field's default as it would be stored."""
    value = field.default
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) or (isinstance(value, int) and field.type == Scalar("float")):
        return repr(float(value))
    if isinstance(value, int | str):
        return str(value)
    return None


def from_stored(t: Translator, ex: Ex, key: str, wanted: str) -> Ex:
    """A stored text as the script's own value: floats and bools are read at once, ints when needed."""
    inner = inner_of(ex.type)
    if isinstance(inner, Float):
        name = t.local(wanted, _unless_missing(ex, f"{t.helper('float')}({ex.lua})"))
        t.guard(_present(ex, f"not {name}"), Corrupt("float"), key, ex.lua)
        return Ex(name, ex.type)
    if isinstance(inner, Bool):
        t.guard(
            _present(ex, f"{ex.lua} ~= '1' and {ex.lua} ~= '0'"),
            Corrupt("bool (1 or 0)"),
            key,
            ex.lua,
        )
        if isinstance(ex.type, Optional):
            name = t.local(wanted, ex.lua)
            t.code(f"if {ex.lua} then", f"  {name} = {ex.lua} == '1'", "end")
            return Ex(name, ex.type)
        return Ex(t.local(wanted, f"{ex.lua} == '1'"), ex.type)
    return ex


def _unless_missing(ex: Ex, made: str) -> str:
    return f"{ex.lua} and {made}" if isinstance(ex.type, Optional) else made


def _present(ex: Ex, failed: str) -> str:
    return f"{ex.lua} and {failed}" if isinstance(ex.type, Optional) else failed


def display(t: Translator, node: ast.Tuple | ast.List) -> Ex:
    parts = tuple(t.expression(each) for each in node.elts)
    listed = isinstance(node, ast.List)
    if listed:
        parts = one_type(t, node, parts)
    names: frozenset[str] = (
        frozenset().union(*(part.names for part in parts)) if parts else frozenset()
    )
    lua = f"{{ {', '.join(part.lua for part in parts)} }}" if parts else "{}"
    return Ex(lua, Tuple(tuple(part.type for part in parts), listed), names=names, parts=parts)


def one_type(t: Translator, node: ast.expr, parts: tuple[Ex, ...]) -> tuple[Ex, ...]:
    """The items of a list, all of one type; a float among ints makes floats of them."""
    kinds = [inner_of(part.type) for part in parts]
    if any(isinstance(kind, Float) for kind in kinds) and any(
        isinstance(kind, Int) for kind in kinds
    ):
        parts = tuple(
            as_lua_number(t, node, part).typed(Float()) if isinstance(part.type, Int) else part
            for part in parts
        )
    static: Static | None = parts[0].type if parts else None
    for part in parts[1:]:
        assert static is not None
        both = joined(static, part.type)
        if (
            both is None
            and isinstance(inner_of(static), Int)
            and isinstance(inner_of(part.type), Int)
        ):
            both = static  # digits and numbers are both ints to the caller
        if both is None:
            raise t.refuse(
                node,
                f"this list has {shown(static)} and {shown(part.type)}",
                "write values of one type, or a tuple",
            )
        static = both
    if static is not None and not isinstance(static, Int):
        return tuple(
            part.typed(static) if not isinstance(part.type, NoneT) else part for part in parts
        )
    return parts


def subscript(t: Translator, node: ast.Subscript) -> Ex:
    ex = t.expression(node.value)
    if isinstance(node.slice, ast.Constant) and type(node.slice.value) is int and ex.parts:
        at = node.slice.value
        if -len(ex.parts) <= at < len(ex.parts):
            return ex.parts[at]
        raise t.refuse(node, f"there are {len(ex.parts)} values, and no number {at}")
    raise t.refuse(
        node,
        f"{shown(ex.type)} is not taken apart by place",
        "go through it with `for`, or ask the keyspace for the item",
    )
