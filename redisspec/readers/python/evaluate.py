"""Expressions: what each stands for, with the calls of Redis that it makes noted on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python import builtins
from redisspec.readers.python.calls import call
from redisspec.readers.python.containers import item_call
from redisspec.readers.python.deferred import defer
from redisspec.readers.python.evidence import place_of, text_of
from redisspec.readers.python.module import Guard, Handed, PyLoop
from redisspec.readers.python.names import attribute_of, by_evidence, name_of
from redisspec.readers.python.receivers import hand_on
from redisspec.readers.python.symbols import (
    Class,
    Entries,
    External,
    Items,
    Pipe,
    Symbol,
    as_value,
    join,
    objects,
)
from redisspec.readers.python.values import (
    FALSE,
    NONE,
    TRUE,
    constant,
    is_text,
    joined,
    number_of,
    percent,
    truth,
)
from redisspec.readers.python.vocabulary import constructor
from redisspec.readers.values import UNKNOWN, formed

if TYPE_CHECKING:
    from redisspec.readers.python.state import State

_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<",
    ast.RShift: ">>", ast.MatMult: "@",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
    ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
}  # fmt: skip
_MOST_DEPTH = 60
MOST_UNROLLED = 8
"""Loops over so many written items are read once an item, where they send nothing."""


def evaluate(state: State, node: ast.expr | None, deep: int = 0) -> Symbol:
    """What an expression stands for."""
    if node is None:
        return NONE
    if deep > _MOST_DEPTH:
        return UNKNOWN
    handler = _HANDLERS.get(type(node))
    return UNKNOWN if handler is None else handler(state, node, deep + 1)


def value(state: State, node: ast.expr | None, deep: int = 0) -> Value:
    """The expression as a value of the IR."""
    return as_value(evaluate(state, node, deep))


def guards_of(condition: Value, holds: bool) -> tuple[Guard, ...]:
    """What is known where a condition holds or fails, `and`, `or` and `not` taken apart."""
    if condition.provenance == "formatted":
        if condition.text == "not" and condition.parts:
            return guards_of(condition.parts[0], not holds)
        if condition.text == ("and" if holds else "or") and len(condition.parts) == 2:
            left, right = condition.parts
            return (*guards_of(left, holds), *guards_of(right, holds))
        if condition.text == "is not None":
            return (Guard(formed("is None", *condition.parts), not holds),)
        if condition.text == "!=":
            return (Guard(formed("==", *condition.parts), not holds),)
        if condition.text == "not in":
            return (Guard(formed("in", *condition.parts), not holds),)
    return (Guard(condition, holds),)


def _constant(_state: State, node: ast.Constant, _deep: int) -> Symbol:
    return constant(node.value)


def _name(state: State, node: ast.Name, _deep: int) -> Symbol:
    return name_of(state, node.id)


def _attribute(state: State, node: ast.Attribute, deep: int) -> Symbol:
    base = evaluate(state, node.value, deep)
    return attribute_of(state, base, node, text_of(node))


def _call(state: State, node: ast.Call, _deep: int) -> Symbol:
    return call(state, node)


def _await(state: State, node: ast.Await, deep: int) -> Symbol:
    outer, state.awaited = state.awaited, node.value
    if state.dropped is node:
        state.dropped = node.value
    found = evaluate(state, node.value, deep)
    state.awaited = outer
    return found


def _text(state: State, node: ast.JoinedStr, deep: int) -> Symbol:
    parts = [value(state, one, deep) for one in node.values]
    return joined(parts) if parts else constant("")


def _binary(state: State, node: ast.BinOp, deep: int) -> Symbol:
    left_symbol = evaluate(state, node.left, deep)
    right_symbol = evaluate(state, node.right, deep)
    left, right = as_value(left_symbol), as_value(right_symbol)
    match node.op:
        case ast.Add():
            if isinstance(left_symbol, Items) and isinstance(right_symbol, Items):
                return Items(
                    (*left_symbol.items, *right_symbol.items), left_symbol.open or right_symbol.open
                )
            if is_text(left) or is_text(right):
                return joined((left, right))
        case ast.Mod() if is_text(left):
            entries = None
            if isinstance(right_symbol, Entries):
                entries = {name: as_value(one) for name, one in right_symbol.items.items()}
            return percent(left, right, entries)
    one, other = number_of(left), number_of(right)
    if one is not None and other is not None and abs(one) < 1e12 and abs(other) < 1e12:
        result = builtins.reckon(type(node.op), one, other)
        if result is not None:
            return constant(int(result) if result == int(result) else result)
    return formed(_OPERATORS.get(type(node.op), "?"), left, right)


def _unary(state: State, node: ast.UnaryOp, deep: int) -> Symbol:
    symbol = evaluate(state, node.operand, deep)
    operand = as_value(symbol)
    if isinstance(node.op, ast.Not):
        # redis-py's pipelines are true, with nothing in them too; so `if not pipe: pipe = client` is passed.
        known = True if isinstance(symbol, Pipe) else truth(operand)
        return formed("not", operand) if known is None else (FALSE if known else TRUE)
    number = number_of(operand)
    if isinstance(node.op, ast.USub) and number is not None:
        return constant(int(-number) if number == int(number) else -number)
    return formed(_OPERATORS.get(type(node.op), "?"), operand)


def _boolean(state: State, node: ast.BoolOp, deep: int) -> Symbol:
    ends_at = isinstance(node.op, ast.Or)
    found: Symbol | None = None
    with state.under():
        for place, one in enumerate(node.values):
            symbol = evaluate(state, one, deep)
            known = truth(as_value(symbol)) if isinstance(symbol, Value) else None
            last = place == len(node.values) - 1
            if known is not None and known is not ends_at and not last:
                # `None or x` is x.
                continue
            if ends_at and isinstance(symbol, Pipe) and not symbol.given:
                # One that was made here is there: `pipe or client`.
                return symbol if found is None else join(found, symbol)
            if found is None:
                found = symbol
            elif isinstance(found, Value) and isinstance(symbol, Value):
                found = formed("or" if ends_at else "and", found, symbol)
            else:
                found = join(found, symbol)
            if known is ends_at:
                break
            state.guards += guards_of(as_value(symbol), not ends_at)
    return found if found is not None else UNKNOWN


def _compare(state: State, node: ast.Compare, deep: int) -> Symbol:
    left_symbol = evaluate(state, node.left, deep)
    left = as_value(left_symbol)
    found: Value | None = None
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right_symbol = evaluate(state, right_node, deep)
        right = as_value(right_symbol)
        one = None
        if isinstance(operator, ast.In | ast.NotIn):
            inside = item_call(
                state, node, right_node, right_symbol, "__contains__", (left_symbol,)
            )
            if inside is not None:
                one = as_value(inside)
                one = formed("not", one) if isinstance(operator, ast.NotIn) else one
        if one is None:
            one = _compared(operator, left_symbol, right_symbol, left, right)
        found = one if found is None else formed("and", found, one)
        left_symbol, left = right_symbol, right
    return found if found is not None else UNKNOWN


def _compared(
    operator: ast.cmpop, left_symbol: Symbol, right_symbol: Symbol, left: Value, right: Value
) -> Value:
    if isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) and NONE in (left, right):
        other = left if right == NONE else right
        other_symbol = left_symbol if right == NONE else right_symbol
        negated = isinstance(operator, ast.IsNot | ast.NotEq)
        if other == NONE:
            return FALSE if negated else TRUE
        if not isinstance(other_symbol, Value) or other.provenance == "constant":
            return TRUE if negated else FALSE
        return formed("is not None" if negated else "is None", other)
    if left.provenance == right.provenance == "constant":
        same = left == right
        if isinstance(operator, ast.Eq | ast.Is):
            return TRUE if same else FALSE
        if isinstance(operator, ast.NotEq | ast.IsNot):
            return FALSE if same else TRUE
        one, other_number = number_of(left), number_of(right)
        if one is not None and other_number is not None:
            decided = builtins.compare(type(operator), one, other_number)
            if decided is not None:
                return TRUE if decided else FALSE
    return formed(_OPERATORS.get(type(operator), "?"), left, right)


def _conditional(state: State, node: ast.IfExp, deep: int) -> Symbol:
    condition = value(state, node.test, deep)
    known = truth(condition)
    if known is not None:
        return evaluate(state, node.body if known else node.orelse, deep)
    with state.under(*guards_of(condition, True)):
        then = evaluate(state, node.body, deep)
    with state.under(*guards_of(condition, False)):
        otherwise = evaluate(state, node.orelse, deep)
    if isinstance(then, Value) and isinstance(otherwise, Value) and then != otherwise:
        return formed("if", condition, then, otherwise)
    return join(then, otherwise)


def _tuple(state: State, node: ast.Tuple | ast.List | ast.Set, deep: int) -> Symbol:
    found: list[Symbol] = []
    is_open = False
    for one in node.elts:
        if isinstance(one, ast.Starred):
            inner = evaluate(state, one.value, deep)
            if isinstance(inner, Items):
                found += inner.items
                is_open = is_open or inner.open
            else:
                found.append(formed("each", as_value(inner)))
                is_open = True
        else:
            found.append(evaluate(state, one, deep))
    return Items(tuple(found), is_open, not isinstance(node, ast.Tuple))


def _dict(state: State, node: ast.Dict, deep: int) -> Symbol:
    found = Entries()
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        symbol = evaluate(state, value_node, deep)
        if key_node is None:
            if isinstance(symbol, Entries):
                found.items.update(symbol.items)
                found.keys.update(symbol.keys)
                found.open = found.open or symbol.open
            else:
                found.open = True
            continue
        key = value(state, key_node, deep)
        name = key.text if key.provenance == "constant" else f"{{{len(found.items)}}}"
        found.items[name] = symbol
        found.keys[name] = key
    return found


def _subscript(state: State, node: ast.Subscript, deep: int) -> Symbol:
    base = evaluate(state, node.value, deep)
    if isinstance(node.slice, ast.Slice):
        bounds = [value(state, one, deep) for one in (node.slice.lower, node.slice.upper)]
        return formed("[:]", as_value(base), *bounds)
    index_symbol = evaluate(state, node.slice, deep)
    found = item_call(state, node, node.value, base, "__getitem__", (index_symbol,))
    if found is not None:
        return found
    found = element(state, base, as_value(index_symbol))
    text = place_of(node) if isinstance(found, Value | External) else None
    return found if text is None else by_evidence(state, text, found)


def element(state: State, base: Symbol, index: Value) -> Symbol:
    """`base[index]`."""
    number = number_of(index)
    if isinstance(base, Items) and number is not None and not base.open:
        place = int(number)
        if -len(base.items) <= place < len(base.items):
            return base.items[place]
    if isinstance(base, Entries) and index.provenance == "constant":
        found = base.items.get(index.text)
        if found is not None:
            return found
    if isinstance(base, Class) or (isinstance(base, External) and constructor(base.dotted)):
        # `Redis[bytes]`: which of its kind it is says nothing more.
        return base
    if isinstance(base, External):
        return External(f"{base.dotted}[]")
    if isinstance(base, Value) and base.text == "()" and number is not None:
        place = int(number)
        if -len(base.parts) <= place < len(base.parts):
            return base.parts[place]
    return formed("[]", as_value(base), index)


def _comprehension(
    state: State,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    deep: int,
) -> Symbol:
    unrolled = _unrolled(state, node, deep)
    if unrolled is not None:
        return unrolled
    outer = dict(state.frame.locals)
    opened = 0
    known = len(state.guards)
    sources: list[Value] = []
    made: Symbol | None = None
    try:
        for generator in node.generators:
            over = evaluate(state, generator.iter, deep)
            loop = loop_over(state, over, generator.target, "comprehension", generator.iter)
            state.loops.append(loop)
            opened += 1
            sources.append(loop.over)
            bind(state, generator.target, item_of(state, over, loop), deep)
            for condition in generator.ifs:
                state.guards += guards_of(value(state, condition, deep), True)
        if isinstance(node, ast.DictComp):
            parts = [value(state, node.key, deep), value(state, node.value, deep)]
        else:
            found = evaluate(state, node.elt, deep)
            made = objects(found, state.loops[-1].variable)
            parts = [as_value(found)]
    finally:
        if opened:
            del state.loops[-opened:]
        del state.guards[known:]
        state.frame.locals = outer
    return made or formed("each of", *parts, *sources)


def _unrolled(
    state: State,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    deep: int,
) -> Symbol | None:
    """What is made of a few known items, one by one; None where they are not known."""
    if len(node.generators) != 1 or node.generators[0].ifs:
        return None
    source = node.generators[0].iter
    if not isinstance(source, ast.Name | ast.Call | ast.Tuple | ast.List):
        return None
    with state.silent():
        over = evaluate(state, source, deep)
    if not isinstance(over, Items) or over.open or len(over.items) > MOST_UNROLLED:
        return None
    outer = dict(state.frame.locals)
    found, made = Entries(), []
    for item in over.items:
        bind(state, node.generators[0].target, item, deep)
        if isinstance(node, ast.DictComp):
            key = value(state, node.key, deep)
            name = key.text if key.provenance == "constant" else f"{{{len(found.items)}}}"
            found.keys[name] = key
            found.items[name] = evaluate(state, node.value, deep)
        else:
            made.append(evaluate(state, node.elt, deep))
    state.frame.locals = outer
    return found if isinstance(node, ast.DictComp) else Items(tuple(made), is_list=True)


def loop_over(state: State, over: Symbol, target: ast.expr, kind: str, node: ast.expr) -> PyLoop:
    """The loop that walks something."""
    walked = as_value(over)
    small, bound = False, None
    if isinstance(over, Items) and over.each is not None:
        walked = formed("each of", walked)
    elif isinstance(over, Items | Entries):
        if over.items and not over.open:
            small, bound = len(over.items) <= 8, len(over.items)
        else:
            # What is written empty is filled somewhere, or nobody would walk it.
            walked = formed("filled", walked, Value("unknown", "more"))
    elif walked.provenance == "formatted" and walked.text == "call:range":
        numbers = [number_of(part) for part in walked.parts]
        if numbers and all(number is not None for number in numbers):
            plain = [number for number in numbers if number is not None]
            size = plain[0] if len(plain) == 1 else plain[1] - plain[0]
            small, bound = size <= 8, int(size)
    name = text_of(target) or "each"
    variable = formed("each", walked, Value("unknown", name), state.fresh("item"))
    if isinstance(over, Items) and over.each is not None:
        variable = over.each
    return PyLoop(
        "comprehension" if kind == "comprehension" else "for",
        walked,
        variable,
        state.frame.file.span(node),
        small=small,
        bound=bound,
    )


def item_of(state: State, over: Symbol, loop: PyLoop) -> Symbol:
    """What the loop's variable stands for."""
    if isinstance(over, Items) and over.each is not None:
        return over.items[0]
    if isinstance(over, Items) and over.items and not over.open:
        if len(over.items) == 1:
            return over.items[0]
        found = over.items[0]
        for one in over.items[1:]:
            found = join(found, one)
        if not isinstance(found, Value):
            return found
    return loop.variable


def bind(state: State, target: ast.expr, symbol: Symbol, deep: int = 0) -> None:
    """Give what stands on the left of an assignment its meaning."""
    match target:
        case ast.Name(id=name):
            state.frame.locals[name] = symbol
        case ast.Tuple(elts) | ast.List(elts):
            for place, one in enumerate(elts):
                if isinstance(one, ast.Starred):
                    bind(state, one.value, formed("[:]", as_value(symbol)), deep)
                else:
                    bind(state, one, element(state, symbol, constant(place)), deep)
        case ast.Starred(value=inner):
            bind(state, inner, symbol, deep)
        case ast.Attribute(value=owner, attr=attribute):
            base = evaluate(state, owner, deep)
            from redisspec.readers.python.names import set_attribute  # noqa: PLC0415 - a cycle

            set_attribute(state, base, attribute, symbol, text_of(target))
        case ast.Subscript(value=owner, slice=index):
            base = evaluate(state, owner, deep)
            key = value(state, index, deep) if not isinstance(index, ast.Slice) else UNKNOWN
            if item_call(state, target, owner, base, "__setitem__", (key, symbol)) is None:
                _set_item(state, owner, base, key, symbol)


def _set_item(state: State, owner: ast.expr, base: Symbol, key: Value, symbol: Symbol) -> None:
    if isinstance(base, Entries):
        if key.provenance == "constant":
            base.items[key.text] = symbol
            base.keys[key.text] = key
        else:
            base.open = True
            # The `+` tells it from a literal's: there may be many of these.
            place = f"{{+{len(base.items)}}}"
            base.items[place] = symbol
            base.keys[place] = key
        return
    name = text_of(owner)
    if name is not None and isinstance(base, Value) and name in state.frame.locals:
        # What was read and is changed in place is still made of what was read.
        state.frame.locals[name] = formed("changed", base, as_value(symbol))


def _lambda(state: State, node: ast.Lambda, _deep: int) -> Symbol:
    return defer(state, node)


def _walrus(state: State, node: ast.NamedExpr, deep: int) -> Symbol:
    found = evaluate(state, node.value, deep)
    bind(state, node.target, found, deep)
    return found


def _yield(state: State, node: ast.Yield, deep: int) -> Symbol:
    found = evaluate(state, node.value, deep)
    hand_on(found)
    state.frame.yields.append(found)
    state.frame.each = state.loops[-1].variable if state.loops else None
    return state.fresh("sent")


def _yield_from(state: State, node: ast.YieldFrom, deep: int) -> Symbol:
    found = evaluate(state, node.value, deep)
    if isinstance(found, Items) and found.each is not None:
        state.frame.each = found.each
        found = found.items[0]
    state.frame.yields.append(found)
    return state.fresh("sent")


def _starred(state: State, node: ast.Starred, deep: int) -> Symbol:
    return formed("each", value(state, node.value, deep))


def _formatted(state: State, node: ast.FormattedValue, deep: int) -> Symbol:
    found = value(state, node.value, deep)
    if node.format_spec is not None:
        evaluate(state, node.format_spec, deep)
    return found


_HANDLERS: dict[type[ast.expr], Callable[..., Symbol]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    Handed: _call,
    ast.Await: _await,
    ast.JoinedStr: _text,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Tuple: _tuple,
    ast.List: _tuple,
    ast.Set: _tuple,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Starred: _starred,
    ast.FormattedValue: _formatted,
}


def each(state: State, nodes: Sequence[ast.expr]) -> list[Symbol]:
    """What each of some expressions stands for."""
    return [evaluate(state, node) for node in nodes]
