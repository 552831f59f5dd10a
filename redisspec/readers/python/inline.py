"""Reads functions of the project where they are called, with what they are given."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.annotations import client_of_annotation
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.module import Handed, Site
from redisspec.readers.python.names import decorators_of, name_of
from redisspec.readers.python.objects import object_of, parameter_of
from redisspec.readers.python.reach import redis_names
from redisspec.readers.python.state import MOST_DEPTH, MOST_STEPS, Frame
from redisspec.readers.python.symbols import (
    Class,
    Client,
    Entries,
    Function,
    Instance,
    Items,
    Pipe,
    Symbol,
    as_value,
    join,
    objects,
)
from redisspec.readers.python.tree import walk
from redisspec.readers.python.values import NONE
from redisspec.readers.python.wrappers import sends
from redisspec.readers.values import UNKNOWN, formed

if TYPE_CHECKING:
    from redisspec.readers.python.state import State

_GIVES = frozenset(("Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "Iterable"))
_INJECTS = frozenset(("Depends", "Security", "Inject"))
_SMALL = 12
"""Functions of so many nodes' statements are read for what they give back, Redis or not."""


def call_function(
    state: State,
    function: Function,
    positional: Sequence[Symbol],
    keywords: Mapping[str, Symbol],
    node: ast.expr,
    *,
    starred: bool = False,
) -> Symbol:
    """What a call of a project's function gives; what it does to Redis is noted."""
    if not _worth(state, function) or function.node in state.active:
        return _promised(state, function, _uninterpreted(function, positional, keywords))
    if function.file.stands_for is not None and isinstance(node, ast.Call):
        return _declared(state, function, (list(positional), dict(keywords), starred), node)
    name = getattr(function.node, "name", "<lambda>")
    site = None
    if not state.quiet and isinstance(node, ast.Call | ast.Attribute):
        site = Site(node, name, state.frame.file.span(node))
    found = run(state, function, (list(positional), dict(keywords), starred), site, outer=node)
    if found is None:
        found = _uninterpreted(function, positional, keywords)
    return _promised(state, function, found)


def _declared(
    state: State,
    function: Function,
    given: tuple[list[Symbol], dict[str, Symbol], bool],
    node: ast.Call,
) -> Symbol:
    """What a function gives of which only is declared what it sends: it is sent where the function is called."""
    body = deepcopy(function.node)
    for one in walk(body):
        ast.copy_location(one, node)
        for field, value in ast.iter_fields(one):
            if isinstance(value, ast.Call) and isinstance(one, ast.Return | ast.Await):
                sent = Handed(value.func, value.args, value.keywords)
                setattr(one, field, ast.copy_location(sent, node))
    moved = replace(function, node=body, file=function.file.at(state.frame.file))
    if not sends(function.node):
        # How a client is made that others give is theirs to answer for.
        with state.silent():
            return run(state, moved, given, outer=node) or UNKNOWN
    return run(state, moved, given, outer=node) or UNKNOWN


def _promised(state: State, function: Function, found: Symbol) -> Symbol:
    """What a call gives, or the client that the function says it gives where that is not known."""
    annotation = getattr(function.node, "returns", None)
    known = not isinstance(found, Value) or (found.provenance == "constant" and found != NONE)
    if annotation is None or known:
        return found
    assert isinstance(found, Value)
    if isinstance(annotation, ast.Subscript) and isinstance(
        function.node, ast.FunctionDef | ast.AsyncFunctionDef
    ):
        outer = (text_of(annotation.value) or "").rpartition(".")[2]
        if outer in _GIVES:
            if not _is_context(function.node):
                return found
            inner = annotation.slice
            annotation = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
    promised = client_of_annotation(state, function.file, annotation, found)
    return promised if isinstance(promised, Client | Pipe) else found


def _worth(state: State, function: Function) -> bool:
    """Whether reading the function may tell something: it touches Redis, or is small and gives a value."""
    if len(state.active) >= MOST_DEPTH + 1 or state.steps > MOST_STEPS:
        return False
    node = function.node
    if isinstance(node, ast.Lambda):
        return True
    if node.name in function.file.evidence.interesting or reaches_redis(function):
        return True
    return len(node.body) <= _SMALL and function.file.inside(node)[1] <= _SMALL


def reaches_redis(function: Function) -> bool:
    """Whether the function uses what is imported from a file of the project that uses Redis."""
    names = redis_names(function.file)
    if not names:
        return False
    file = function.file
    if not names.isdisjoint(file.inside(function.node)[0]):
        return True
    # What one method keeps in `self` another calls.
    return function.owner is not None and not names.isdisjoint(
        function.owner.file.inside(function.owner.node)[0]
    )


def _uninterpreted(
    function: Function, positional: Sequence[Symbol], keywords: Mapping[str, Symbol]
) -> Value:
    """A call that was not read: the same function given the same gives the same."""
    name = getattr(function.node, "name", "<lambda>")
    bound = () if function.bound is None else (as_value(function.bound),)
    given = (as_value(one) for one in (*positional, *keywords.values()))
    return formed(f"call:{name}", *bound, *given)


def run(
    state: State,
    function: Function,
    given: tuple[list[Symbol], dict[str, Symbol], bool] | None,
    site: Site | None = None,
    outer: ast.expr | None = None,
) -> Symbol | None:
    """Read a function's body; None where it was not. `given` is None where nobody calls it."""
    from redisspec.readers.python.execute import block  # noqa: PLC0415 - a cycle
    from redisspec.readers.python.receivers import hand_on  # noqa: PLC0415 - a cycle

    node = function.node
    if node in state.active:
        return None
    if not state.quiet:
        state.deferred.pop(node, None)
    frame = Frame(
        function.file,
        qualified(function),
        dict(function.closure),
        function.owner,
        isinstance(node, ast.AsyncFunctionDef),
    )
    _bind(state, function, frame, given)
    if isinstance(node, ast.Lambda):
        from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

        with state.inside(frame, site, node):
            return evaluate(state, node.body)
    with state.inside(frame, site, node):
        kept_dropped, state.dropped = state.dropped, None
        exits = block(state, node.body)
        state.dropped = kept_dropped
    if frame.yields and _is_context(node):
        # What follows the `yield` is read before the block that it gives way to.
        for one in frame.yields:
            hand_on(one)
        return _joined(frame.yields)
    if frame.yields:
        made = objects(_joined(frame.yields), frame.each)
        return made or formed("each of", *(as_value(one) for one in frame.yields))
    results = list(frame.returns)
    if not exits or not results:
        results.append(NONE)
    if outer is None and len(results) > 1:
        results = [one for one in results if one != NONE] or [NONE]
    return _joined(results)


def _joined(results: Sequence[Symbol]) -> Symbol:
    found = results[0]
    for one in results[1:]:
        found = join(found, one)
    return found


def _is_context(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("contextmanager" in word for word in decorators_of(node))


def qualified(function: Function) -> str:
    """The function's qualified name in its file."""
    found = function.file.qualified.get(function.node)
    return found if found is not None else getattr(function.node, "name", "<lambda>")


def _bind(
    state: State,
    function: Function,
    frame: Frame,
    given: tuple[list[Symbol], dict[str, Symbol], bool] | None,
) -> None:
    arguments = function.node.args
    names = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, ast.expr] = {}
    for argument, default in zip(reversed(names), reversed(arguments.defaults), strict=False):
        defaults[argument.arg] = default
    for argument, wanted in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if wanted is not None:
            defaults[argument.arg] = wanted
    positional = list(function.arguments) + (given[0] if given is not None else [])
    rest = list(names)
    if function.bound is not None and rest:
        frame.locals[rest.pop(0).arg] = function.bound
    elif function.owner is not None and given is None and rest and not _is_static(function):
        first = rest.pop(0)
        frame.locals[first.arg] = _me(state, function, first.arg)
    keywords = dict(given[1]) if given is not None else {}
    starred = given is None or given[2]
    for argument in (*rest, *arguments.kwonlyargs):
        name = argument.arg
        if argument in rest and positional:
            symbol = positional.pop(0)
            promised = None
            if isinstance(symbol, Value) and symbol.provenance != "constant":
                promised = client_of_annotation(state, function.file, argument.annotation, symbol)
            frame.locals[name] = symbol if promised is None else promised
        elif name in keywords:
            frame.locals[name] = keywords.pop(name)
        elif name in defaults and not starred:
            frame.locals[name] = _default(state, function, defaults[name])
        else:
            symbol = parameter_of(state, function, argument, name)
            made = defaults.get(name)
            if isinstance(symbol, Value) and isinstance(made, ast.Call):
                symbol = _made_for(state, function, made, symbol)
            frame.locals[name] = symbol
    if arguments.vararg is not None:
        frame.locals[arguments.vararg.arg] = (
            Items(tuple(positional))
            if given is not None
            else Value("parameter", arguments.vararg.arg)
        )
    if arguments.kwarg is not None:
        frame.locals[arguments.kwarg.arg] = Entries(keywords, {}, open=starred)


def _made_for(state: State, function: Function, made: ast.Call, where: Value) -> Symbol:
    """The client that a parameter is given where nobody gives one: `r=Redis()`, `r=Depends(get_redis)`."""
    wanted: ast.expr = made
    if (text_of(made.func) or "").rpartition(".")[2] in _INJECTS and len(made.args) == 1:
        wanted = ast.copy_location(ast.Call(made.args[0], [], []), made)
    found = _default(state, function, wanted)
    if isinstance(found, Client):
        return replace(found, where=where)
    return found if isinstance(found, Instance) else where


def _is_static(function: Function) -> bool:
    return not isinstance(function.node, ast.Lambda) and "staticmethod" in decorators_of(
        function.node
    )


def _me(state: State, function: Function, name: str) -> Symbol:
    owner = function.owner
    if owner is None:
        return UNKNOWN
    if not isinstance(function.node, ast.Lambda) and (
        "classmethod" in decorators_of(function.node) or name == "cls"
    ):
        return owner
    return object_of(state, owner, Value("parameter", name))


def _default(state: State, function: Function, node: ast.expr) -> Symbol:
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

    frame = Frame(function.file, "<module>", {}, function.owner, at_top=True)
    with state.silent(), state.inside(frame, None, node):
        if isinstance(node, ast.Name) and function.owner is not None:
            from redisspec.readers.python.names import attribute_of  # noqa: PLC0415 - see above

            found = name_of(state, node.id)
            if isinstance(found, Value) and found.text == node.id:
                wanted = ast.Attribute(ast.Name("cls", ast.Load()), node.id, ast.Load())
                return attribute_of(state, function.owner, wanted, None)
            return found
        return evaluate(state, node)


def read_property(state: State, function: Function, node: ast.AST) -> Symbol:
    """What a property gives."""
    if isinstance(node, ast.expr):
        return call_function(state, function, (), {}, node)
    return UNKNOWN


def construct(
    state: State,
    cls: Class,
    positional: Sequence[Symbol],
    keywords: Mapping[str, Symbol],
    node: ast.Call,
    *,
    starred: bool,
) -> Symbol:
    """An object of a project's class, made by what it is given."""
    from redisspec.readers.python.names import class_member  # noqa: PLC0415 - a cycle

    given = tuple(as_value(one) for one in (*positional, *keywords.values()))
    where = formed(f"call:{cls.node.name}", *given)
    made = object_of(state, cls, where)
    if not isinstance(made, Instance):
        return made
    member = class_member(state, cls, "__init__")
    if member is not None and isinstance(member[0], ast.FunctionDef):
        function = Function(member[0], member[1].file, member[1], made)
        call_function(state, function, positional, keywords, node, starred=starred)
    if made.client is None:
        inner = [one for one in (*positional, *keywords.values()) if isinstance(one, Client | Pipe)]
        if (
            len(inner) == 1
            and "redis" in cls.node.name.lower()
            and class_member(state, cls, "__getattr__")
        ):
            # A proxy: what it does not have itself is the client's.
            made.client = inner[0] if isinstance(inner[0], Client) else None
    return made
