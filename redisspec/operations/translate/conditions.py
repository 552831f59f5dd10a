"""Comparisons and conditions, and what they say of the variables in them."""

from __future__ import annotations

import ast
from dataclasses import replace

from redisspec.ir.types import Scalar
from redisspec.operations.lua.code import Block, Code, If
from redisspec.operations.lua.text import quoted
from redisspec.operations.translate import builtins
from redisspec.operations.translate.numbers import as_lua_number, as_operand, number_help
from redisspec.operations.translate.parameters import as_value
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    Bool,
    Float,
    Int,
    Listing,
    NoneT,
    Opaque,
    Optional,
    Pairs,
    Row,
    Static,
    Text,
    joined,
    shown,
)


def comparison(t: Translator, node: ast.Compare) -> Ex:
    left = t.expression(node.left)
    parts: list[Ex] = []
    before = node.left
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = t.expression(right_node)
        if (
            len(node.ops) > 1
            and right_node is not node.comparators[-1]
            and not right.lua.isidentifier()
        ):
            right = replace(right, lua=t.local("middle", right.lua), atom=True)
        parts.append(_comparison(t, node, operator, (before, left), (right_node, right)))
        before, left = right_node, right
    if len(parts) == 1:
        return parts[0]
    return Ex(
        " and ".join(part.operand if " or " in part.lua else part.lua for part in parts),
        Bool(),
        atom=False,
        names=frozenset().union(*(part.names for part in parts)),
    )


def _comparison(
    t: Translator,
    node: ast.Compare,
    operator: ast.cmpop,
    one: tuple[ast.expr, Ex],
    other: tuple[ast.expr, Ex],
) -> Ex:
    left, right = one[1], other[1]
    names = left.names | right.names
    if isinstance(operator, ast.Is | ast.IsNot):
        return _is_none(t, node, operator, one, other)
    if isinstance(operator, ast.In | ast.NotIn):
        found = builtins.contains(t, node, one, other)
        return negated(found) if isinstance(operator, ast.NotIn) else found
    if isinstance(operator, ast.Eq | ast.NotEq):
        sign = "==" if isinstance(operator, ast.Eq) else "~="
        a, b = equal_operands(t, node, one, other)
        return Ex(f"{a} {sign} {b}", Bool(), atom=False, names=names)
    sign = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}[type(operator)]
    if _is_time(left.type) and _is_time(right.type):
        moment = t.helper("moment")
        return Ex(
            f"{moment}({left.lua}) {sign} {moment}({right.lua})", Bool(), atom=False, names=names
        )
    for each_node, each in (one, other):
        if isinstance(each.type, Text) and not _is_time(each.type):
            raise t.refuse(
                each_node,
                f"{shown(each.type)} has no order in a script: Lua compares texts by the server's locale",
                "compare with `==`, or keep what is to be ordered as a number",
            )
    a_, b_ = as_operand(t, one[0], left), as_operand(t, other[0], right)
    return Ex(f"{a_.operand} {sign} {b_.operand}", Bool(), atom=False, names=names)


def _is_time(static: Static) -> bool:
    return isinstance(static, Text) and static.type == Scalar("datetime")


def equal_operands(
    t: Translator, node: ast.AST, one: tuple[ast.expr, Ex], other: tuple[ast.expr, Ex]
) -> tuple[str, str]:
    """Two values as Lua expressions that are equal where the values are."""
    left, right = one[1], other[1]
    a, b = inner_of(left.type), inner_of(right.type)
    if isinstance(a, NoneT) or isinstance(b, NoneT):
        raise t.refuse(node, "None is compared with `is`", "write `is None` or `is not None`")
    match a, b:
        case Int(), Int():
            if a.text and b.text:
                return left.operand, right.operand
            for mine, theirs in ((left, right), (right, left)):
                if (
                    isinstance(mine.constant, int)
                    and isinstance(theirs.type, Int)
                    and theirs.type.text
                ):
                    digits = quoted(str(mine.constant))
                    return (digits, theirs.operand) if mine is left else (theirs.operand, digits)
            if a.text and not isinstance(left.type, Optional):
                left = as_lua_number(t, one[0], left)
            if b.text and not isinstance(right.type, Optional):
                right = as_lua_number(t, other[0], right)
            if isinstance(left.type, Optional) or isinstance(right.type, Optional):
                _same_form(t, (one[0], left), (other[0], right))
            return left.operand, right.operand
        case (Int() | Float(), Int() | Float()):
            for each_node, each in (one, other):
                if isinstance(each.type, Optional):
                    raise t.refuse(
                        each_node, f"{shown(each.type)} is no number", number_help(each, each_node)
                    )
            return as_operand(t, one[0], left).operand, as_operand(t, other[0], right).operand
        case Bool(), Bool():
            return left.operand, right.operand
        case Text(kind), Text(other_kind):
            if Scalar("decimal") in (kind, other_kind):
                raise t.refuse(
                    node,
                    "decimals cannot be compared in a script: 1.0 and 1.00 are equal and differ as texts",
                    "keep amounts as `int`, in the smallest unit",
                )
            if joined(a, b) is not None:
                if _is_time(a):
                    moment = t.helper("moment")
                    if not isinstance(left.type, Optional) and not isinstance(right.type, Optional):
                        return f"{moment}({left.lua})", f"{moment}({right.lua})"
                return left.operand, right.operand
    raise t.refuse(
        node,
        f"{shown(left.type)} and {shown(right.type)} are never equal",
        "compare values of one type"
        if not isinstance(a, Opaque | Row | Listing | Pairs)
        else "such values are passed on whole: compare their parts",
    )


def _same_form(t: Translator, one: tuple[ast.expr, Ex], other: tuple[ast.expr, Ex]) -> None:
    """Digits and numbers are never equal in Lua: have the digits' variable be a number."""
    for node, ex in (one, other):
        inner = inner_of(ex.type)
        if isinstance(inner, Int) and inner.text:
            if not ex.name or "." in ex.name:
                raise t.refuse(node, "compare this int after `is not None` has been asked", None)
            t.facts.numbers.add(ex.name)


def inner_of(static: Static) -> Static:
    return static.inner if isinstance(static, Optional) else static


def _is_none(
    t: Translator,
    node: ast.Compare,
    operator: ast.cmpop,
    one: tuple[ast.expr, Ex],
    other: tuple[ast.expr, Ex],
) -> Ex:
    if not isinstance(other[1].type, NoneT):
        raise t.refuse(node, "`is` compares with None only", "write `==`")
    left = one[1]
    if not isinstance(left.type, Optional | NoneT):
        raise t.refuse(one[0], f"{shown(left.type)} is never None", "drop the comparison")
    sign = "==" if isinstance(operator, ast.Is) else "~="
    return Ex(f"{left.operand} {sign} nil", Bool(), atom=False, names=left.names)


def condition(t: Translator, node: ast.expr) -> Ex:
    """A truth value; nothing else is taken for one."""
    ex = t.expression(node)
    if isinstance(ex.type, Bool):
        return ex
    if isinstance(ex.type, Optional | NoneT):
        help_ = f"write `{ast.unparse(node)} is not None`"
    elif isinstance(ex.type, Int | Float):
        help_ = f"write `{ast.unparse(node)} != 0`"
    elif isinstance(ex.type, Text) and ex.type.type in (Scalar("str"), Scalar("slug")):
        help_ = f'write `{ast.unparse(node)} != ""`'
    elif isinstance(ex.type, Listing | Pairs):
        help_ = f"write `len({ast.unparse(node)}) != 0`"
    else:
        help_ = "write a comparison"
    raise t.refuse(node, f"{shown(ex.type)} is no condition: say what is asked", help_)


def negated(ex: Ex) -> Ex:
    return replace(ex, lua=f"not {ex.operand}", atom=False, constant=None, known=None)


def boolean(t: Translator, node: ast.BoolOp) -> Ex:
    """`and` and `or`: what stands right is looked at only where it matters."""
    both = isinstance(node.op, ast.And)
    found = condition(t, node.values[0])
    before = node.values[0]
    restore = dict(t.env)
    for right in node.values[1:]:
        narrow(t, before, both)
        outer, t.out = t.out, []
        ex = condition(t, right)
        inner, t.out = t.out, outer
        word = "and" if both else "or"
        if inner:
            found = _only_then(t, found, ex, inner, both)
        else:
            left = found.operand if not _same_word(found, word) else found.lua
            found = Ex(
                f"{left} {word} {ex.operand if ' or ' in ex.lua or ' and ' in ex.lua else ex.lua}",
                Bool(),
                atom=False,
                names=found.names | ex.names,
            )
        before = right
    t.env = {name: restore.get(name, ex) for name, ex in t.env.items() if name in restore}
    return found


def _same_word(ex: Ex, word: str) -> bool:
    other = " or " if word == "and" else " and "
    return other not in ex.lua


def _only_then(t: Translator, left: Ex, right: Ex, steps: Block, both: bool) -> Ex:
    """The right side's steps run only where the left side leaves the answer open."""
    name = t.local("truth", left.lua)
    test = name if both else f"not {name}"
    inner = [*steps, Code([f"{name} = {right.lua}"], t.step)]
    t.out.append(If(test, inner, [], t.step))
    return Ex(name, Bool())


def narrow(t: Translator, node: ast.expr, holds: bool) -> None:
    """Note what is known of variables where the condition holds (or does not)."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            narrow(t, operand, not holds)
        case ast.BoolOp(ast.And(), values) if holds:
            for value in values:
                narrow(t, value, True)
        case ast.BoolOp(ast.Or(), values) if not holds:
            for value in values:
                narrow(t, value, False)
        case ast.Compare(
            ast.Name() | ast.Attribute(ast.Name()) as subject,
            [ast.Is() | ast.IsNot() as operator],
            [ast.Constant(None)],
        ):
            name = ast.unparse(subject)
            ex = t.env.get(name) or (as_value(t, name) if name in t.operation.params else None)
            if ex is None or not isinstance(ex.type, Optional):
                return
            if isinstance(operator, ast.Is) == holds:
                t.env[name] = replace(ex, type=NoneT(), known=None)
            else:
                t.env[name] = ex.typed(ex.type.inner)


def conditional(t: Translator, node: ast.IfExp) -> Ex:
    """`a if c else b`, as a variable that a branch sets."""
    test = condition(t, node.test)
    before = dict(t.env)
    sides: list[tuple[Block, Ex]] = []
    outer = t.out
    for holds, side in ((True, node.body), (False, node.orelse)):
        t.env = dict(before)
        narrow(t, node.test, holds)
        t.out = []
        ex = t.expression(side)
        sides.append((list(t.out), ex))
    t.env = dict(before)
    t.out = outer
    (then, yes), (otherwise, no) = sides
    yes, no = same_forms(t, (node.body, yes, then), (node.orelse, no, otherwise))
    both = joined(yes.type, no.type)
    if both is None:
        raise t.refuse(
            node, f"this is {shown(yes.type)} or {shown(no.type)}", "give both sides one type"
        )
    simple = not then and not otherwise and not isinstance(yes.type, Optional | NoneT | Bool)
    names = test.names | yes.names | no.names
    if simple:
        return Ex(
            f"{test.operand} and {yes.operand} or {no.operand}", both, atom=False, names=names
        )
    name = t.name("chosen")
    t.code(f"local {name}")
    then.append(Code([f"{name} = {yes.lua}"], t.step))
    otherwise.append(Code([f"{name} = {no.lua}"], t.step))
    t.out.append(If(test.lua, then, otherwise, t.step))
    return Ex(name, both)


def same_forms(
    t: Translator, one: tuple[ast.expr, Ex, Block], other: tuple[ast.expr, Ex, Block]
) -> tuple[Ex, Ex]:
    """Two ints in one form: where one is a number, digits become one, in the steps of their side."""
    found: list[Ex] = []
    for (node, ex, steps), (_, rival, _) in ((one, other), (other, one)):
        mine, theirs = inner_of(ex.type), inner_of(rival.type)
        digits = isinstance(mine, Int) and mine.text
        if not digits or not (
            isinstance(theirs, Float) or (isinstance(theirs, Int) and not theirs.text)
        ):
            found.append(ex)
        elif isinstance(ex.type, Optional):
            _same_form(t, (node, ex), (node, rival))
            found.append(ex)
        else:
            outer, t.out = t.out, []
            found.append(as_lua_number(t, node, ex))
            steps.extend(t.out)
            t.out = outer
    yes, no = found
    if isinstance(yes.type, Float) and isinstance(no.type, Int):
        no = no.typed(Float())
    elif isinstance(yes.type, Int) and isinstance(no.type, Float):
        yes = yes.typed(Float())
    return yes, no
