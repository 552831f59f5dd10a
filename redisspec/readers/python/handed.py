"""Functions that are handed on to be called by others: `map(client.get, keys)`, `to_thread(client.get, key)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from redisspec.readers.python.module import Handed
from redisspec.readers.python.symbols import Client, Function, Instance, Method, Pipe

if TYPE_CHECKING:
    from redisspec.readers.python.state import State

_CALLS: Final = {"to_thread": 0, "submit": 0, "run_in_executor": 1, "run_in_threadpool": 0}
"""What calls the function that it is given, and at which place that stands; its arguments follow."""


def handed_on(state: State, node: ast.Call) -> ast.expr | None:
    """What a call that is given a function comes to: that function's call, for `map` one an item."""
    name = _name(node)
    if name == "map" and len(node.args) == 2 and not node.keywords:
        return _mapped(state, node) if isinstance(node.func, ast.Name) else None
    place = _CALLS.get(name)
    if place is None or len(node.args) <= place or not _is_ours(state, node.args[place]):
        return None
    return ast.copy_location(Handed(node.args[place], node.args[place + 1 :], node.keywords), node)


@contextmanager
def elsewhere(state: State, node: ast.Call) -> Iterator[None]:
    """In a thread of its own nothing holds up the loop."""
    frame = state.frame
    outer = frame.is_async
    frame.is_async = outer and _name(node) == "map"
    try:
        yield
    finally:
        frame.is_async = outer


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _mapped(state: State, node: ast.Call) -> ast.expr | None:
    function, items = node.args
    if isinstance(items, ast.Starred) or not _is_ours(state, function):
        return None
    item = ast.copy_location(ast.Name("item", ast.Store()), items)
    given = ast.copy_location(ast.Name("item", ast.Load()), items)
    called = ast.copy_location(Handed(function, [given], []), node)
    walked = ast.comprehension(item, items, [], 0)
    return ast.copy_location(ast.ListComp(called, [walked]), node)


def _is_ours(state: State, node: ast.expr) -> bool:
    """Whether it is a method of a client, or a function of the project."""
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

    if isinstance(node, ast.Lambda):
        return True
    with state.silent():
        if isinstance(node, ast.Attribute):
            base = evaluate(state, node.value)
            if isinstance(base, Client | Pipe):
                return True
            return isinstance(base, Instance) and isinstance(
                evaluate(state, node), Function | Method
            )
        return isinstance(node, ast.Name) and isinstance(evaluate(state, node), Function | Method)
