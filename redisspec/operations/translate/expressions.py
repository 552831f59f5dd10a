"""Expressions of the steps as Lua: each kind by the function that reads it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import Enum, Scalar
from redisspec.operations.compiled import Constant
from redisspec.operations.lua.text import number, quoted
from redisspec.operations.problems import AbandonedError
from redisspec.operations.translate import arithmetic, builtins
from redisspec.operations.translate.conditions import (
    boolean,
    comparison,
    condition,
    conditional,
    negated,
)
from redisspec.operations.translate.numbers import as_operand, numeric
from redisspec.operations.translate.parameters import as_value
from redisspec.operations.translate.parts import attribute, display, subscript
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import NONE, Ex
from redisspec.operations.types import EXACT, STR, Bool, Float, Int, Static, Text, shown


def expression(t: Translator, node: ast.expr) -> Ex:
    """The value of an expression; what it calls is put before the step at hand."""
    known = t.evaluated.get(id(node))
    if known is not None:
        return known
    found = _EXPRESSIONS.get(type(node))
    if found is None:
        raise t.refuse(node, *_unsupported(node))
    return found(t, node)


def _constant(t: Translator, node: ast.Constant) -> Ex:
    value = node.value
    if value is None:
        return NONE
    if isinstance(value, bool):
        return Ex(str(value).lower(), Bool(), constant=value, known=Constant(value))
    if isinstance(value, int):
        if abs(value) <= EXACT:
            return Ex(str(value), Int(value, value), constant=value, known=Constant(value))
        return Ex(
            quoted(str(value)), Int(value, value, text=True), constant=value, known=Constant(value)
        )
    if isinstance(value, float):
        return Ex(number(value), Float(), constant=value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise t.refuse(
                node, "a text has no lone surrogates", "write whole characters"
            ) from None
        return Ex(quoted(value), Text(Scalar("str"), value), constant=value, known=Constant(value))
    if isinstance(value, bytes):
        return Ex(quoted(value), Text(Scalar("bytes")), constant=value)
    raise t.refuse(node, f"`{ast.unparse(node)}` is no value of an operation")


def _name(t: Translator, node: ast.Name) -> Ex:
    name = node.id
    found = t.env.get(name)
    if found is not None:
        return found
    if name in t.unknown or name in t.program.unreadable:
        raise AbandonedError
    if name in t.operation.params:
        return as_value(t, name)
    if name in t.maybe:
        raise t.refuse(
            node,
            f"`{name}` has no value where {t.maybe[name]}",
            f"give it one before: `{name} = …`",
        )
    if name in t.keyspaces:
        raise t.refuse(
            node, f"`{name}` is a keyspace, not a value", f"call one of its methods: `{name}.…(…)`"
        )
    known = [*t.env, *t.operation.params, *t.keyspaces]
    near = nearest(name, known)
    raise t.refuse(
        node,
        f"nothing is called `{name}` here",
        f"did you mean `{near}`?" if near else "declare it under `params:`, or assign it before",
    )


def _unary(t: Translator, node: ast.UnaryOp) -> Ex:
    if isinstance(node.op, ast.Not):
        return negated(condition(t, node.operand))
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if type(value) is int or type(value) is float:
            return _constant(t, ast.copy_location(ast.Constant(-value), node))
    if isinstance(node.op, ast.USub):
        return arithmetic.negative(t, node, numeric(t, node.operand))
    if isinstance(node.op, ast.UAdd):
        return numeric(t, node.operand)
    raise t.refuse(node, "operations have no bit arithmetic")


def _binary(t: Translator, node: ast.BinOp) -> Ex:
    if isinstance(node.op, ast.Add):
        left = t.expression(node.left)
        if isinstance(left.type, Text):
            return _joined_texts(t, node, left)
        return arithmetic.binary(t, node, as_operand(t, node.left, left), numeric(t, node.right))
    return arithmetic.binary(t, node, numeric(t, node.left), numeric(t, node.right))


def _joined_texts(t: Translator, node: ast.BinOp, left: Ex) -> Ex:
    right = t.expression(node.right)
    kinds = [_concatenable(left.type), _concatenable(right.type)]
    if None in kinds or kinds[0] != kinds[1]:
        raise t.refuse(
            node.right,
            f"{shown(right.type)} cannot be joined to {shown(left.type)}",
            "write an f-string, or `str(…)` around a number",
        )
    return Ex(
        f"{left.operand} .. {right.operand}",
        STR if kinds[0] == "str" else Text(Scalar("bytes")),
        atom=False,
        names=left.names | right.names,
    )


def _concatenable(static: Static) -> str | None:
    if not isinstance(static, Text):
        return None
    if static.type == Scalar("bytes"):
        return "bytes"
    return (
        "str"
        if static.type in (Scalar("str"), Scalar("slug")) or isinstance(static.type, Enum)
        else None
    )


def _call(t: Translator, node: ast.Call) -> Ex:
    from redisspec.operations.translate.calls import method_call  # noqa: PLC0415 - they know one another

    if isinstance(node.func, ast.Name):
        return builtins.call(t, node, node.func.id)
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        if owner in t.keyspaces and owner not in t.env and owner not in t.operation.params:
            return method_call(t, node, t.keyspaces[owner], node.func.attr, used=True)
        return builtins.method(t, node, node.func)
    raise t.refuse(node, "only methods of keyspaces and a few functions are called here")


def _joined_string(t: Translator, node: ast.JoinedStr) -> Ex:
    parts: list[str] = []
    names: frozenset[str] = frozenset()
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            parts.append(quoted(str(piece.value)))
            continue
        assert isinstance(piece, ast.FormattedValue)
        if piece.conversion != -1 or piece.format_spec is not None:
            raise t.refuse(piece, "a placeholder has no format here", "write `{value}` alone")
        ex = builtins.as_text(t, piece.value, t.expression(piece.value))
        names |= ex.names
        parts.append(ex.operand)
    return Ex(" .. ".join(parts) or "''", STR, atom=len(parts) < 2, names=names)


# each function takes its own kind of node


_EXPRESSIONS: dict[type[ast.expr], Callable[[Translator, Any], Ex]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: comparison,
    ast.BoolOp: boolean,
    ast.IfExp: conditional,
    ast.Attribute: attribute,
    ast.Tuple: display,
    ast.List: display,
    ast.Subscript: subscript,
    ast.Call: _call,
    ast.JoinedStr: _joined_string,
}


_WORDS = {
    ast.Lambda: ("an operation has no functions of its own", "write the steps out"),
    ast.ListComp: ("an operation has no comprehensions", "write a `for` loop"),
    ast.SetComp: ("an operation has no comprehensions", "write a `for` loop"),
    ast.DictComp: ("an operation has no comprehensions", "write a `for` loop"),
    ast.GeneratorExp: ("an operation has no comprehensions", "write a `for` loop"),
    ast.Await: ("steps are not awaited: they run on the server", "drop `await`"),
    ast.NamedExpr: ("`:=` is not in the subset", "assign on a line of its own"),
    ast.Dict: ("a mapping stands only as the argument of a method that takes one", None),
    ast.Set: ("a set display is not in the subset", "write a list"),
    ast.Starred: ("`*` stands only before an argument of a method", None),
    ast.Slice: ("slices are not in the subset", "ask the keyspace for the range"),
}


def _unsupported(node: ast.expr) -> tuple[str, str | None]:
    return _WORDS.get(type(node), (f"`{ast.unparse(node)}` is not in the subset", None))
