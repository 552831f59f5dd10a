"""Reads statements: what a block does, in which order, under which conditions."""

from __future__ import annotations

from redisspec.ir.flows import Branch, Exit, Flow, Loop, Value
from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.evaluate import invoke, merge, several, symbol, value
from redisspec.readers.lua.script import Guard, LuaLoop, LuaReply
from redisspec.readers.lua.state import State, fails, holds, sequence
from redisspec.readers.lua.symbols import (
    Builtin,
    FunctionObject,
    Symbol,
    TableObject,
    as_value,
    joined,
)
from redisspec.readers.lua.values import FALSE, NIL, TRUE, as_number, element
from redisspec.readers.lua.walk import assigned, leaves_loop
from redisspec.readers.values import UNKNOWN, formed, without
from redisspec.source.span import Span


def body(state: State, block: lua.Block) -> bool:
    """Read the statements in order; True where control never reaches the end."""
    for statement in block:
        state.steps += 1
        if _statement(state, statement):
            return True
    return False


def _statement(state: State, statement: lua.Statement) -> bool:
    match statement:
        case lua.Local(names, values):
            found = _spread(state, values, len(names))
            for name, one in zip(names, found, strict=True):
                state.declare(name, one)
        case lua.Assignment():
            _assign(state, statement)
        case lua.Call():
            return _call(state, statement)
        case lua.FunctionStatement():
            _function(state, statement)
        case lua.Do(block):
            with state.block():
                return body(state, block)
        case lua.If():
            return _if(state, statement)
        case lua.While() | lua.Repeat():
            return _while(state, statement)
        case lua.Count() | lua.Each():
            _for(state, statement)
        case lua.Return():
            _return(state, statement)
            return True
        case lua.Break():
            state.flow.append(Exit("break"))
            return True
    return False


def _spread(state: State, values: tuple[lua.Expression, ...], wanted: int) -> list[Symbol]:
    """So many values: nil for those that are missing, unknown past an open end."""
    found, open_end = several(state, values)
    symbols: list[Symbol] = [one for one, _ in found]
    if open_end:
        symbols += [symbols[-1] if symbols else UNKNOWN] * wanted
    # Only a list that was read whole says that a value is nil.
    missing = NIL if not values or not isinstance(values[-1], lua.Invocation) else UNKNOWN
    symbols += [missing] * wanted
    return symbols[:wanted]


def _assign(state: State, statement: lua.Assignment) -> None:
    found = _spread(state, statement.values, len(statement.targets))
    for target, one in zip(statement.targets, found, strict=True):
        match target:
            case lua.Name(name):
                state.assign(name, one)
            case lua.Index(table, key):
                holder = symbol(state, table)
                place = value(state, key)
                if isinstance(holder, TableObject):
                    if _is_next(state, target):
                        holder.append(one, state.depth)
                    else:
                        holder.put(place, one, state.depth)


def _is_next(state: State, target: lua.Index) -> bool:
    """Whether it is `t[#t + 1]`."""
    match target.key:
        case lua.Binary("+", lua.Unary("#", lua.Name(name)), lua.Constant(1.0)):
            return isinstance(target.table, lua.Name) and target.table.name == name
    return False


def _call(state: State, statement: lua.Call) -> bool:
    call = statement.call
    if not isinstance(call, lua.Invocation):
        return False
    invoke(state, call, dropped=True)
    if _server_name(state, call.function) == "error":
        state.flow.append(Exit("raise"))
        return True
    return False


def _server_name(state: State, expression: lua.Expression) -> str | None:
    """The server's own name that a name stands for."""
    if not isinstance(expression, lua.Name):
        return None
    found = symbol(state, expression)
    return found.name if isinstance(found, Builtin) else None


def _function(state: State, statement: lua.FunctionStatement) -> None:
    target = statement.target
    if statement.local and isinstance(target, lua.Name):
        # Its name is known inside of it: it may call itself.
        state.declare(target.name, UNKNOWN)
    made = FunctionObject(statement.function, state.scope)
    state.functions.append(made)
    if isinstance(target, lua.Name):
        state.assign(target.name, made)
    elif isinstance(target, lua.Index):
        holder = symbol(state, target.table)
        if isinstance(holder, TableObject):
            holder.put(value(state, target.key), made, state.depth)


def _if(state: State, statement: lua.If) -> bool:
    """Each clause in the state that its conditions left; then all states that go on, joined."""
    ends: list[dict[int, Symbol]] = []
    passed: list[Value] = []
    chain: list[tuple[Value, list[Flow], list[Flow]]] = []
    outer, known = state.flow, len(state.guards)
    learned: list[Guard] = []
    learned_by_else: list[Guard] = []
    leading = True
    for condition, block in statement.clauses:
        # The condition of an `elseif` is only looked at where those before it failed.
        steps: list[Flow] = []
        state.flow = steps if passed else outer
        tested = value(state, condition, tested=True)
        before = dict(state.store)
        with state.branch(holds(tested)) as inner, state.block():
            stopped = body(state, block)
        chain.append((tested, steps, inner))
        if not stopped:
            ends.append(state.store)
            alone = len(statement.clauses) == 1
            learned_by_else = [holds(tested)] if alone else []
            leading = False
        elif leading:
            # What comes after runs only where this condition did not hold.
            learned.append(fails(tested))
        state.store = dict(before)
        state.guards.append(fails(tested))
        passed.append(tested)
    state.flow = outer
    last: list[Flow] | None = None
    stopped = False
    if statement.otherwise is not None:
        with state.branch() as inner, state.block():
            stopped = body(state, statement.otherwise)
        last = inner
        if stopped:
            learned += learned_by_else
    if not stopped:
        ends.append(state.store)
    outer.append(_chained(chain, last))
    del state.guards[known:]
    if not ends:
        return True
    state.store = ends[0]
    for other in ends[1:]:
        merge(state, state.store, other)
    state.guards += learned
    return False


def _chained(chain: list[tuple[Value, list[Flow], list[Flow]]], last: list[Flow] | None) -> Flow:
    otherwise = None if last is None else sequence(last)
    for place in range(len(chain) - 1, -1, -1):
        condition, before, steps = chain[place]
        branch = Branch(condition, sequence(steps), otherwise)
        otherwise = sequence([*before, branch]) if place else branch
    assert otherwise is not None, "an `if` has at least one clause"
    return otherwise


# --- loops ------------------------------------------------------------------------


def _unsettle(state: State, block: lua.Block) -> Value:
    """What a loop changes is not known at the beginning of a round; returns what stands for it."""
    state.made += 1
    earlier = Value("unknown", f"round {state.made}")
    names, tables = assigned(block)
    for name in names:
        if state.value_of(name) is not None:
            state.assign(name, earlier)
    for name in tables:
        table = state.value_of(name)
        if isinstance(table, TableObject):
            table.open = table.vague = True
    return earlier


def _settle(state: State, before: dict[int, Symbol], earlier: Value) -> None:
    """After a loop a name has what it had before, or what some round gave it."""
    for cell, symbol_now in state.store.items():
        if isinstance(symbol_now, Value):
            now = without(symbol_now, earlier)
            state.store[cell] = before.get(cell, UNKNOWN) if now == earlier else now
    merge(state, before, state.store)


def _while(state: State, statement: lua.While | lua.Repeat) -> bool:
    before = dict(state.store)
    earlier = _unsettle(state, statement.body)
    calls = len(state.calls)
    state.loops += 1
    with state.branch() as steps, state.block():
        if isinstance(statement, lua.While):
            condition = value(state, statement.condition, tested=True)
            body(state, statement.body)
        else:
            ended = body(state, statement.body)
            condition = UNKNOWN if ended else value(state, statement.condition, tested=True)
    state.loops -= 1
    endless = condition == (TRUE if isinstance(statement, lua.While) else FALSE)
    made = tuple(call.command or "?" for call in state.calls[calls:])
    leaves = leaves_loop(statement.body)
    where = statement.condition.span
    state.found_loops.append(
        LuaLoop("while", condition, where, None, endless, leaves, made)
        if isinstance(statement, lua.While)
        else LuaLoop("repeat", condition, where, None, endless, leaves, made)
    )
    state.flow.append(Loop(sequence(steps)))
    _settle(state, before, earlier)
    return endless and not leaves


def _for(state: State, statement: lua.Count | lua.Each) -> None:
    if isinstance(statement, lua.Count):
        over, bound, variables, where = _counted(state, statement)
    else:
        over, bound, variables, where = _walked(state, statement)
    before = dict(state.store)
    earlier = _unsettle(state, statement.body)
    calls = len(state.calls)
    state.loops += 1
    with state.branch() as steps, state.block():
        for name, one in variables:
            state.declare(name, one)
        body(state, statement.body)
    state.loops -= 1
    made = tuple(call.command or "?" for call in state.calls[calls:])
    leaves = leaves_loop(statement.body)
    state.found_loops.append(
        LuaLoop("for", over, where, bound, False, leaves, made)
        if isinstance(statement, lua.Count)
        else LuaLoop("each", over, where, bound, False, leaves, made)
    )
    state.flow.append(Loop(sequence(steps), bound))
    _settle(state, before, earlier)


_Walk = tuple[Value, int | None, list[tuple[str, Symbol]], Span]


def _counted(state: State, loop: lua.Count) -> _Walk:
    start, stop = value(state, loop.start), value(state, loop.stop)
    if loop.step is not None:
        value(state, loop.step)
    numbers = as_number(start), as_number(stop)
    bound = None
    if loop.step is None and numbers[0] is not None and numbers[1] is not None:
        bound = max(0, int(numbers[1] - numbers[0]) + 1)
    return stop, bound, [(loop.name, formed("counter", start, stop))], loop.stop.span


def _walked(state: State, loop: lua.Each) -> _Walk:
    """`for i, item in ipairs(table)`; of other iterators nothing is known."""
    names = list(loop.names)
    where = loop.expressions[0].span
    unknown: list[tuple[str, Symbol]] = [(name, UNKNOWN) for name in names]
    match loop.expressions[0]:
        case lua.Invocation(called, (table,), _, None) if _server_name(state, called) in (
            "ipairs",
            "pairs",
        ):
            walked = symbol(state, table)
            where = table.span
            items = [(names[0], UNKNOWN)] if names else []
            if len(names) > 1:
                return (
                    as_value(walked),
                    _length(walked),
                    [*items, (names[1], _item(state, walked)), *unknown[2:]],
                    where,
                )
            return as_value(walked), _length(walked), unknown, where
    found, _ = several(state, loop.expressions)
    over = as_value(found[0][0]) if found else UNKNOWN
    if over.provenance == "formatted" and over.text == "string.gmatch":
        return over, None, [(name, over) for name in names], where
    return over, None, unknown, where


def _item(state: State, walked: Symbol) -> Symbol:
    """An element of what a loop walks."""
    match walked:
        case Builtin("KEYS" | "ARGV" as name):
            state.some.add(name)
            return element(name, UNKNOWN)
        case TableObject() if walked.items and not (walked.open or walked.opaque or walked.vague):
            found = walked.items[0]
            for other in walked.items[1:]:
                found = joined(found, other)
            return found
        case Value("reply" | "formatted"):
            return formed("[]", walked, UNKNOWN)
    return UNKNOWN


def _length(walked: Symbol) -> int | None:
    size = as_number(walked.size()) if isinstance(walked, TableObject) else None
    return None if size is None else int(size)


def _return(state: State, statement: lua.Return) -> None:
    found, _ = several(state, statement.values)
    symbols = [one for one, _ in found]
    if state.returns is not None:
        state.returns.append(symbols)
        return
    first = as_value(symbols[0]) if symbols else NIL
    where = statement.values[0].span if statement.values else statement.span
    state.replies.append(
        LuaReply(first, tuple(state.guards), where, statement.span, len(state.calls))
    )
    state.flow.append(Exit("return"))
