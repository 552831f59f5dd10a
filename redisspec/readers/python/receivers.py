"""Calls on a client, a pipeline, a lock or a script: noted with their keys and effects."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from redisspec.ir.commands import lookup
from redisspec.ir.flows import Value
from redisspec.readers.python.commands import Understood, effects_of, understand
from redisspec.readers.python.literals import letters
from redisspec.readers.python.module import Batch, ClientKind, PyCall, PyKey, PyScript, Receiver
from redisspec.readers.python.pipelines import (
    execute,
    multi,
    pipe_from,
    reset,
    transaction_of,
    watch,
    watches,
)
from redisspec.readers.python.symbols import (
    Client,
    Entries,
    Function,
    Items,
    Method,
    Pipe,
    Symbol,
    as_value,
)
from redisspec.readers.python.values import NONE, constant, name_of, pattern_of
from redisspec.readers.python.vocabulary import METHODS
from redisspec.readers.values import UNKNOWN, formed, reply_of

if TYPE_CHECKING:
    from redisspec.readers.python.calls import Arguments
    from redisspec.readers.python.state import State
    from redisspec.source.span import Span

KeyAt: TypeAlias = "tuple[Value, Span, int]"

_PLAIN = frozenset(("close", "aclose", "wait_closed", "ping", "auth", "select", "quit", "initialize",
                    "get_encoder", "client", "from_url", "disconnect"))  # fmt: skip
_MODULES = frozenset(("json", "bf", "cf", "cms", "topk", "tdigest", "ft", "ts", "graph", "vset"))
_OWN = frozenset(
    ("acquire", "release", "extend", "reacquire", "locked", "owned", "do_release", "close", "aclose", "reset",
     "discard", "execute", "immediate_execute_command", "pipeline_execute_command", "multi_exec", "__call__",
     "master_for", "slave_for", "get_message", "listen", "subscribe", "psubscribe", "run_in_thread")
) | _MODULES | _PLAIN  # fmt: skip
"""What clients, pipelines and locks have beside commands."""


def redis_call(
    state: State,
    node: ast.Call,
    base: Client | Pipe,
    name: str,
    arguments: Arguments,
    *,
    awaited: bool,
    dropped: bool,
) -> Symbol:
    """What a call on something of Redis's gives; the call is noted."""
    if not base.certain and name not in METHODS and name not in _OWN:
        # By evidence alone it is Redis; what Redis does not have is not called on it.
        return formed(
            "." + name, base.where, *(as_value(one.symbol) for one in arguments.positional)
        )
    noted = _Noted(state, node, base, name, arguments, awaited, dropped)
    if isinstance(base, Pipe):
        return _on_pipe(noted, base)
    if base.kind == "lock":
        return _on_lock(noted, base)
    if base.kind == "script":
        return _on_script(noted, base)
    if base.kind in ("pool", "pubsub"):
        _note(noted, None, (), {}, None)
        return base if name in ("pubsub",) else formed(f".{name}", base.where)
    if base.kind == "sentinel" and name in ("master_for", "slave_for"):
        _, keywords = arguments.symbols()
        where = formed(
            f".{name}", base.where, *(as_value(one.symbol) for one in arguments.positional)
        )
        return Client("client", where, base.aio, certain=True, settings=tuple(keywords))
    return _on_client(noted, base)


class _Noted:
    """A call on its way to being noted."""

    __slots__ = ("arguments", "awaited", "base", "dropped", "name", "node", "state")

    def __init__(
        self,
        state: State,
        node: ast.Call,
        base: Client | Pipe,
        name: str,
        arguments: Arguments,
        awaited: bool,
        dropped: bool,
    ) -> None:
        self.state = state
        self.node = node
        self.base = base
        self.name = name
        self.arguments = arguments
        self.awaited = awaited
        self.dropped = dropped


def _on_client(noted: _Noted, base: Client) -> Symbol:
    state, name, arguments = noted.state, noted.name, noted.arguments
    if name == "pipeline" or (name == "multi_exec" and base.aio is not False):
        given = arguments.keywords.get("transaction") or (
            arguments.positional[0] if arguments.positional else None
        )
        transaction = transaction_of(None if given is None else as_value(given.symbol), base.kind)
        if given is None and arguments.starred:
            transaction = None
        _note(noted, None, (), _plainly(arguments), None)
        return pipe_from(state, base.where, base.aio, certain=base.certain, transaction=transaction)
    if name == "lock":
        found = arguments.keywords.get("name") or (
            arguments.positional[0] if arguments.positional else None
        )
        key = UNKNOWN if found is None else as_value(found.symbol)
        keys = () if found is None else ((key, found.span, 0),)
        _note(noted, None, keys, _lock_arguments(arguments), None)
        return Client("lock", base.where, base.aio, base.certain, key=key)
    if name == "register_script":
        _, text = _script_text(noted)
        return Client("script", base.where, base.aio, base.certain, text=text)
    if name == "pubsub":
        return Client("pubsub", base.where, base.aio, base.certain)
    if name in _MODULES and not arguments.positional:
        return Client(
            "module", formed(f".{name}", base.where), base.aio, base.certain, text=constant(name)
        )
    if name == "transaction" and arguments.positional:
        return _transaction(noted, base)
    if name == "client" and not arguments.positional:
        return base
    if name == "bitfield":
        return _bitfield(noted)
    if name in _PLAIN and name not in ("select",):
        return formed(f".{name}", base.where)
    if name in ("eval", "eval_ro", "script_load"):
        _script_text(noted)
    understood = _understood(noted, base)
    known = lookup(understood.command) if understood.command is not None else None
    watched = None
    if known is not None and "readonly" in known.flags:
        watched = next(
            (one.number for one in state.pipes if watches(one, base, understood.keys)), None
        )
    return _note(
        noted, understood.command, understood.keys, understood.arguments, understood,
        watched=watched,
    )  # fmt: skip


def _understood(noted: _Noted, base: Client | Pipe) -> Understood:
    arguments = noted.arguments
    module = base.module if isinstance(base, Pipe) else ""
    if isinstance(base, Client) and base.kind == "module" and base.text is not None:
        module = base.text.text
    if module:
        prefix = module.upper()
        first = arguments.positional[0] if arguments.positional else None
        keys = () if first is None or prefix == "FT" else ((as_value(first.symbol), first.span, 0),)
        return Understood(
            f"{prefix}.{noted.name.upper()}", _plainly(arguments), frozenset(), keys,
            prefix == "JSON" and noted.name not in ("mget", "mset") and not arguments.starred,
            tuple(as_value(one.symbol) for one in arguments.positional[1:]),
        )  # fmt: skip
    if noted.name not in METHODS:
        # The cluster client's `get_node`, arq's `enqueue_job`: what it sends, if anything, is not known.
        return Understood(None, _plainly(arguments), frozenset(), (), False, ())
    return understand(
        noted.name, arguments.positional, arguments.keywords, starred=arguments.starred
    )


def _on_pipe(noted: _Noted, pipe: Pipe) -> Symbol:
    state, name = noted.state, noted.name
    if name == "execute":
        _note(noted, None, (), {}, None, batch=pipe.batch)
        return execute(state, pipe)
    if name in ("reset", "discard", "unwatch"):
        reset(state, pipe)
        return NONE
    if name == "watch":
        understood = _understood(noted, pipe)
        watch(pipe, (key for key, _, _ in understood.keys))
        return _note(
            noted, "WATCH", understood.keys, understood.arguments, understood, watched=pipe.number
        )
    if name == "multi":
        multi(pipe)
        return NONE
    if name in ("pipeline", "__enter__", "__aenter__"):
        return pipe
    if name in _MODULES and not noted.arguments.positional:
        return replace(pipe, module=name)
    if name in ("close", "aclose"):
        return NONE
    if name in ("eval", "script_load"):
        _script_text(noted)
    if name == "bitfield":
        return _bitfield(noted, pipe.batch)
    understood = _understood(noted, pipe)
    if pipe.watching:
        return _note(
            noted, understood.command, understood.keys, understood.arguments, understood,
            watched=pipe.number,
        )  # fmt: skip
    reply = _note(
        noted, understood.command, understood.keys, understood.arguments, understood,
        batch=pipe.batch,
    )  # fmt: skip
    pipe.queued.append(reply if isinstance(reply, Value) else UNKNOWN)
    return pipe


def _bitfield(noted: _Noted, batch: Batch | None = None) -> Symbol:
    """`client.bitfield(key).set(…).execute()`: an object that collects what the one command does."""
    understood = _understood(noted, noted.base)
    _note(noted, understood.command, understood.keys, understood.arguments, understood, batch=batch)
    return formed(".bitfield", noted.base.where, noted.state.fresh("call"))


def _on_lock(noted: _Noted, lock: Client) -> Symbol:
    state, name = noted.state, noted.name
    key = lock.key or UNKNOWN
    span = state.frame.file.span(noted.node)
    reply = _note(noted, None, ((key, span, 0),), _plainly(noted.arguments), None)
    if name == "acquire":
        state.held.append("redis")
    elif name == "release" and "redis" in state.held:
        state.held.remove("redis")
    if name in ("__enter__", "__aenter__", "__call__"):
        return lock
    return reply


def _on_script(noted: _Noted, script: Client) -> Symbol:
    """A registered script that is called: `script(keys=[…], args=[…])`."""
    arguments = noted.arguments
    given = arguments.keywords.get("keys") or (
        arguments.positional[0] if arguments.positional else None
    )
    keys: list[KeyAt] = []
    known = True
    if given is not None:
        if isinstance(given.symbol, Items):
            keys = [(as_value(one), given.span, 0) for one in given.symbol.items]
            known = not given.symbol.open
        else:
            keys = [(formed("each", as_value(given.symbol)), given.span, 0)]
            known = False
    understood = Understood(
        "EVALSHA",
        _plainly(arguments),
        frozenset(),
        tuple(keys),
        known,
        (),
    )
    pipe = arguments.keywords.get("client")
    if pipe is not None and isinstance(pipe.symbol, Pipe):
        return _note(
            noted,
            "EVALSHA",
            understood.keys,
            understood.arguments,
            understood,
            batch=pipe.symbol.batch,
        )
    return _note(noted, "EVALSHA", understood.keys, understood.arguments, understood)


def _transaction(noted: _Noted, base: Client) -> Symbol:
    """`client.transaction(function, *watches)`: the function is given a pipeline that watches."""
    from redisspec.readers.python.inline import call_function  # noqa: PLC0415 - a cycle

    state = noted.state
    pipe = pipe_from(state, base.where, base.aio, certain=base.certain, transaction=True)
    watch(pipe)
    first = noted.arguments.positional[0].symbol
    if isinstance(first, Function):
        found = call_function(state, first, [pipe], {}, noted.node)
        pipe.batch.executed = True
        return found
    return formed(".transaction", base.where, state.fresh("call"))


def _script_text(noted: _Noted) -> tuple[Value | None, Value | None]:
    """The Lua that a call is given, noted where it stands in the source."""
    state, arguments = noted.state, noted.arguments
    given = arguments.keywords.get("script") or (
        arguments.positional[0] if arguments.positional else None
    )
    if given is None:
        return None, None
    text = as_value(given.symbol)
    node = (
        noted.node.args[0]
        if noted.node.args
        else next((one.value for one in noted.node.keywords if one.arg == "script"), None)
    )
    if node is not None and not state.quiet:
        note_script(state, node, text)
    return text, text


def note_script(state: State, node: ast.expr, text: Value, *, sent: bool = True) -> None:
    """Note a Lua text, at the literal where it is written if that can be found."""
    file = state.frame.file
    literal: ast.expr | None = node
    if isinstance(node, ast.Name):
        statements = file.top.get(node.id, ())
        literal = (
            next(
                (one.value for one in statements if isinstance(one, ast.Assign | ast.AnnAssign)),
                None,
            )
            or node
        )
    elif isinstance(node, ast.Attribute):
        literal = _class_literal(state, node) or node
    while isinstance(literal, ast.Call) and _only_lays_out(literal):
        inner = literal.args[0] if literal.args else getattr(literal.func, "value", None)
        if not isinstance(inner, ast.expr):
            break
        literal = inner
    span = file.span(literal if literal is not None else node)
    if any(one.span == span for one in state.scripts):
        return
    interpolated = text.provenance == "formatted" and text.text == ".."
    places: tuple[int, ...] = ()
    if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
        body = literal.value
        places = letters(file.source, span, body)
    else:
        body = text.text if text.provenance == "constant" else ""
    state.scripts.append(PyScript(body, text, span, places, interpolated, sent, state.frame.name))


def _only_lays_out(call: ast.Call) -> bool:
    """`textwrap.dedent("…")`, `"…".strip()`: the text is the same but for spaces."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ("strip", "lstrip", "rstrip", "encode"):
        return not call.args or name == "encode"
    return name in ("dedent", "cleandoc") and len(call.args) == 1


def _class_literal(state: State, node: ast.Attribute) -> ast.expr | None:
    from redisspec.readers.python.names import class_member  # noqa: PLC0415 - a cycle

    owner = state.frame.owner
    member = None if owner is None else class_member(state, owner, node.attr)
    if member is not None and isinstance(member[0], ast.Assign):
        return member[0].value
    return None


def _lock_arguments(arguments: Arguments) -> dict[str, Value]:
    found = _plainly(arguments)
    for place, name in enumerate(("name", "timeout", "sleep", "blocking", "blocking_timeout")):
        if place < len(arguments.positional):
            found.setdefault(name, as_value(arguments.positional[place].symbol))
    if arguments.starred:
        found["**"] = UNKNOWN
    return found


def _plainly(arguments: Arguments) -> dict[str, Value]:
    found = {name: as_value(one.symbol) for name, one in arguments.keywords.items()}
    if arguments.positional:
        found["*args"] = Value(
            "formatted", "()", tuple(as_value(one.symbol) for one in arguments.positional)
        )
    return found


def _note(
    noted: _Noted,
    command: str | None,
    keys: Sequence[KeyAt],
    arguments: Mapping[str, Value],
    understood: Understood | None,
    *,
    batch: Batch | None = None,
    watched: int | None = None,
) -> Symbol:
    state, base = noted.state, noted.base
    listed = tuple(keys)
    number = len(state.calls) if not state.quiet else 100_000 + state.number()
    words = (*(key for key, _, _ in listed), *(understood.words if understood is not None else ()))
    reply = reply_of(command or noted.name, (base.where, *words), number)
    if state.quiet:
        return reply
    kind: ClientKind = "pipeline" if isinstance(base, Pipe) else base.kind
    span = state.frame.file.span(noted.node)
    made = tuple(
        PyKey(key, pattern_of(key), name_of(key), where, role) for key, where, role in listed
    )
    effects = (
        () if understood is None else effects_of(understood, [one.pattern for one in made], span)
    )
    if noted.arguments.spread:
        arguments = {**arguments, "**": UNKNOWN}
    state.calls.append(
        PyCall(
            number,
            noted.name,
            command,
            Receiver(kind, base.where, base.aio, base.certain),
            made,
            understood.keys_known if understood is not None else True,
            dict(arguments),
            understood.maybe if understood is not None else frozenset(),
            effects,
            reply,
            tuple(state.guards),
            tuple(state.loops),
            tuple(state.tries),
            tuple(state.held),
            watched,
            batch,
            state.statement,
            tuple(state.sites),
            noted.dropped,
            noted.awaited,
            state.frame.name,
            state.frame.is_async,
            noted.node,
            span,
        )
    )
    return reply


def hand_on(symbol: Symbol) -> None:
    """A pipeline that leaves the function may be executed by somebody else."""
    if isinstance(symbol, Pipe):
        symbol.batch.escaped = True
    elif isinstance(symbol, Method):
        hand_on(symbol.base)
    elif isinstance(symbol, Items):
        for one in symbol.items:
            hand_on(one)
    elif isinstance(symbol, Entries):
        for one in symbol.items.values():
            hand_on(one)
