"""Expressions of the steps as Lua: names, literals, comparisons, conditions, arithmetic."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import UNSET, Enum, Field, Scalar
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.operations.compiled import Constant, Corrupt, Fault
from redisspec.operations.lua.code import Block, Code, If
from redisspec.operations.lua.text import number, quoted
from redisspec.operations.problems import AbandonedError
from redisspec.operations.translate import arithmetic, builtins
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    EXACT,
    STR,
    Bool,
    Duration,
    Entry,
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
    Tuple,
    as_number,
    joined,
    shown,
    stored,
)

NONE = Ex("nil", NoneT())
TEXTS = ("str", "slug", "bytes", "uuid", "date", "datetime", "decimal")


def expression(t: Translator, node: ast.expr) -> Ex:
    """The value of an expression; what it calls is put before the step at hand."""
    found = _EXPRESSIONS.get(type(node))
    if found is None:
        raise t.refuse(node, *_unsupported(node))
    return found(t, node)


# --- literals and names -----------------------------------------------------------


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
        return parameter(t, name)
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


def parameter(t: Translator, name: str) -> Ex:
    """A parameter as the script has it, once something needs it there."""
    from redisspec.operations.translate.parameters import as_value  # noqa: PLC0415 - they know one another

    return as_value(t, name)


# --- operators --------------------------------------------------------------------


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


def negated(ex: Ex) -> Ex:
    return replace(ex, lua=f"not {ex.operand}", atom=False, constant=None, known=None)


def _binary(t: Translator, node: ast.BinOp) -> Ex:
    if isinstance(node.op, ast.Add):
        left = expression(t, node.left)
        if isinstance(left.type, Text):
            return _joined_texts(t, node, left)
        return arithmetic.binary(t, node, as_operand(t, node.left, left), numeric(t, node.right))
    return arithmetic.binary(t, node, numeric(t, node.left), numeric(t, node.right))


def _joined_texts(t: Translator, node: ast.BinOp, left: Ex) -> Ex:
    right = expression(t, node.right)
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


def numeric(t: Translator, node: ast.expr) -> Ex:
    """An operand of arithmetic, as a Lua number."""
    return as_operand(t, node, expression(t, node))


def as_operand(t: Translator, node: ast.expr, ex: Ex) -> Ex:
    if isinstance(ex.type, Int):
        return as_lua_number(t, node, ex)
    if isinstance(ex.type, Float):
        return ex
    raise t.refuse(node, f"{shown(ex.type)} is no number", _none_help(ex, node))


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


# --- comparisons and conditions ------------------------------------------------------


def _compare(t: Translator, node: ast.Compare) -> Ex:
    left = expression(t, node.left)
    parts: list[Ex] = []
    before = node.left
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = expression(t, right_node)
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
    a, b = _inner(left.type), _inner(right.type)
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
                        each_node, f"{shown(each.type)} is no number", _none_help(each, each_node)
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
        inner = _inner(ex.type)
        if isinstance(inner, Int) and inner.text:
            if not ex.name or "." in ex.name:
                raise t.refuse(node, "compare this int after `is not None` has been asked", None)
            t.facts.numbers.add(ex.name)


def _inner(static: Static) -> Static:
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
    ex = expression(t, node)
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


def _boolean(t: Translator, node: ast.BoolOp) -> Ex:
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
            ex = t.env.get(name) or (parameter(t, name) if name in t.operation.params else None)
            if ex is None or not isinstance(ex.type, Optional):
                return
            if isinstance(operator, ast.Is) == holds:
                t.env[name] = replace(ex, type=NoneT(), known=None)
            else:
                t.env[name] = ex.typed(ex.type.inner)


def _conditional(t: Translator, node: ast.IfExp) -> Ex:
    """`a if c else b`, as a variable that a branch sets."""
    test = condition(t, node.test)
    before = dict(t.env)
    sides: list[tuple[Block, Ex]] = []
    outer = t.out
    for holds, side in ((True, node.body), (False, node.orelse)):
        t.env = dict(before)
        narrow(t, node.test, holds)
        t.out = []
        ex = expression(t, side)
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
        mine, theirs = _inner(ex.type), _inner(rival.type)
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


# --- parts of values ------------------------------------------------------------------


def _attribute(t: Translator, node: ast.Attribute) -> Ex:
    path = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
    if path in t.env:
        return t.env[path]
    ex = expression(t, node.value)
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
    inner = _inner(ex.type)
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


def _tuple(t: Translator, node: ast.Tuple | ast.List) -> Ex:
    parts = tuple(expression(t, each) for each in node.elts)
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
    kinds = [_inner(part.type) for part in parts]
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
        if both is None and isinstance(_inner(static), Int) and isinstance(_inner(part.type), Int):
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


def _subscript(t: Translator, node: ast.Subscript) -> Ex:
    ex = expression(t, node.value)
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
        ex = builtins.as_text(t, piece.value, expression(t, piece.value))
        names |= ex.names
        parts.append(ex.operand)
    return Ex(" .. ".join(parts) or "''", STR, atom=len(parts) < 2, names=names)


# each function takes its own kind of node
_EXPRESSIONS: dict[type[ast.expr], Callable[[Translator, Any], Ex]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Attribute: _attribute,
    ast.Tuple: _tuple,
    ast.List: _tuple,
    ast.Subscript: _subscript,
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


def _none_help(ex: Ex, node: ast.expr) -> str | None:
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
