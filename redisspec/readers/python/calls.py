"""Calls: of Redis, of what makes clients, of the project's functions, of everything else."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python import builtins
from redisspec.readers.python.annotations import client_of_annotation
from redisspec.readers.python.clients import built, built_elsewhere
from redisspec.readers.python.commands import Given
from redisspec.readers.python.deferred import partly, read_if_deferred
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.handed import elsewhere, handed_on
from redisspec.readers.python.inline import call_function, construct
from redisspec.readers.python.module import PyOther
from redisspec.readers.python.names import class_member
from redisspec.readers.python.objects import behind, hands_on
from redisspec.readers.python.receivers import hand_on, redis_call
from redisspec.readers.python.symbols import (
    Class,
    Client,
    Entries,
    External,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Pipe,
    Symbol,
    as_value,
    objects,
)
from redisspec.readers.python.telltale import only_redis
from redisspec.readers.python.values import NONE
from redisspec.readers.python.vocabulary import METHODS, constructor, may_be_client
from redisspec.readers.values import UNKNOWN, formed

if TYPE_CHECKING:
    from redisspec.readers.python.state import State


class Arguments:
    """What a call is given: evaluated once, in the order in which it is written."""

    __slots__ = ("keywords", "positional", "spread", "starred")

    def __init__(self, state: State, node: ast.Call) -> None:
        from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

        self.positional: list[Given] = []
        self.keywords: dict[str, Given] = {}
        self.starred = False
        self.spread = False
        """Whether `**options` may give more by name than is known."""
        span = state.frame.file.span
        for one in node.args:
            if isinstance(one, ast.Starred):
                inner = evaluate(state, one.value)
                if isinstance(inner, Items):
                    self.positional += (Given(symbol, span(one)) for symbol in inner.items)
                    self.starred = self.starred or inner.open
                else:
                    self.positional.append(Given(formed("each", as_value(inner)), span(one)))
                    self.starred = True
            else:
                self.positional.append(Given(evaluate(state, one), span(one)))
        for keyword in node.keywords:
            symbol = evaluate(state, keyword.value)
            if keyword.arg is not None:
                self.keywords[keyword.arg] = Given(symbol, span(keyword.value))
            elif isinstance(symbol, Entries):
                for name, inner in symbol.items.items():
                    self.keywords.setdefault(name, Given(inner, span(keyword.value)))
                self.spread = self.spread or symbol.open
            else:
                self.spread = True
        self.starred = self.starred or self.spread

    def symbols(self) -> tuple[list[Symbol], dict[str, Symbol]]:
        """Without their places."""
        return (
            [one.symbol for one in self.positional],
            {name: one.symbol for name, one in self.keywords.items()},
        )


def call(state: State, node: ast.Call) -> Symbol:
    """What a call gives; what it does is noted."""
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle

    awaited = state.awaited is node
    dropped = state.dropped is node
    outer_awaited, state.awaited = state.awaited, None
    outer_dropped, state.dropped = state.dropped, None
    try:
        handed = handed_on(state, node)
        if handed is not None:
            with elsewhere(state, node):
                return evaluate(state, handed)
        if isinstance(node.func, ast.Attribute):
            base = evaluate(state, node.func.value)
            if isinstance(base, External) and _is_super(base):
                base = _super(state)
            arguments = Arguments(state, node)
            found = _method(state, node, base, arguments, awaited=awaited, dropped=dropped)
            _by_hand(state, node.func.attr, arguments)
            return found
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return External("super")
        function = evaluate(state, node.func)
        arguments = Arguments(state, node)
        found = _called(state, node, function, arguments, awaited=awaited, dropped=dropped)
        _by_hand(state, getattr(node.func, "id", None), arguments)
        return found
    finally:
        state.awaited, state.dropped = outer_awaited, outer_dropped


_TAKES_LOCK = re.compile(r"(?:^|_)(?:acquire|take|obtain|grab)_(?:\w+_)?lock(?:_\w+)?$")
_LEAVES_LOCK = re.compile(r"(?:^|_)(?:release|free|drop)_(?:\w+_)?lock(?:_\w+)?$")


def _by_hand(state: State, name: str | None, arguments: Arguments) -> None:
    """`acquire_lock(client, name)` and `release_lock(client, name)`: a lock that a project made itself."""
    if name is None or not (arguments.positional or arguments.keywords):
        return
    if _TAKES_LOCK.search(name):
        state.held.append("redis")
    elif _LEAVES_LOCK.search(name) and "redis" in state.held:
        state.held.remove("redis")


def _is_super(base: External) -> bool:
    return base.dotted == "super"


def _super(state: State) -> Symbol:
    """The object with the methods of what its class comes from."""
    from redisspec.readers.python.names import bases_of  # noqa: PLC0415 - few calls need it

    frame = state.frame
    me = next(iter(frame.locals.values()), UNKNOWN)
    if frame.owner is None:
        return UNKNOWN
    for base in bases_of(state, frame.owner):
        if isinstance(base, Class):
            if isinstance(me, Instance):
                return Instance(base, me.where, me.attributes, me.ready, me.client)
            return base
    return me.client if isinstance(me, Instance) and me.client is not None else UNKNOWN


def _method(
    state: State,
    node: ast.Call,
    base: Symbol,
    arguments: Arguments,
    *,
    awaited: bool,
    dropped: bool,
) -> Symbol:
    assert isinstance(node.func, ast.Attribute)
    name = node.func.attr
    if isinstance(base, Instance):
        found = _of_instance(state, node, base, name)
        if found is None and base.client is not None:
            base = base.client
        elif found is None:
            base = behind(state, base) or (
                Client("client", base.where) if _looks_like_redis(state, node, name) else base
            )
        elif found is not None and isinstance(
            found, Function | Class | Client | Pipe | External | Method
        ):
            return _called(state, node, found, arguments, awaited=awaited, dropped=dropped)
    if isinstance(base, Client | Pipe):
        return redis_call(state, node, base, name, arguments, awaited=awaited, dropped=dropped)
    if isinstance(base, Entries):
        positional, keywords = arguments.symbols()
        found = builtins.of_entries(base, name, positional, keywords)
        return (
            found
            if found is not None
            else formed("." + name, as_value(base), *map(as_value, positional))
        )
    if isinstance(base, Value):
        return _of_value(state, node, base, name, arguments, awaited=awaited)
    if isinstance(base, Items):
        return _of_items(state, node, base, name, arguments)
    from redisspec.readers.python.names import attribute_of  # noqa: PLC0415 - a cycle

    found = attribute_of(state, base, node.func, text_of(node.func))
    if (
        isinstance(found, Value)
        and isinstance(base, Module)
        and _looks_like_redis(state, node, name)
    ):
        client = Client("client", Value("parameter", base.file.name))
        return redis_call(state, node, client, name, arguments, awaited=awaited, dropped=dropped)
    if (
        isinstance(found, External)
        and _looks_like_redis(state, node, name)
        and constructor(found.dotted) is None
    ):
        client = Client("client", as_value(base))
        return redis_call(state, node, client, name, arguments, awaited=awaited, dropped=dropped)
    return _called(state, node, found, arguments, awaited=awaited, dropped=dropped)


def _looks_like_redis(state: State, node: ast.Call, name: str) -> bool:
    assert isinstance(node.func, ast.Attribute)
    text = text_of(node.func.value)
    evidence = state.frame.file.evidence
    return (
        name in METHODS
        and text is not None
        and text != "self"
        and evidence.says(text, state.frame.name)
    )


def _of_instance(state: State, node: ast.Call, base: Instance, name: str) -> Symbol | None:
    if name in base.attributes:
        return base.attributes[name]
    member = class_member(state, base.cls, name)
    if member is None:
        from redisspec.readers.python.objects import learned  # noqa: PLC0415 - a cycle

        return learned(state, base).get(name)
    if base.client is not None and name in METHODS and hands_on(member[0], name):
        return None
    from redisspec.readers.python.names import instance_attribute  # noqa: PLC0415 - a cycle

    return instance_attribute(state, base, name, node.func)


def _of_value(
    state: State, node: ast.Call, base: Value, name: str, arguments: Arguments, *, awaited: bool
) -> Symbol:
    assert isinstance(node.func, ast.Attribute)
    positional, keywords = arguments.symbols()
    if base.provenance != "constant" and only_redis(node):
        # get_redis().hset(…): what only Redis has is called on it.
        client = Client("client", base)
        return redis_call(state, node, client, name, arguments, awaited=awaited, dropped=False)
    if base.provenance == "parameter":
        _note(state, node, f"{base.text}.{name}", arguments, awaited)
    text = text_of(node.func.value)
    if name in builtins.CHANGES and text is not None and text in state.frame.locals and positional:
        state.frame.locals[text] = formed("changed", base, *map(as_value, positional))
    return builtins.of_method(base, name, positional, keywords)


def _of_items(state: State, node: ast.Call, base: Items, name: str, arguments: Arguments) -> Symbol:
    assert isinstance(node.func, ast.Attribute)
    positional, keywords = arguments.symbols()
    text = text_of(node.func.value)
    if name == "append" and text is not None and text in state.frame.locals and positional:
        certain = state.building > 0 or (not state.loops and not state.guards)
        if state.loops and isinstance(positional[0], Instance):
            state.frame.locals[text] = objects(positional[0], state.loops[-1].variable) or base
            return NONE
        items = (*base.items, positional[0]) if len(base.items) < 20 else base.items
        state.frame.locals[text] = Items(items, base.open or not certain, base.is_list)
    elif name in builtins.CHANGES and text is not None and text in state.frame.locals:
        inner = tuple(positional)
        state.frame.locals[text] = Items((*base.items, *inner)[:20], True, base.is_list)
    return builtins.of_method(as_value(base), name, positional, keywords)


def _called(
    state: State,
    node: ast.Call,
    function: Symbol,
    arguments: Arguments,
    *,
    awaited: bool,
    dropped: bool,
) -> Symbol:
    positional, keywords = arguments.symbols()
    match function:
        case External(dotted):
            return _outside(state, node, dotted, arguments, awaited=awaited)
        case Function():
            return call_function(
                state, function, positional, keywords, node, starred=arguments.starred
            )
        case Class():
            client = built_elsewhere(state, node, function, arguments)
            if client is not None:
                return client
            return construct(state, function, positional, keywords, node, starred=arguments.starred)
        case Instance():
            member = class_member(state, function.cls, "__call__")
            if member is not None and isinstance(member[0], ast.FunctionDef):
                bound = Function(member[0], member[1].file, member[1], function)
                return call_function(
                    state, bound, positional, keywords, node, starred=arguments.starred
                )
        case Method(client, name):
            return redis_call(
                state, node, client, name, arguments, awaited=awaited, dropped=dropped
            )
        case Client(kind="script") | Client(kind="lock"):
            return redis_call(
                state, node, function, "__call__", arguments, awaited=awaited, dropped=dropped
            )
    value = as_value(function)
    if value.provenance == "parameter":
        _note(state, node, value.text, arguments, awaited)
        special = builtins.of_function(value.text, positional, keywords)
        if special is not None:
            return special
        given = (as_value(one) for one in (*positional, *keywords.values()))
        found = formed(f"call:{value.text}", *given)
        if state.frame.file.evidence.any and may_be_client(value.text.rpartition(".")[2]):
            # `get_redis_client()` of a package that is not at hand.
            return Client("client", found)
        return found
    for one in (*positional, *keywords.values()):
        hand_on(one)
    return formed("call", value, *(as_value(one) for one in (*positional, *keywords.values())))


def _outside(
    state: State, node: ast.Call, dotted: str, arguments: Arguments, *, awaited: bool
) -> Symbol:
    """A call of something outside the project."""
    positional, keywords = arguments.symbols()
    made = constructor(dotted)
    if made is not None:
        return built(state, node, dotted, made, arguments)
    if (
        dotted in ("functools.partial", "partial")
        and positional
        and isinstance(positional[0], Function)
    ):
        first = positional[0]
        return Function(
            first.node, first.file, first.owner, first.bound, first.closure, tuple(positional[1:])
        )
    if dotted in ("functools.partial", "partial") and positional:
        partial = partly(state, node, positional[0])
        if partial is not None:
            return partial
    if dotted in ("typing.cast", "cast") and len(positional) == 2:
        promised = None
        if isinstance(positional[1], Value):
            promised = client_of_annotation(state, state.frame.file, node.args[0], positional[1])
        return positional[1] if promised is None else promised
    _note(state, node, dotted, arguments, awaited)
    special = builtins.of_function(dotted, positional, keywords)
    if special is not None:
        return special
    return formed(f"call:{dotted}", *(as_value(one) for one in (*positional, *keywords.values())))


def _note(state: State, node: ast.Call, name: str, arguments: Arguments, awaited: bool) -> None:
    for given in (*arguments.positional, *arguments.keywords.values()):
        # Whoever gets a pipeline may execute it.
        hand_on(given.symbol)
        read_if_deferred(state, given.symbol)
    if state.quiet:
        return
    keywords: Mapping[str, Value] = {
        word: as_value(one.symbol) for word, one in arguments.keywords.items()
    }
    state.others.append(
        PyOther(
            name,
            tuple(as_value(one.symbol) for one in arguments.positional),
            keywords,
            tuple(state.guards),
            tuple(state.loops),
            tuple(state.sites),
            awaited,
            state.frame.is_async,
            len(state.calls),
            node,
            state.frame.file.span(node),
        )
    )
