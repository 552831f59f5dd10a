"""Functions that nobody calls in sight: `retry(lambda: client.get(key))`, `make = partial(Redis, host="a")`.

They are read where they are handed on, and what is left of them at the end of the procedure that wrote them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.readers.python.inline import run
from redisspec.readers.python.symbols import Class, External, Function, Method, Symbol
from redisspec.readers.python.vocabulary import constructor

if TYPE_CHECKING:
    from redisspec.readers.python.state import State


def defer(state: State, node: ast.Lambda) -> Function:
    """A function without a name; where nothing calls it, it is read later."""
    function = Function(
        node, state.frame.file, state.frame.owner, None, dict(state.frame.locals)
    )  # fmt: skip
    if not state.quiet:
        state.deferred[node] = function
    return function


def partly(state: State, node: ast.Call, first: Symbol) -> Function | None:
    """`partial(client.get, key)` and `partial(redis.Redis, host="a")`, as a function that takes the rest."""
    ours = isinstance(first, Method | Class) or (
        isinstance(first, External) and constructor(first.dotted) is not None
    )
    if not ours or not node.args or isinstance(node.args[0], ast.Starred):
        return None
    known = state.partials.get(node)
    if known is None:
        rest = ast.Starred(ast.Name("args", ast.Load()), ast.Load())
        options = ast.keyword(None, ast.Name("kwargs", ast.Load()))
        body = ast.Call(node.args[0], [*node.args[1:], rest], [*node.keywords, options])
        taken = ast.arguments([], [], ast.arg("args"), [], [], ast.arg("kwargs"), [])
        known = ast.Lambda(taken, ast.copy_location(body, node))
        for one in (rest, rest.value, options.value, known):
            ast.copy_location(one, node)
        state.partials[node] = known
    return defer(state, known)


def read_if_deferred(state: State, symbol: Symbol) -> None:
    """Read a function that is handed to somebody who may call it, unless something read it."""
    if isinstance(symbol, Function) and not state.quiet and symbol.node in state.deferred:
        arguments = symbol.node.args
        given = bool(arguments.posonlyargs or arguments.args or arguments.kwonlyargs)
        run(state, symbol, ([], {}, given))


def read_deferred(state: State) -> None:
    """Read what is left."""
    while state.deferred:
        _, function = state.deferred.popitem()
        state.deferred[function.node] = function
        read_if_deferred(state, function)
        state.deferred.pop(function.node, None)
