"""Arithmetic as Python means it, within what Lua's numbers hold exactly."""

from __future__ import annotations

import ast

from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import EXACT, Float, Int

BEYOND = "an int beyond 2^53 - 1"
NO_NUMBER = "a float that is no number"
BY_ZERO = "a division by zero"


def negative(t: Translator, node: ast.AST, ex: Ex) -> Ex:
    if isinstance(ex.type, Int):
        return Ex(f"0 - {ex.operand}", Int(-ex.type.high, -ex.type.low), atom=False, names=ex.names)
    return Ex(f"-{ex.operand}", Float(), atom=False, names=ex.names)


def binary(t: Translator, node: ast.BinOp, left: Ex, right: Ex) -> Ex:
    """`left op right`; both are Lua numbers."""
    names = left.names | right.names
    match node.op:
        case ast.Add() | ast.Sub() | ast.Mult():
            sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}[type(node.op)]
            lua = f"{_left(left, sign)} {sign} {_right(right, sign)}"
            if isinstance(left.type, Int) and isinstance(right.type, Int):
                # Lua's product of 0 and a negative number is -0
                lua = f"{lua} + 0" if sign == "*" else lua
                low, high = _range(sign, left.type, right.type)
                return _exact(t, Ex(lua, Int(low, high), atom=False, names=names))
            return _real(t, Ex(lua, Float(), atom=False, names=names))
        case ast.Div():
            _not_zero(t, right)
            lua = f"{_left(left, '/')} / {_right(right, '/')}"
            return _real(t, Ex(lua, Float(), atom=False, names=names))
        case ast.FloorDiv() | ast.Mod() if isinstance(left.type, Int) and isinstance(
            right.type, Int
        ):
            _not_zero(t, right)
            if isinstance(node.op, ast.FloorDiv):
                widest = max(abs(left.type.low), abs(left.type.high))
                lua = f"{t.helper('quotient')}({left.lua}, {right.lua})"
                return Ex(lua, Int(-widest, widest), names=names)
            rest = f"{t.helper('mod')}({left.lua}, {right.lua})"
            most = max(abs(right.type.low), abs(right.type.high))
            if right.type.low < 0:
                rest += " + 0"  # an int has no -0
            return Ex(rest, Int(-most, most), atom="+" not in rest, names=names)
        case ast.FloorDiv() | ast.Mod():
            _not_zero(t, right)
            helper = t.helper("mod" if isinstance(node.op, ast.Mod) else "floordiv")
            return _real(t, Ex(f"{helper}({left.lua}, {right.lua})", Float(), names=names))
        case ast.Pow():
            raise t.refuse(node, "`**` is not in the subset", "write the product out")
        case _:
            raise t.refuse(node, "operations have no bit arithmetic")


def _left(ex: Ex, sign: str) -> str:
    return ex.lua if ex.atom or (sign in "+-" and _is_sum(ex)) else ex.operand


def _right(ex: Ex, sign: str) -> str:
    return ex.operand if not ex.lua.startswith("-") else f"({ex.lua})"


def _is_sum(ex: Ex) -> bool:
    return isinstance(ex.type, Int | Float) and " and " not in ex.lua and " or " not in ex.lua


def _range(sign: str, a: Int, b: Int) -> tuple[int, int]:
    if sign == "+":
        return a.low + b.low, a.high + b.high
    if sign == "-":
        return a.low - b.high, a.high - b.low
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(corners), max(corners)


def _exact(t: Translator, ex: Ex) -> Ex:
    """The int itself where no value of its operands can take it beyond 2^53 - 1, else checked."""
    assert isinstance(ex.type, Int)
    low, high = ex.type.low, ex.type.high
    if low >= -EXACT and high <= EXACT:
        return ex
    name = t.local("result", ex.lua)
    tests = [f"{name} > {EXACT}"] if high > EXACT else []
    tests += [f"{name} < -{EXACT}"] if low < -EXACT else []
    t.fault(" or ".join(tests), BEYOND)
    return Ex(name, Int(max(low, -EXACT), min(high, EXACT)))


def _real(t: Translator, ex: Ex) -> Ex:
    name = t.local("result", ex.lua)
    t.fault(f"{name} ~= {name}", NO_NUMBER)
    return Ex(name, Float())


def _not_zero(t: Translator, ex: Ex) -> None:
    if isinstance(ex.constant, int | float) and ex.constant != 0:
        return
    if isinstance(ex.type, Int) and (ex.type.low > 0 or ex.type.high < 0):
        return
    t.fault(f"{ex.operand} == 0", BY_ZERO)
