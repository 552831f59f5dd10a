"""How an operation ends: `raise` with its attributes, `return` with its value."""

from __future__ import annotations

import ast

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import Scalar, ValueType
from redisspec.operations import compiled
from redisspec.operations.compiled import Raised
from redisspec.operations.lua.code import Return
from redisspec.operations.translate.numbers import as_operand
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import NONE, Ex
from redisspec.operations.types import (
    STR,
    Bool,
    Duration,
    Entries,
    Float,
    Int,
    Listing,
    NoneT,
    Optional,
    Pairs,
    Row,
    Static,
    Tuple,
    joined,
    shown,
    spec_type,
)

TAKEN = ("args", "with_traceback", "add_note", "key")
"""Attributes that every exception has."""


def refuse(t: Translator, node: ast.Raise) -> None:
    """`raise OutOfStock(left)`: nothing is changed, and the caller gets the error."""
    if node.cause is not None:
        raise t.refuse(node.cause, "`from` is not in the subset", "drop it")
    error = node.exc
    if error is None:
        raise t.refuse(node, "`raise` names no error", "raise one of `raises:`")
    name_node = error.func if isinstance(error, ast.Call) else error
    if not isinstance(name_node, ast.Name):
        raise t.refuse(name_node, "an error is raised by its name", "raise one of `raises:`")
    name = name_node.id
    if name not in t.operation.raises:
        near = nearest(name, t.operation.raises)
        raise t.refuse(
            name_node,
            f"`{name}` is not among the errors that this operation raises",
            f"did you mean `{near}`?" if near else f"declare it: `raises: [{name}]`",
        )
    attributes: dict[str, tuple[ast.expr, Ex]] = {}
    if isinstance(error, ast.Call):
        for argument in error.args:
            if not isinstance(argument, ast.Name):
                raise t.refuse(
                    argument,
                    "this attribute of the error has no name",
                    f"give it one: `{name}(left={ast.unparse(argument)})`",
                )
            attributes[argument.id] = argument, t.expression(argument)
        for keyword in error.keywords:
            if keyword.arg is None:
                raise t.refuse(keyword.value, "`**` is not in the subset")
            if keyword.arg in attributes:
                raise t.refuse(keyword.value, f"`{keyword.arg}` is given twice")
            attributes[keyword.arg] = keyword.value, t.expression(keyword.value)
    typed: list[tuple[str, ValueType]] = []
    answers: list[str] = []
    for attribute, (at, ex) in attributes.items():
        if attribute in TAKEN or attribute.startswith("_"):
            raise t.refuse(
                at, f"`{attribute}` cannot be an attribute of an error", "choose another name"
            )
        kind = spec_type(ex.type)
        if kind is None:
            raise t.refuse(
                at, f"{shown(ex.type)} cannot be an attribute of an error", "raise with its parts"
            )
        typed.append((attribute, kind))
        answers.append(_element(t, ex))
    t.raised.setdefault(name, []).append(
        (node, tuple((n, ex.type) for n, (_, ex) in attributes.items()))
    )
    t.refuse_now(Raised(name, tuple(typed)), *answers)


def _element(t: Translator, ex: Ex) -> str:
    """A scalar as an element of the reply; nil would end the array, false stands for None."""
    match ex.type:
        case Optional(inner):
            if isinstance(inner, Bool):
                return f"({ex.operand} ~= nil and ({ex.operand} and 1 or 0))"
            made = _scalar(t, inner, ex)
            return (
                f"({ex.operand} and {made} or false)"
                if made != ex.lua
                else f"({ex.operand} or false)"
            )
        case NoneT():
            return "false"
        case _:
            return _scalar(t, ex.type, ex)


def _scalar(t: Translator, static: Static, ex: Ex) -> str:
    match static:
        case Float():
            if isinstance(ex.constant, float):
                return f"'{ex.constant!r}'"
            return f"string.format('%.17g', {ex.lua})"
        case Bool():
            return f"{ex.operand} and 1 or 0"
        case _:
            return ex.lua


# --- return ------------------------------------------------------------------------------


def answer(t: Translator, node: ast.Return) -> None:
    """`return value`: what was held back is done, then the script answers."""
    ex = NONE if node.value is None else t.expression(node.value)
    declared = t.operation.returns
    if declared == Scalar("float") and isinstance(ex.type, Int):
        ex = as_operand(t, node.value or ast.Constant(None), ex).typed(Float())
    t.returned.append((node, ex.type))
    t.out.append(Return(reply(t, ex), t.step))


def reply(t: Translator, ex: Ex) -> list[str]:
    """The lines that return a value; the last of them returns."""
    match ex.type:
        case NoneT():
            return ["return nil"]
        case Tuple() if not ex.parts and ex.type.items:
            return [f"return {{ 0, {ex.lua} }}"]
        case Tuple():
            made = ", ".join(_part(t, part) for part in ex.parts)
            return [f"return {{ 0, {{ {made} }} }}"]
        case Listing() | Pairs() | Row() | Entries():
            return [f"return {{ 0, {t.table(ex)} }}"]
        case Optional(inner) if isinstance(inner, Listing | Pairs | Row | Entries | Tuple):
            return [f"return {ex.operand} and {{ 0, {ex.operand} }} or nil"]
        case Optional(inner):
            if isinstance(inner, Bool):
                return [f"return {ex.operand} ~= nil and ({ex.operand} and 1 or 0) or nil"]
            made = _scalar(t, inner, ex)
            return [
                f"return {ex.lua}" if made == ex.lua else f"return {ex.operand} and {made} or nil"
            ]
        case _:
            return [f"return {_scalar(t, ex.type, ex)}"]


def _part(t: Translator, ex: Ex) -> str:
    match ex.type:
        case Tuple() if not ex.parts and ex.type.items:
            return ex.lua
        case Tuple():
            return f"{{ {', '.join(_part(t, part) for part in ex.parts)} }}"
        case Listing() | Pairs() | Row() | Entries():
            return t.table(ex)
        case Optional(inner) if isinstance(inner, Listing | Pairs | Row | Entries | Tuple):
            return f"{ex.operand} or false"
        case _:
            return _element(t, ex)


def result(static: Static) -> compiled.Result:
    """How the caller reads what is returned."""
    match static:
        case NoneT():
            return compiled.Nothing()
        case Optional(inner):
            return compiled.OptionalOf(result(inner))
        case Listing(item, _, _, _, unordered, _):
            return compiled.ListedOf(result(item), "set" if unordered else "list")
        case Pairs(first, second, mapping=True):
            return compiled.MapOfPairs(_kind(first), _kind(second))
        case Pairs(first):
            return compiled.ScoredOf(_kind(first))
        case Row(keyspace):
            return compiled.RecordOf(keyspace)
        case Entries(keyspace):
            return compiled.EntriesOf(keyspace)
        case Tuple(items, True):
            return compiled.ListedOf(result(_item(items)), "list")
        case Tuple(items):
            return compiled.TupleOf(tuple(result(item) for item in items))
        case Duration():
            return compiled.Milliseconds()
        case _:
            return compiled.Plain(_kind(static))


def _item(items: tuple[Static, ...]) -> Static:
    """What the items of a list display are together."""
    found: Static = items[0] if items else STR
    for each in items[1:]:
        found = joined(found, each) or found
    return found


def is_compound(static: Static) -> bool:
    """Whether a success comes as {0, value}: a bare array would read as a refusal."""
    inner = static.inner if isinstance(static, Optional) else static
    return isinstance(inner, Listing | Pairs | Row | Entries | Tuple)


def _kind(static: Static) -> ValueType:
    kind = spec_type(static)
    assert kind is not None
    return kind
