"""The statements of a block and what they assign: questions that need no values."""

from __future__ import annotations

from collections.abc import Iterator

from redisspec.readers.lua import syntax as lua


def inner(statement: lua.Statement) -> Iterator[lua.Block]:
    """The blocks directly below a statement."""
    match statement:
        case lua.Do() | lua.While() | lua.Repeat() | lua.Count() | lua.Each():
            yield statement.body
        case lua.If(clauses, otherwise):
            for _, block in clauses:
                yield block
            if otherwise is not None:
                yield otherwise
        case lua.FunctionStatement():
            yield statement.function.body


def statements(block: lua.Block) -> Iterator[lua.Statement]:
    """Every statement of a block, those of the blocks below it included."""
    for statement in block:
        yield statement
        for below in inner(statement):
            yield from statements(below)


def expressions(statement: lua.Statement) -> Iterator[lua.Expression]:
    """The expressions directly in a statement; those of targets come last."""
    match statement:
        case lua.Local() | lua.Return():
            yield from statement.values
        case lua.Assignment(targets, values):
            yield from values
            yield from targets
        case lua.Call(call):
            yield call
        case lua.While() | lua.Repeat():
            yield statement.condition
        case lua.If(clauses):
            for condition, _ in clauses:
                yield condition
        case lua.Count(_, start, stop, step):
            yield from (start, stop)
            if step is not None:
                yield step
        case lua.Each():
            yield from statement.expressions


def operands(expression: lua.Expression) -> Iterator[lua.Expression]:
    """The expressions directly below an expression; a function's body is not among them."""
    match expression:
        case lua.Index(table, key):
            yield from (table, key)
        case lua.Invocation(function, arguments):
            yield function
            yield from arguments
        case lua.Table(items):
            for entry, value in items:
                if entry is not None:
                    yield entry
                yield value
        case lua.Unary(_, operand):
            yield operand
        case lua.Binary(_, left, right):
            yield from (left, right)
        case lua.Parenthesized(within):
            yield within


def every_expression(block: lua.Block) -> Iterator[lua.Expression]:
    """Every expression of a block at any depth, the bodies of functions included."""
    for statement in statements(block):
        for expression in expressions(statement):
            yield from _below(expression)


def _below(expression: lua.Expression) -> Iterator[lua.Expression]:
    yield expression
    for operand in operands(expression):
        yield from _below(operand)
    if isinstance(expression, lua.Function):
        yield from every_expression(expression.body)


def root(expression: lua.Expression) -> str | None:
    """The name at the beginning of `name.field[1]`."""
    while isinstance(expression, lua.Index | lua.Parenthesized):
        expression = expression.table if isinstance(expression, lua.Index) else expression.inner
    return expression.name if isinstance(expression, lua.Name) else None


def assigned(block: lua.Block) -> tuple[set[str], set[str]]:
    """The names that are assigned to somewhere in it, and those of tables that are changed."""
    names: set[str] = set()
    tables: set[str] = set()
    bodies = [block]
    bodies += [e.body for e in every_expression(block) if isinstance(e, lua.Function)]
    for body in bodies:
        for statement in statements(body):
            if isinstance(statement, lua.Assignment):
                for target in statement.targets:
                    name = root(target)
                    if name is not None:
                        (names if isinstance(target, lua.Name) else tables).add(name)
    for expression in every_expression(block):
        if isinstance(expression, lua.Invocation) and expression.arguments:
            # Whatever is called may change the table that it is given.
            tables.update(filter(None, map(root, expression.arguments)))
    return names, tables


def leaves_loop(block: lua.Block) -> bool:
    """Whether something in a loop's body may end it: break, return or error."""
    for statement in block:
        match statement:
            case lua.Break() | lua.Return():
                return True
            case lua.Call(lua.Invocation(lua.Name("error"))):
                return True
            case lua.FunctionStatement():
                continue
            case lua.While() | lua.Repeat() | lua.Count() | lua.Each():
                # A break in there ends the inner loop; a return ends both.
                if any(isinstance(one, lua.Return) for one in statements(statement.body)):
                    return True
                continue
        if any(leaves_loop(below) for below in inner(statement)):
            return True
    return False
