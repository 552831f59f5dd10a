"""The statements of an operation: assignment, branches, loops, raise, return, calls."""

from __future__ import annotations

import ast
from dataclasses import replace

from redisspec.operations.lua.code import Block, Code, For, If, Leave
from redisspec.operations.problems import AbandonedError
from redisspec.operations.translate import loops, results
from redisspec.operations.translate.conditions import condition, narrow
from redisspec.operations.translate.numbers import as_lua_number, unreadable_int
from redisspec.operations.translate.state import Loop, Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    Float,
    Int,
    NoneT,
    Optional,
    Static,
    Tuple,
    as_number,
    joined,
    shown,
)

COMPOUND = (ast.If, ast.For)


def statements(t: Translator, nodes: list[ast.stmt]) -> bool:
    """Read statements one after the other; whether the last of them ends the operation (or the
    round of its loop)."""
    ended = False
    for node in nodes:
        if ended:
            t.problems.tell(
                node, "this step is never reached", "drop it, or the one that ends before it"
            )
            break
        t.begin(node)
        try:
            ended = _statement(t, node)
        except AbandonedError:
            t.unknown.update(_assigned_in(node))
            ended = isinstance(node, ast.Return | ast.Raise)
    return ended


def _assigned_in(node: ast.stmt) -> set[str]:
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _statement(t: Translator, node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value):
            _bare(t, value)
        case ast.Assign(targets, value):
            _assign(t, node, targets, value)
        case ast.AugAssign(ast.Name() as target, operator, value):
            loaded = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            made = ast.copy_location(ast.BinOp(loaded, operator, value), node)
            _set(t, node, target.id, t.expression(made))
        case ast.If():
            return _if(t, node)
        case ast.For():
            _for(t, node)
        case ast.Raise():
            results.refuse(t, node)
            return True
        case ast.Return():
            results.answer(t, node)
            return True
        case ast.Break() | ast.Continue():
            return _leave(t, node)
        case ast.Pass():
            pass
        case _:
            raise t.refuse(
                node, *_UNSUPPORTED.get(type(node), ("this statement is not in the subset", None))
            )
    return False


_UNSUPPORTED: dict[type[ast.stmt], tuple[str, str | None]] = {
    ast.While: (
        "a `while` loop has no bound, and nothing else runs on the server meanwhile",
        "write `for … in range(…)` with a constant, and `break`",
    ),
    ast.FunctionDef: (
        "an operation has no functions of its own",
        "write the steps out, or another operation",
    ),
    ast.AsyncFunctionDef: ("an operation has no functions of its own", "write the steps out"),
    ast.ClassDef: ("an operation has no classes", None),
    ast.Try: (
        "nothing is caught in an operation: what is refused changes nothing",
        "ask before the step that may be refused, or catch it in Python",
    ),
    ast.Import: ("an operation imports nothing: it runs on the server", None),
    ast.ImportFrom: ("an operation imports nothing: it runs on the server", None),
    ast.With: ("an operation is one atomic step already", "drop `with`"),
    ast.Assert: ("an assertion says nothing to the caller", "raise an error of `raises:`"),
    ast.Delete: ("`del` is not in the subset", "call `.delete(…)` of the keyspace"),
    ast.AnnAssign: ("types are found by the compiler", "drop the annotation"),
    ast.Global: ("an operation has no global names", None),
    ast.Match: ("`match` is not in the subset", "write `if` and `elif`"),
}


def _bare(t: Translator, value: ast.expr) -> None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        raise t.refuse(value, "a text alone does nothing", "write a comment with `#`, or `doc:`")
    if not isinstance(value, ast.Call):
        raise t.refuse(value, "an expression alone does nothing", "assign it, or drop it")
    function = value.func
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in t.keyspaces
        and function.value.id not in t.env
    ):
        from redisspec.operations.translate.calls import method_call  # noqa: PLC0415 - they know one another

        method_call(t, value, t.keyspaces[function.value.id], function.attr, used=False)
        return
    t.expression(value)


# --- assignment ---------------------------------------------------------------------


def _assign(t: Translator, node: ast.Assign, targets: list[ast.expr], value: ast.expr) -> None:
    if len(targets) != 1:
        raise t.refuse(node, "one name is assigned at a time", "write two lines")
    target = targets[0]
    if isinstance(target, ast.Name):
        _set(t, node, target.id, t.expression(value))
        return
    if isinstance(target, ast.Tuple | ast.List) and all(
        isinstance(e, ast.Name) for e in target.elts
    ):
        names = [e.id for e in target.elts if isinstance(e, ast.Name)]
        ex = t.expression(value)
        if (
            not ex.parts
            and isinstance(ex.type, Tuple)
            and all(isinstance(e, Float) for e in ex.type.items)
        ):
            # a place, as the server answers it: texts
            parts = tuple(
                Ex(f"tonumber({ex.operand}[{at}])", Float())
                for at in range(1, len(ex.type.items) + 1)
            )
            ex = replace(ex, parts=parts)
        if len(ex.parts) != len(names):
            raise t.refuse(value, f"{len(names)} names are set, and this is {shown(ex.type)}")
        # the right side is what it was before the first of them is set
        given = [
            replace(part, lua=t.local("before", part.lua), atom=True, names=frozenset())
            if part.names & set(names)
            else part
            for part in ex.parts
        ]
        for name, part in zip(names, given, strict=True):
            _set(t, node, name, part)
        return
    raise t.refuse(target, "only names are assigned", "write to Redis through a keyspace's method")


def _set(t: Translator, node: ast.stmt, name: str, ex: Ex) -> None:
    if name in t.keyspaces:
        raise t.refuse(node, f"`{name}` is a keyspace of this spec", "choose another name")
    if name in t.operation.params:
        raise t.refuse(
            node, f"`{name}` is a parameter, which stays as it was given", "choose another name"
        )
    lua = t.variable(name)
    static = ex.type
    if name in t.facts.numbers:
        ex = _as_number(t, node, ex)
        static = ex.type
    if isinstance(ex.type, NoneT) and t.assigned.get(name, 0) < 2:
        raise t.refuse(node, f"`{name}` would be None and nothing else", "drop it")
    once = t.assigned.get(name, 0) < 2
    if once:
        t.code(f"local {lua} = {ex.lua}")
    elif t.depth == 0 and name not in t.env and name not in t.declared and not _was_nested(t, name):
        t.code(f"local {lua} = {ex.lua}")
        t.first.add(name)
    else:
        if name not in t.first:
            t.declared[name] = None
        t.code(f"{lua} = {ex.lua}")
    known = ex.known if once else None
    constant = ex.constant if once and not isinstance(ex.type, NoneT) else None
    t.env[name] = Ex(
        lua, _widened(static, once), names=frozenset((name,)), known=known, each=ex.each,
        index=ex.index, constant=constant, parts=_parts(ex, once), name=name,
    )  # fmt: skip
    t.maybe.pop(name, None)
    t.unknown.discard(name)
    _forget_parts(t, name)


def _forget_parts(t: Translator, name: str) -> None:
    """What was read of a variable's fields, before it becomes another."""
    for path in [path for path in t.env if path.startswith(f"{name}.")]:
        del t.env[path]


def _was_nested(t: Translator, name: str) -> bool:
    """Whether the variable was set in a branch or loop before."""
    return name in t.maybe


def _parts(ex: Ex, once: bool) -> tuple[Ex, ...]:
    return ex.parts if once and all(not part.names for part in ex.parts) else ()


def _widened(static: Static, once: bool) -> Static:
    """What a variable may be that is assigned elsewhere too: any int."""
    if once:
        return static
    if isinstance(static, Int) and not static.text:
        return Int()
    return static


def _as_number(t: Translator, node: ast.stmt, ex: Ex) -> Ex:
    if isinstance(ex.type, Int):
        return as_lua_number(t, node, ex)
    if isinstance(ex.type, Optional) and isinstance(ex.type.inner, Int) and ex.type.inner.text:
        digits = ex.type.inner
        raw = ex.lua if ex.lua.isidentifier() else t.local("digits", ex.lua)
        if digits.origin is None:
            if ex.name:
                t.facts.numbers.add(ex.name)
            return Ex(f"{raw} and tonumber({raw})", Optional(as_number(digits)), atom=False)
        made = t.local("number", f"{raw} and {t.helper('int')}({raw})")
        unreadable_int(t, f"{raw} and not {made}", raw, digits.origin)
        # `false or nil`: what is missing is nil
        return Ex(f"{made} or nil", Optional(as_number(digits)), atom=False)
    return ex


# --- branches ------------------------------------------------------------------------


def _if(t: Translator, node: ast.If) -> bool:
    test = condition(t, node.test)
    step = t.step
    steady = all(t.steady(name) for name in test.names)
    before, maybe = dict(t.env), dict(t.maybe)
    then, then_env, then_ended = _side(t, node.body, node.test, True, before, maybe)
    chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    otherwise, other_env, other_ended = _side(t, node.orelse, node.test, False, before, maybe)
    chained = chained and len(otherwise) == 1 and isinstance(otherwise[0], If)
    t.step = step
    t.out.append(If(test.lua, then, otherwise, step, steady, chained))
    t.maybe = maybe
    if then_ended and other_ended:
        t.env = before
        return True
    if then_ended:
        t.env = other_env
    elif other_ended:
        t.env = then_env
    else:
        _join(
            t,
            node,
            then_env,
            other_env,
            f"the `if` of line {t.problems.span(node).line} does not set it",
        )
    return False


def _side(
    t: Translator,
    nodes: list[ast.stmt],
    test: ast.expr,
    holds: bool,
    before: dict[str, Ex],
    maybe: dict[str, str],
) -> tuple[Block, dict[str, Ex], bool]:
    outer, t.out = t.out, []
    t.env = dict(before)
    t.maybe = dict(maybe)
    narrow(t, test, holds)
    t.depth += 1
    counted, typed = set(t.counted), set(t.typed)
    ended = statements(t, nodes)
    t.counted, t.typed = counted, typed
    t.depth -= 1
    block, t.out = t.out, outer
    return block, t.env, ended


def _join(
    t: Translator, node: ast.stmt, one: dict[str, Ex], other: dict[str, Ex], way: str
) -> None:
    """What variables are behind two ways through the steps."""
    t.env = {}
    for name in {**one, **other}:
        if (name not in one or name not in other) and "." in name:
            continue
        if name not in one or name not in other:
            t.maybe[name] = way
            continue
        a, b = one[name], other[name]
        both = joined(a.type, b.type)
        if both is None and _mixed_ints(a.type, b.type):
            t.facts.numbers.add(name)
            both = a.type
        if both is None:
            t.problems.tell(
                node, f"`{name}` is {shown(a.type)} on one way, and {shown(b.type)} on another",
                "give it one type, or two names",
            )  # fmt: skip
            t.unknown.add(name)
            continue
        t.env[name] = a if a == b else replace(a, type=both, constant=None, known=None, parts=())


def _mixed_ints(a: Static, b: Static) -> bool:
    inner = [each.inner if isinstance(each, Optional) else each for each in (a, b)]
    return all(isinstance(each, Int) for each in inner)


# --- loops ------------------------------------------------------------------------------


def _for(t: Translator, node: ast.For) -> None:
    if node.orelse:
        raise t.refuse(
            node.orelse[0], "a `for` has no `else` here", "set a variable before `break`"
        )
    walk = loops.walk(t, node)
    step = t.step
    nodes = list(ast.walk(node))
    wraps = any(isinstance(each, ast.Continue) and _loop_of(node, each) for each in nodes)
    stops = wraps and any(isinstance(each, ast.Break) and _loop_of(node, each) for each in nodes)
    stop = t.local("stop", "false") if stops else ""
    t.loops.append(Loop(wraps, stop))
    t.rounds.append(walk.most)
    total = 1
    for each in t.rounds:
        total *= each
    if total > loops.MOST_ROUNDS:
        t.rounds.pop()
        t.loops.pop()
        raise t.refuse(
            node,
            f"these loops may go round {total:,} times, and nothing else runs on the server meanwhile",
            f"stay below {loops.MOST_ROUNDS:,}: read a page (`latest(…)`, `top(…)`), or give the "
            "keyspace a smaller `max_items`",
        )
    before, maybe = dict(t.env), dict(t.maybe)
    outer, t.out = t.out, []
    # what the body assigns may be anything of its type when a round begins
    for name in _assigned_in(node):
        _forget_parts(t, name)
        ex = t.env.get(name)
        if ex is not None:
            t.env[name] = replace(ex, type=_loose(ex.type), constant=None, known=None, parts=())
    t.depth += 1
    counted, typed = set(t.counted), set(t.typed)
    bound = walk.bind(t)
    for name, ex in bound.items():
        t.env[name] = ex
    first = len(t.out)
    statements(t, node.body)
    t.counted, t.typed = counted, typed
    t.depth -= 1
    body, t.out = t.out, outer
    t.rounds.pop()
    t.loops.pop()
    t.step = step
    head_lines = [
        line
        for piece in body[:first]
        if isinstance(piece, Code) and not piece.fails
        for line in piece.lines
    ]
    plain = all(isinstance(piece, Code) and not piece.fails for piece in body[:first])
    bind = head_lines if plain else []
    t.out.append(
        For(walk.head, bind, body[first:] if plain else body, step, walk.steady, wraps, stop)
    )
    for name in bound:
        _forget_parts(t, name)
    inside = {name: ex for name, ex in t.env.items() if name not in bound}
    t.maybe = maybe
    _join(
        t, node, before, inside, f"the loop of line {t.problems.span(node).line} goes round no time"
    )
    for name in bound:
        t.env.pop(name, None)
        t.maybe[name] = f"the loop of line {t.problems.span(node).line} is over"


def _loose(static: Static) -> Static:
    return Int() if isinstance(static, Int) and not static.text else static


def _loop_of(loop: ast.For, leave: ast.stmt) -> bool:
    """Whether `leave` leaves this loop, and no loop within it."""
    inner = [each for each in ast.walk(loop) if isinstance(each, ast.For) and each is not loop]
    return not any(leave is each for one in inner for each in ast.walk(one))


def _leave(t: Translator, node: ast.Break | ast.Continue) -> bool:
    word = "break" if isinstance(node, ast.Break) else "continue"
    if not t.loops:
        raise t.refuse(node, f"`{word}` stands outside of a loop", "write `return`")
    loop = t.loops[-1]
    lines = (
        [f"{loop.stop} = true", "break"]
        if isinstance(node, ast.Break) and loop.wrapped
        else ["break"]
    )
    t.out.append(Leave(lines, t.step))
    return True
