"""Clients and objects that are used like dictionaries: `client[key]`, `cache[key] = value`, `key in cache`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from redisspec.readers.python.evidence import place_of
from redisspec.readers.python.module import Handed
from redisspec.readers.python.names import class_member
from redisspec.readers.python.symbols import Client, Instance

if TYPE_CHECKING:
    from redisspec.readers.python.state import State
    from redisspec.readers.python.symbols import Symbol

_COMMANDS: Final = {
    "__getitem__": "get",
    "__setitem__": "set",
    "__delitem__": "delete",
    "__contains__": "exists",
}
"""What redis-py's clients do in these places."""


def item_call(
    state: State,
    node: ast.expr,
    owner: ast.expr,
    base: Symbol,
    method: str,
    given: tuple[Symbol, ...],
) -> Symbol | None:
    """What the method gives that stands behind an operator; None where the base has none such.

    `node` is the expression whose owner it is. The owner is looked up again, so it is a plain name or attribute; what is given was evaluated already.
    """
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

    if not _is_plain(owner):
        return None
    if isinstance(base, Client) and base.kind in ("client", "cluster"):
        if not (
            base.certain or state.frame.file.evidence.says(place_of(owner) or "", state.frame.name)
        ):
            # `settings.REDIS["password"]`: by its name alone it may be anything.
            return None
        method = _COMMANDS[method]
    elif not isinstance(base, Instance) or class_member(state, base.cls, method) is None:
        return None
    # No name in a source begins like this.
    names = [f".{place}" for place in range(len(given))]
    found = state.frame.locals
    found.update(zip(names, given, strict=True))
    arguments: list[ast.expr] = [
        ast.copy_location(ast.Name(name, ast.Load()), owner) for name in names
    ]
    function = ast.copy_location(ast.Attribute(owner, method, ast.Load()), node)
    try:
        return evaluate(state, ast.copy_location(Handed(function, arguments, []), node))
    finally:
        for name in names:
            found.pop(name, None)


def _is_plain(owner: ast.expr) -> bool:
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name)
