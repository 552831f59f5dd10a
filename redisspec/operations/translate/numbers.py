"""Numbers of the steps: ints and floats as Lua has them, and digits that become them."""

from __future__ import annotations

import ast
from dataclasses import replace

from redisspec.operations.compiled import Corrupt, Fault
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    Duration,
    Float,
    Int,
    NoneT,
    Optional,
    as_number,
    shown,
)


def numeric(t: Translator, node: ast.expr) -> Ex:
    """An operand of arithmetic, as a Lua number."""
    return as_operand(t, node, t.expression(node))


def as_operand(t: Translator, node: ast.expr, ex: Ex) -> Ex:
    if isinstance(ex.type, Int):
        return as_lua_number(t, node, ex)
    if isinstance(ex.type, Float):
        return ex
    raise t.refuse(node, f"{shown(ex.type)} is no number", number_help(ex, node))


def as_lua_number(t: Translator, node: ast.AST | None, ex: Ex) -> Ex:
    """An int as a Lua number; digits that no number holds refuse the call."""
    assert isinstance(ex.type, Int)
    if not ex.type.text:
        return ex
    if isinstance(ex.constant, int):
        raise t.refuse(
            node,
            "a script reckons with ints of at most 2^53 - 1",
            "keep numbers this large as `str`",
        )
    if ex.name and "." not in ex.name:
        t.facts.numbers.add(ex.name)
    if ex.type.origin is None:
        return Ex(f"tonumber({ex.lua})", as_number(ex.type), names=ex.names)
    made = checked_int(t, ex, ex.name.rpartition(".")[2] or "number")
    if "." in ex.name:
        t.env[ex.name] = replace(made, name=ex.name)
    return made


def checked_int(t: Translator, ex: Ex, wanted: str) -> Ex:
    """Stored digits as a number, in a variable of its own."""
    assert isinstance(ex.type, Int)
    raw = ex.lua if ex.lua.isidentifier() else t.local(f"{wanted}_digits", ex.lua)
    name = t.local(wanted, f"{t.helper('int')}({raw})")
    unreadable_int(t, f"not {name}", raw, ex.type.origin or "''")
    return Ex(name, as_number(ex.type))


def unreadable_int(t: Translator, failed: str, raw: str, key: str) -> None:
    """Refuse the call where digits are none, or more than a number holds."""
    t.helper_numbers["BEYOND"] = t.refusal(Fault("a stored int beyond 2^53 - 1"))
    t.helper_numbers["CORRUPT"] = t.refusal(Corrupt("int"))
    t.code(
        f"if {failed} then", f"  return {t.helper('unreadable')}({key}, {raw})", "end", fails=True
    )


def number_help(ex: Ex, node: ast.expr) -> str | None:
    if isinstance(ex.type, Optional | NoneT):
        return none_help(node)
    if isinstance(ex.type, Duration):
        return f"write `{ast.unparse(node)}.total_seconds()`"
    return None


def none_help(node: ast.expr) -> str:
    """What to write where a value may be None."""
    if isinstance(node, ast.Name | ast.Attribute):
        return f"ask `if {ast.unparse(node)} is None:` before"
    return "assign it to a variable, and ask whether that is None"
