"""Reads expressions: what each stands for, as far as the text of a script says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from redisspec.ir.flows import Branch, Value
from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.calls import server_call
from redisspec.readers.lua.script import LuaTest, LuaText, LuaUnpack
from redisspec.readers.lua.state import MOST_STEPS, State, fails, holds, sequence
from redisspec.readers.lua.symbols import (
    Builtin,
    FunctionObject,
    Symbol,
    TableObject,
    as_value,
    joined,
)
from redisspec.readers.lua.values import (
    FALSE,
    NIL,
    TRUE,
    as_number,
    element,
    element_of,
    number,
    plain,
    text,
)
from redisspec.readers.values import RANDOM, UNKNOWN, formed
from redisspec.source.span import Span

Several: TypeAlias = "tuple[list[tuple[Symbol, Span]], bool]"
"""Values with their places; with True the last stands for any number of values."""

_LIBRARIES = frozenset(
    [
        "redis",
        "server",
        "string",
        "table",
        "math",
        "cjson",
        "cmsgpack",
        "bit",
        "struct",
        "os",
        "coroutine",
        "debug",
    ]
)
_FUNCTIONS = frozenset(
    [
        "tonumber",
        "tostring",
        "unpack",
        "type",
        "ipairs",
        "pairs",
        "next",
        "error",
        "assert",
        "pcall",
        "xpcall",
        "select",
        "rawget",
        "rawset",
        "rawequal",
        "setmetatable",
        "getmetatable",
        "print",
        "loadstring",
        "load",
    ]
)
_MOST_INLINED = 8
_KEEPS_TABLES = frozenset(
    [
        "cjson.encode",
        "cmsgpack.pack",
        "ipairs",
        "pairs",
        "next",
        "type",
        "unpack",
        "table.concat",
        "table.getn",
        "tostring",
        "select",
        "rawget",
        "assert",
    ]
)
_BINARY_OF_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def value(state: State, expression: lua.Expression, *, tested: bool = False) -> Value:
    """What an expression is worth; `tested` says that its truth decides something."""
    return as_value(symbol(state, expression, tested=tested))


def symbol(state: State, expression: lua.Expression, *, tested: bool = False) -> Symbol:
    """What an expression stands for."""
    match expression:
        case lua.Parenthesized(inner):
            return symbol(state, inner, tested=tested)
        case lua.Unary("not", operand):
            found = value(state, operand, tested=True)
            if state.tests and state.tests[-1].operand == operand.span:
                # The test is of the whole: `not` is part of what a mend replaces.
                last = state.tests[-1]
                state.tests[-1] = LuaTest(last.value, True, expression.span, operand.span)
            return _negated(found)
        case lua.Binary("and" | "or" as operator, left, right):
            return _either_side(state, operator, left, right, tested)
    found_symbol = _plain_symbol(state, expression)
    if tested:
        state.tests.append(LuaTest(as_value(found_symbol), False, expression.span, expression.span))
    return found_symbol


def _negated(found: Value) -> Value:
    if found in (NIL, FALSE):
        return TRUE
    return formed("not", found)


def _either_side(
    state: State, operator: str, left: lua.Expression, right: lua.Expression, tested: bool
) -> Symbol:
    first = symbol(state, left, tested=tested or operator == "and")
    known = as_value(first)
    guard = holds(known) if operator == "and" else fails(known)
    before = dict(state.store)
    with state.branch(guard) as steps:
        second = symbol(state, right, tested=tested)
    merge(state, before, state.store)
    if steps:
        then, otherwise = sequence(steps), None
        state.flow.append(
            Branch(known, then, otherwise)
            if operator == "and"
            else Branch(formed("not", known), then, otherwise)
        )
    if operator == "or" and known in (NIL, FALSE):
        return second
    if operator == "or" and not isinstance(first, Value):
        return first
    if operator == "and" and not isinstance(second, Value):
        return UNKNOWN
    return formed(operator, known, as_value(second))


def merge(state: State, one: Mapping[int, Symbol], other: Mapping[int, Symbol]) -> None:
    """The store where two paths meet."""
    met = {cell: joined(found, other.get(cell, found)) for cell, found in one.items()}
    state.store = {**other, **met}


def _plain_symbol(state: State, expression: lua.Expression) -> Symbol:
    match expression:
        case lua.Constant(content):
            return _constant(content)
        case lua.Name(name):
            found = state.value_of(name)
            return _global(name) if found is None else found
        case lua.Index():
            return _index(state, expression)
        case lua.Invocation():
            return first(invoke(state, expression))
        case lua.Function():
            made = FunctionObject(expression, state.scope)
            state.functions.append(made)
            return made
        case lua.Table():
            return _table(state, expression)
        case lua.Vararg(span):
            return first(_rest(state, span))
        case lua.Unary(operator, operand):
            return _unary(operator, symbol(state, operand))
        case lua.Binary():
            return _binary(state, expression)
    return UNKNOWN


def _constant(content: str | float | bool | None) -> Value:
    match content:
        case None:
            return NIL
        case bool():
            return TRUE if content else FALSE
        case str():
            return text(content)
    return number(content)


def _global(name: str) -> Symbol:
    if name in ("KEYS", "ARGV") or name in _LIBRARIES or name in _FUNCTIONS:
        return Builtin(name)
    return UNKNOWN


def _index(state: State, expression: lua.Index) -> Symbol:
    table = symbol(state, expression.table)
    key = value(state, expression.key)
    match table:
        case Builtin("KEYS" | "ARGV" as name):
            found = element(name, key)
            place = element_of(found)
            if place is not None and place[1] is not None:
                state.used[name].add(place[1])
            else:
                state.some.add(name)
            return found
        case Builtin("math") if key.text == "huge":
            return formed("math.huge")
        case Builtin(name):
            return Builtin(f"{'redis' if name == 'server' else name}.{key.text}")
        case TableObject():
            return table.get(key)
        case Value("reply", "TIME"):
            return Value("clock", "seconds" if as_number(key) == 1 else "microseconds")
        case Value("reply" | "formatted"):
            return formed("[]", table, key)
    return UNKNOWN


def _table(state: State, expression: lua.Table) -> TableObject:
    made = TableObject(state.depth)
    last = len(expression.items) - 1
    for place, (key, item) in enumerate(expression.items):
        if key is not None:
            made.put(value(state, key), symbol(state, item), state.depth)
        elif place == last:
            found, open_end = several(state, (item,))
            for one, _ in found[: len(found) - open_end]:
                made.items.append(one)
            if open_end:
                made.open = True
                made.extra += [one for one, _ in found[-1:]]
        else:
            made.items.append(symbol(state, item))
    return made


def _unary(operator: str, operand: Symbol) -> Symbol:
    if operator == "#":
        match operand:
            case Builtin(name):
                return Value("parameter", f"#{name}")
            case TableObject():
                size = operand.size()
                return formed("#", UNKNOWN) if size == UNKNOWN else size
        return formed("#", as_value(operand))
    known = as_value(operand)
    if operator == "-":
        found = as_number(known)
        return formed("-", known) if found is None else number(-found)
    return UNKNOWN


def _binary(state: State, expression: lua.Binary) -> Symbol:
    operator = expression.operator
    table = symbol(state, expression.left)
    left = as_value(table)
    right = value(state, expression.right)
    if operator == "..":
        for one, side in ((left, expression.left), (right, expression.right)):
            state.texts.append(LuaText(one, "..", side.span))
        if {left.provenance, right.provenance} == {"constant"}:
            return text(left.text + right.text)
        parts = [
            part
            for one in (left, right)
            for part in (one.parts if one.text == ".." and one.parts else (one,))
        ]
        return formed("..", *parts)
    if operator in _BINARY_OF_NUMBERS:
        numbers = as_number(left), as_number(right)
        if numbers[0] is not None and numbers[1] is not None:
            try:
                return number(_BINARY_OF_NUMBERS[operator](numbers[0], numbers[1]))
            except (ZeroDivisionError, OverflowError):
                return UNKNOWN
    return formed(operator, left, right)


# --- calls ------------------------------------------------------------------------


def first(found: Several) -> Symbol:
    """The first of several values."""
    return found[0][0][0] if found[0] else NIL


def several(state: State, expressions: Sequence[lua.Expression]) -> Several:
    """The values of a list, whose last expression may give any number of them."""
    found: list[tuple[Symbol, Span]] = []
    for place, expression in enumerate(expressions):
        if place < len(expressions) - 1 or not isinstance(expression, lua.Invocation | lua.Vararg):
            found.append((symbol(state, expression), expression.span))
        elif isinstance(expression, lua.Vararg):
            more, open_end = _rest(state, expression.span)
            return found + more, open_end
        else:
            more, open_end = invoke(state, expression)
            return found + more, open_end
    return found, False


def _rest(state: State, span: Span) -> Several:
    """What `...` stands for: the arguments past the named ones, where the call is known."""
    rest = state.value_of("...")
    if not isinstance(rest, TableObject):
        return [(UNKNOWN, span)], True
    found: list[tuple[Symbol, Span]] = [(item, span) for item in (*rest.items, *rest.extra)]
    if rest.open and not rest.extra:
        found.append((UNKNOWN, span))
    return found, rest.open


def invoke(state: State, call: lua.Invocation, *, dropped: bool = False) -> Several:
    """The values of a call; what it does to the server is noted."""
    called = symbol(state, call.function)
    arguments, open_end = several(state, call.arguments)
    if call.method is not None:
        arguments.insert(0, (called, call.function.span))
        called = Builtin(f"string.{call.method}") if isinstance(called, Value) else UNKNOWN
    return apply(state, called, arguments, open_end, call.span, dropped=dropped)


def apply(
    state: State,
    called: Symbol,
    arguments: list[tuple[Symbol, Span]],
    open_end: bool,
    span: Span,
    *,
    dropped: bool = False,
) -> Several:
    """The values of a function for some arguments."""
    symbols = [one for one, _ in arguments]
    match called:
        case Builtin("redis.call" | "redis.pcall" as name):
            words = [(as_value(one), where) for one, where in arguments]
            protected = name == "redis.pcall"
            reply = server_call(state, words, open_end, span, protected=protected, dropped=dropped)
            return [(reply, span)], False
        case Builtin("unpack" | "table.unpack"):
            return _unpack(state, symbols, span)
        case Builtin("table.insert"):
            _insert(state, symbols)
            return [], False
        case Builtin("pcall" | "xpcall") if symbols:
            rest = arguments[1 + (called.name == "xpcall") :]
            inner, more = apply(state, symbols[0], rest, open_end, span)
            return [(UNKNOWN, span), *inner], more
        case Builtin("redis.register_function"):
            _register(state, symbols)
            return [], False
        case Builtin("error"):
            return [], False
        case Builtin(name):
            return [(_builtin(state, name, arguments, span), span)], False
        case FunctionObject():
            return _inline(state, called, symbols, open_end, span)
    _forget(symbols)
    return [(UNKNOWN, span)], False


def _builtin(state: State, name: str, arguments: list[tuple[Symbol, Span]], span: Span) -> Symbol:
    symbols = [one for one, _ in arguments]
    if name == "setmetatable" or (name == "assert" and symbols):
        return symbols[0] if symbols else UNKNOWN
    if name not in _KEEPS_TABLES:
        _forget(symbols)
    values = [as_value(one) for one in symbols]
    if name in ("tostring", "string.format"):
        state.texts += [LuaText(as_value(one), name, where) for one, where in arguments]
    if name == "tonumber" and len(values) == 1:
        found = as_number(values[0])
        place = element_of(plain(values[0]))
        if place is not None and place[0] == "KEYS" and place[1] is not None:
            state.key_values.append((place[1], span, "number"))
        if found is not None:
            return number(found)
        if values[0].provenance == "clock":
            return values[0]
        return NIL if values[0] in (NIL, FALSE) else formed("tonumber", values[0])
    if name == "tostring" and len(values) == 1 and values[0].provenance == "constant":
        return text(values[0].text)
    if name == "math.random":
        return RANDOM
    if name == "os.clock":
        return Value("clock", "processor")
    return formed(name, *values)


def _forget(symbols: Sequence[Symbol]) -> None:
    """What a function that is not known may have done to the tables that it was given."""
    for one in symbols:
        if isinstance(one, TableObject):
            one.opaque = True


def _unpack(state: State, symbols: Sequence[Symbol], span: Span) -> Several:
    if not symbols:
        return [], False
    table, *limits = symbols
    known = as_value(table)
    state.unpacks.append(LuaUnpack(known, bool(limits), span))
    match table:
        case Builtin("KEYS" | "ARGV" as name):
            state.some.add(name)
            return [(Value("parameter", f"{name}[?]"), span)], True
        case TableObject() if not table.opaque and not limits:
            found: list[tuple[Symbol, Span]] = [(item, span) for item in table.items]
            if not table.open:
                return found, False
            tail = table.extra[0] if len(set(map(as_value, table.extra))) == 1 else UNKNOWN
            return [*found, (tail, span)], True
        case Value("reply"):
            return [(formed("[]", known, UNKNOWN), span)], True
    return [(UNKNOWN, span)], True


def _insert(state: State, symbols: Sequence[Symbol]) -> None:
    if symbols and isinstance(table := symbols[0], TableObject):
        if len(symbols) == 2:
            table.append(symbols[1], state.depth)
        else:
            table.opaque = True


def _register(state: State, symbols: Sequence[Symbol]) -> None:
    """A function of a library: `redis.register_function('name', f)`, or with one table."""
    named: list[Symbol] = list(symbols)
    if len(symbols) == 1 and isinstance(table := symbols[0], TableObject):
        named = [table.get(text("function_name")), table.get(text("callback"))]
    if len(named) >= 2 and isinstance(function := named[1], FunctionObject):
        state.registered.append((as_value(named[0]).text, function))
        state.called.add(function)


def _inline(
    state: State,
    function: FunctionObject,
    arguments: Sequence[Symbol],
    open_end: bool,
    span: Span,
) -> Several:
    """Read a function's body as if it stood at its call."""
    state.called.add(function)
    if function in state.active or len(state.active) >= _MOST_INLINED or state.steps > MOST_STEPS:
        _forget(arguments)
        return [(UNKNOWN, span)], False
    from redisspec.readers.lua.execute import body  # noqa: PLC0415 - statements have expressions

    outer, state.returns = state.returns, []
    state.active.append(function)
    with state.block(function.scope):
        for place, name in enumerate(function.node.parameters):
            given = arguments[place] if place < len(arguments) - open_end else None
            state.declare(name, given or (UNKNOWN if open_end else NIL))
        if function.node.variadic:
            rest = arguments[len(function.node.parameters) :]
            known = rest[: len(rest) - open_end] if open_end else rest
            state.declare(
                "...",
                TableObject(
                    state.depth, list(known), extra=list(rest[len(known) :]), open=open_end
                ),
            )
        ends = body(state, function.node.body)
    state.active.pop()
    returned, state.returns = state.returns, outer
    if not returned:
        return [], False
    if not ends:
        returned = [*returned, [NIL]]
    width = max(map(len, returned))
    merged = []
    for place in range(width):
        symbols = [one[place] if place < len(one) else NIL for one in returned]
        found = symbols[0]
        for other in symbols[1:]:
            found = joined(found, other)
        merged.append((found, span))
    return merged, False
