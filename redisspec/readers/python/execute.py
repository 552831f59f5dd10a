"""Statements: they change what names stand for, and under which conditions the rest runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.annotations import client_of_annotation
from redisspec.readers.python.containers import item_call
from redisspec.readers.python.evaluate import (
    MOST_UNROLLED,
    bind,
    evaluate,
    guards_of,
    item_of,
    loop_over,
    value,
)
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.files import LoopFacts, bound_by
from redisspec.readers.python.module import Guard, PyLoop, PyReturn
from redisspec.readers.python.names import resolve
from redisspec.readers.python.pipelines import keep, put_back
from redisspec.readers.python.receivers import hand_on
from redisspec.readers.python.symbols import (
    Class,
    Client,
    Entries,
    External,
    Function,
    Instance,
    Items,
    Pipe,
    Symbol,
    as_value,
    join,
)
from redisspec.readers.python.tree import walk
from redisspec.readers.python.values import constant, truth
from redisspec.readers.values import formed

if TYPE_CHECKING:
    from redisspec.readers.python.state import State

_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def block(state: State, body: Sequence[ast.stmt]) -> bool:
    """Run statements; whether the end of them is never reached."""
    for statement in body:
        state.steps += 1
        outer = state.statement
        if not state.active or len(state.sites) == 0:
            state.statements += 1
            state.statement = state.statements
        handler = _HANDLERS.get(type(statement))
        exits = handler(state, statement) if handler is not None else False
        state.statement = outer
        if exits:
            return True
    return False


def _expression(state: State, node: ast.Expr) -> bool:
    state.dropped = node.value
    evaluate(state, node.value)
    state.dropped = None
    text = text_of(node.value.func) if isinstance(node.value, ast.Call) else None
    return text in ("sys.exit", "os._exit", "exit", "quit")


def _assign(state: State, node: ast.Assign) -> bool:
    symbol = evaluate(state, node.value)
    for target in node.targets:
        if isinstance(target, ast.Attribute | ast.Subscript):
            hand_on(symbol)
        bind(state, target, symbol)
    return False


def _annotated(state: State, node: ast.AnnAssign) -> bool:
    if node.value is None:
        return False
    symbol = evaluate(state, node.value)
    if isinstance(symbol, Value) and symbol.provenance != "constant":
        promised = client_of_annotation(state, state.frame.file, node.annotation, symbol)
        symbol = symbol if promised is None else promised
    bind(state, node.target, symbol)
    return False


def _augmented(state: State, node: ast.AugAssign) -> bool:
    target: ast.expr = node.target
    load = _loaded(target)
    combined = ast.BinOp(load, node.op, node.value)
    ast.copy_location(combined, node)
    bind(state, target, evaluate(state, combined))
    return False


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            found: ast.expr = ast.Name(name, ast.Load())
        case ast.Attribute(value=owner, attr=attribute):
            found = ast.Attribute(owner, attribute, ast.Load())
        case ast.Subscript(value=owner, slice=index):
            found = ast.Subscript(owner, index, ast.Load())
        case _:
            return target
    return ast.copy_location(found, target)


def _returns(state: State, node: ast.Return) -> bool:
    symbol = evaluate(state, node.value)
    hand_on(symbol)
    frame = state.frame
    frame.returns.append(symbol)
    if not state.quiet and not state.sites:
        state.returns.append(
            PyReturn(as_value(symbol), tuple(state.guards), len(state.calls), frame.file.span(node))
        )
    return True


def _raises(state: State, node: ast.Raise) -> bool:
    if node.exc is not None:
        evaluate(state, node.exc)
    if node.cause is not None:
        evaluate(state, node.cause)
    return True


def _leaves(state: State, node: ast.Break | ast.Continue) -> bool:
    if state.left:
        state.left[-1].append(dict(state.frame.locals))
    if isinstance(node, ast.Break) and state.broken:
        state.broken[-1].append(tuple(state.guards))
    return True


def _if(state: State, node: ast.If) -> bool:
    condition_symbol = evaluate(state, node.test)
    condition = as_value(condition_symbol)
    known = truth(condition)
    if not isinstance(condition_symbol, Value) and not isinstance(
        condition_symbol, Items | Entries | External
    ):
        # A client, a function, an object: true, but for what may be None, which is not known.
        known = None
    if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        known = False
    if known is not None:
        return block(state, node.body if known else node.orelse)
    before = dict(state.frame.locals)
    then_guards = guards_of(condition, True)
    else_guards = guards_of(condition, False)
    held = list(state.held)
    pipes = keep(state)
    with state.under(*then_guards):
        then_exits = block(state, node.body)
    if then_exits:
        put_back(pipes)
    pipes = keep(state)
    then, then_held = state.frame.locals, list(state.held)
    state.frame.locals, state.held[:] = before, held
    with state.under(*else_guards):
        else_exits = block(state, node.orelse)
    if else_exits:
        put_back(pipes)
    otherwise = state.frame.locals
    if then_exits and else_exits and node.orelse:
        state.frame.locals = _merged(then, otherwise)
        return True
    if then_exits:
        state.frame.locals = otherwise
        state.guards += else_guards
    elif else_exits and node.orelse:
        state.frame.locals, state.held[:] = then, then_held
        state.guards += then_guards
    else:
        state.frame.locals = _merged(then, otherwise)
        if len(then_held) > len(state.held):
            state.held[:] = then_held
    return False


def _merged(one: dict[str, Symbol], other: dict[str, Symbol]) -> dict[str, Symbol]:
    if one is other:
        return one
    found = dict(one)
    for name, symbol in other.items():
        mine = found.get(name)
        if mine is None:
            found[name] = symbol
        elif mine is not symbol:
            found[name] = join(mine, symbol)
    return found


def _for(state: State, node: ast.For | ast.AsyncFor) -> bool:
    over = evaluate(state, node.iter)
    facts = state.frame.file.loop(node)
    if (
        isinstance(over, Items)
        and not over.open
        and 0 < len(over.items) <= MOST_UNROLLED
        and facts.builds
        and not node.orelse
    ):
        _unrolled(state, node, over.items)
        return False
    plain = loop_over(state, over, node.target, "for", node.iter)
    loop = PyLoop(
        "for",
        plain.over,
        plain.variable,
        plain.span,
        small=plain.small,
        bound=plain.bound,
        leaves=facts.leaves,
    )
    before = dict(state.frame.locals)
    bind(state, node.target, item_of(state, over, loop))
    _forget(state, facts)
    state.broken.append([])
    with state.looping(loop), state.under():
        _rounds(state, node.body)
    state.broken.pop()
    state.frame.locals = _merged(before, state.frame.locals)
    with state.under():
        block(state, node.orelse)
    return False


def _unrolled(state: State, node: ast.For | ast.AsyncFor, items: Sequence[Symbol]) -> None:
    """A loop that puts a key together from what it is given: `make_key("user", number)`."""
    state.building += 1
    for item in items:
        bind(state, node.target, item)
        with state.under():
            # Where a `continue` may leave something out, it is taken to be there.
            state.left.append([])
            block(state, node.body)
            state.left.pop()
    state.building -= 1


def _rounds(state: State, body: Sequence[ast.stmt]) -> None:
    """The body of a loop; behind it stands what its end leaves, or any `break` or `continue` in it."""
    state.left.append([])
    exits = block(state, body)
    for number, one in enumerate(state.left.pop()):
        # What an early end leaves is no more than one of the ways where the end itself is reached.
        only = exits and number == 0
        state.frame.locals = one if only else _merged(state.frame.locals, one)


def _forget(state: State, facts: LoopFacts) -> None:
    """What a loop's body changes has another value in its next round."""
    for name in facts.counted:
        old = state.frame.locals.get(name)
        if isinstance(old, Value):
            state.frame.locals[name] = formed("so far", old, state.fresh(name))


def _while(state: State, node: ast.While) -> bool:
    before = dict(state.frame.locals)
    facts = state.frame.file.loop(node)
    _forget(state, facts)
    condition = value(state, node.test)
    endless = truth(condition) is True
    if truth(condition) is False:
        return block(state, node.orelse)
    loop = PyLoop(
        "while",
        condition,
        state.fresh("round"),
        state.frame.file.span(node.test),
        endless=endless,
        leaves=facts.leaves,
    )
    known = len(state.guards)
    state.broken.append([])
    with state.looping(loop), state.under(*(() if endless else guards_of(condition, True))):
        _rounds(state, node.body)
    broken = state.broken.pop()
    after = state.frame.locals
    if endless and len(broken) == 1:
        # `while True: if client.exists(key): break`: it is there behind the loop.
        state.guards += broken[0][known:]
    state.frame.locals = after if endless else _merged(before, after)
    with state.under():
        block(state, node.orelse)
    return endless and not facts.breaks


def _with(state: State, node: ast.With | ast.AsyncWith) -> bool:
    held = list(state.held)
    pipes: list[Pipe] = []
    for item in node.items:
        symbol = evaluate(state, item.context_expr)
        if isinstance(symbol, Pipe):
            pipes.append(symbol)
        elif isinstance(symbol, Client) and symbol.kind == "lock":
            state.held.append("redis")
        elif _is_process_lock(symbol, item.context_expr):
            state.held.append("process")
        if item.optional_vars is not None:
            bind(state, item.optional_vars, _entered(state, symbol))
    exits = block(state, node.body)
    state.held[:] = held
    return exits


def _is_process_lock(symbol: Symbol, node: ast.expr) -> bool:
    found = as_value(symbol)
    text = text_of(node.func if isinstance(node, ast.Call) else node) or ""
    if isinstance(symbol, External):
        return False
    return "Lock" in found.text or text.rpartition(".")[2].lower().strip("_").endswith(
        ("lock", "mutex")
    )


def _entered(state: State, symbol: Symbol) -> Symbol:
    """What `with … as` binds: the thing itself, or what its `__enter__` gives."""
    from redisspec.readers.python.inline import call_function  # noqa: PLC0415 - a cycle
    from redisspec.readers.python.names import class_member  # noqa: PLC0415 - a cycle

    if isinstance(symbol, Instance):
        for name in ("__enter__", "__aenter__"):
            member = class_member(state, symbol.cls, name)
            if member is not None and isinstance(member[0], ast.FunctionDef | ast.AsyncFunctionDef):
                bound = Function(member[0], member[1].file, member[1], symbol)
                with state.silent():
                    return call_function(state, bound, (), {}, ast.Name("with", ast.Load()))
    return symbol


def _try(state: State, node: ast.Try) -> bool:
    number = state.number()
    before = dict(state.frame.locals)
    known = len(state.guards)
    with state.trying("body", number):
        body_exits = block(state, node.body)
    learned = state.guards[known:]
    del state.guards[known:]
    after = state.frame.locals
    handler_exits = True
    handled: list[dict[str, Symbol]] = []
    for handler in node.handlers:
        state.frame.locals = _merged(before, after)
        if handler.name:
            state.frame.locals[handler.name] = state.fresh("error")
        with state.trying("handler", number), state.under(*_caught(state, handler)):
            exits = block(state, handler.body)
        handler_exits = handler_exits and exits
        if not exits:
            handled.append(state.frame.locals)
    state.frame.locals = after
    if not body_exits:
        # What the body learned holds behind it where no handler comes back.
        if handler_exits:
            state.guards += learned
        with state.trying("else", number):
            body_exits = block(state, node.orelse)
    for one in handled:
        state.frame.locals = one if body_exits else _merged(state.frame.locals, one)
    with state.trying("finally", number), state.under():
        final_exits = block(state, node.finalbody)
    return final_exits or (body_exits and handler_exits)


def _caught(state: State, handler: ast.ExceptHandler) -> tuple[Guard, ...]:
    names = ""
    if handler.type is not None:
        names = " ".join(
            one.attr if isinstance(one, ast.Attribute) else one.id
            for one in walk(handler.type)
            if isinstance(one, ast.Attribute | ast.Name)
        )
    return (Guard(formed("caught", constant(names), state.fresh("error")), True),)


def _function(state: State, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if state.frame.at_top or state.frame.name == "<module>":
        return False
    state.frame.locals[node.name] = Function(node, state.frame.file, None, None, state.frame.locals)
    return False


def _class(state: State, node: ast.ClassDef) -> bool:
    if not state.frame.at_top and state.frame.name != "<module>":
        state.frame.locals[node.name] = Class(node, state.frame.file)
    return False


def _import(state: State, node: ast.Import | ast.ImportFrom) -> bool:
    if state.frame.name != "<module>":
        for name, imported in bound_by(node):
            state.frame.locals[name] = resolve(state, state.frame.file, imported)
    return False


def _delete(state: State, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            base = evaluate(state, target.value)
            key = value(state, target.slice)
            if isinstance(base, Entries) and key.provenance == "constant":
                base.items.pop(key.text, None)
                base.keys.pop(key.text, None)
            else:
                item_call(state, target, target.value, base, "__delitem__", (key,))
    return False


def _assert(state: State, node: ast.Assert) -> bool:
    condition = value(state, node.test)
    if node.msg is not None:
        with state.under(*guards_of(condition, False)):
            evaluate(state, node.msg)
    if truth(condition) is None:
        state.guards += guards_of(condition, True)
    return False


def _match(state: State, node: ast.Match) -> bool:
    subject = value(state, node.subject)
    before = dict(state.frame.locals)
    arms: list[dict[str, Symbol]] = []
    always = True
    for case in node.cases:
        state.frame.locals = dict(before)
        for one in walk(case.pattern):
            name = getattr(one, "name", None) or getattr(one, "rest", None)
            if isinstance(name, str):
                state.frame.locals[name] = formed("matched", subject, state.fresh(name))
        wild = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
        text = ast.unparse(case.pattern)
        guard = Guard(formed("match", subject, constant(text)), True)
        with state.under(*(() if wild else (guard,))):
            if case.guard is not None:
                state.guards += guards_of(value(state, case.guard), True)
            exits = block(state, case.body)
        if not exits:
            arms.append(state.frame.locals)
        always = always and exits
    has_rest = any(
        isinstance(case.pattern, ast.MatchAs)
        and case.pattern.pattern is None
        and case.guard is None
        for case in node.cases
    )
    if not has_rest:
        arms.append(before)
        always = False
    if arms:
        merged = arms[0]
        for arm in arms[1:]:
            merged = _merged(merged, arm)
        state.frame.locals = merged
    return always


_HANDLERS: dict[type[ast.stmt], Callable[..., bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _returns,
    ast.Raise: _raises,
    ast.Break: _leaves,
    ast.Continue: _leaves,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Match: _match,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = _try
