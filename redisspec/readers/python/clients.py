"""What makes clients: redis-py's constructors, `from_url`, pools, Sentinels, and classes that come from them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.module import ClientKind, PyClient
from redisspec.readers.python.names import decorators_of, is_client_class
from redisspec.readers.python.pipelines import pipe_from
from redisspec.readers.python.symbols import Class, Client, Entries, Instance, Symbol, as_value
from redisspec.readers.python.tree import walk
from redisspec.readers.values import formed

if TYPE_CHECKING:
    from redisspec.readers.python.calls import Arguments
    from redisspec.readers.python.state import State

_ONCE = ("lru_cache", "cache", "cached_property", "singleton", "fixture", "cached", "once")


def built(
    state: State,
    node: ast.Call,
    dotted: str,
    made: tuple[ClientKind, bool | None],
    arguments: Arguments,
) -> Symbol:
    """A client of one of the libraries."""
    kind, aio = made
    positional, keywords = arguments.symbols()
    given = tuple(as_value(one) for one in (*positional, *keywords.values()))
    where = formed(f"call:{dotted}", *given)
    _note(state, node, dotted, kind, aio, arguments)
    if kind == "pipeline":
        return pipe_from(state, where, aio, certain=True, transaction=None)
    if kind == "script":
        text = given[1] if len(given) > 1 else None
        return Client(kind, where, aio, certain=True, text=text)
    if kind == "lock":
        # redis.lock.Lock(client, name, …)
        client = positional[0] if positional else keywords.get("redis")
        outer = client.where if isinstance(client, Client) else where
        key = (
            given[1]
            if len(positional) > 1
            else as_value(keywords["name"])
            if "name" in keywords
            else None
        )
        return Client(kind, outer, aio, certain=True, key=key)
    return Client(kind, where, aio, certain=True, settings=tuple(keywords))


def built_elsewhere(
    state: State, node: ast.Call, cls: Class, arguments: Arguments
) -> Symbol | None:
    """A client of a class of the project that comes from one of the libraries' classes."""
    client, aio = is_client_class(state, cls)
    if not client:
        return None
    positional, keywords = arguments.symbols()
    given = tuple(as_value(one) for one in (*positional, *keywords.values()))
    where = formed(f"call:{cls.node.name}", *given)
    _note(state, node, cls.node.name, "client", aio, arguments)
    return Instance(cls, where, client=Client("client", where, aio, certain=True))


def _note(
    state: State,
    node: ast.Call,
    name: str,
    kind: ClientKind,
    aio: bool | None,
    arguments: Arguments,
) -> None:
    # Read in another file, the client is told of there.
    if kind in ("pipeline", "pubsub", "script") or (state.quiet and not state.frame.at_top):
        return
    if any(one.node is node for one in state.clients):
        return
    settings: dict[str, Value] = {}
    for word, given in arguments.keywords.items():
        value = as_value(given.symbol)
        if isinstance(given.symbol, Client):
            value = Value("parameter", given.symbol.kind)
        settings[word] = value
    state.clients.append(
        PyClient(
            name,
            kind,
            aio,
            settings,
            {word: given.span for word, given in arguments.keywords.items()},
            arguments.starred,
            tuple(
                Value("parameter", one.symbol.kind)
                if isinstance(one.symbol, Client)
                else as_value(one.symbol)
                for one in arguments.positional
            ),
            _per_call(state),
            state.frame.name,
            tuple(state.sites),
            node,
            state.frame.file.span(node),
        )
    )


def _per_call(state: State) -> bool:
    """Whether each run of a function makes one: no cache, no singleton, no constructor of an object."""
    frame = state.frame
    if frame.at_top or frame.name == "<module>":
        return False
    function = frame.file.functions.get(frame.name)
    if function is None or function.name in ("__init__", "__new__", "setUp", "setUpClass", "main"):
        return False
    if any(any(word in name for word in _ONCE) for name in decorators_of(function)):
        return False
    # `if client is None: client = …`, `global client`, `self._client = …`: kept for the next call.
    return not any(
        isinstance(one, ast.Global | ast.Nonlocal)
        or (isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
        or (isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store))
        or isinstance(one, ast.Yield | ast.YieldFrom)
        for one in walk(function)
    )


def entries_of(symbol: Symbol) -> Entries | None:
    """The dictionary that a symbol is."""
    return symbol if isinstance(symbol, Entries) else None
