"""What annotations say: `r: Redis`, `pipe: "Pipeline[str]"`, `cache: redis.asyncio.Redis | None`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.module import ClientKind
from redisspec.readers.python.symbols import Class, Client, External, Instance, Module, Symbol
from redisspec.readers.python.vocabulary import PIPE_HINT, constructor, is_module

if TYPE_CHECKING:
    from redisspec.readers.python.files import PyFile
    from redisspec.readers.python.state import State

_CLIENT_NAME = re.compile(
    r"^(?:Async)?(?:\w*(?:Redis|Valkey))(?:Client|Cluster|Connection|Conn|Protocol|Like|T)?$|^(?:Redis|Valkey)\w*Client$"
)
_PIPE_NAME = re.compile(r"Pipeline$")


def client_of_annotation(
    state: State, file: PyFile, annotation: ast.expr | None, where: Value
) -> Symbol | None:
    """The client (or object of the project) that an annotation promises, or None."""
    for node in _types(annotation):
        text = text_of(node)
        if text is None:
            continue
        found = _promised(state, file, text, where)
        if found is not None:
            return found
    return None


def _types(annotation: ast.expr | None) -> Iterator[ast.expr]:
    waiting = [annotation] if annotation is not None else []
    while waiting:
        node = waiting.pop(0)
        match node:
            case ast.Constant(value=str() as text):
                try:
                    waiting.append(ast.parse(text, mode="eval").body)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                waiting += (left, right)
            case ast.Subscript(value=outer, slice=inner):
                text = (text_of(outer) or "").rpartition(".")[2]
                if text in ("Optional", "Union", "Annotated", "Final", "ClassVar"):
                    waiting += inner.elts if isinstance(inner, ast.Tuple) else [inner]
                else:
                    waiting.append(outer)
            case ast.Name() | ast.Attribute():
                yield node


def _promised(state: State, file: PyFile, text: str, where: Value) -> Symbol | None:
    from redisspec.readers.python.names import global_of, is_client_class  # noqa: PLC0415 - a cycle

    bound = _bound(file, text)
    if bound is not None:
        return client_of_annotation(state, file, bound, where)
    head, *rest = text.split(".")
    symbol: Symbol = global_of(state, file, head) or External(head)
    for name in rest:
        if isinstance(symbol, External):
            symbol = External(f"{symbol.dotted}.{name}")
        elif isinstance(symbol, Module):
            symbol = global_of(state, symbol.file, name) or External(f"{symbol.file.name}.{name}")
        else:
            return None
    if isinstance(symbol, External):
        return _outside(state, symbol.dotted, where)
    if isinstance(symbol, Class):
        client, aio = is_client_class(state, symbol)
        if client:
            return Client("client", where, aio, certain=True)
        return Instance(symbol, where)
    return None


def _bound(file: PyFile, text: str) -> ast.expr | None:
    """What a type variable is bound to."""
    for statement in file.top.get(text, ()):
        match statement:
            case ast.Assign(value=ast.Call(func=function, keywords=keywords)):
                if (text_of(function) or "").rpartition(".")[2] == "TypeVar":
                    return next((one.value for one in keywords if one.arg == "bound"), None)
    return None


def _outside(state: State, dotted: str, where: Value) -> Symbol | None:
    made = constructor(dotted)
    if made is not None:
        kind, aio = made
        # redis-py's pipelines are clients by class: `pipe: Redis` is one all the same.
        named_pipe = where.provenance == "parameter" and PIPE_HINT.search(where.text)
        if kind == "pipeline" or (kind in ("client", "cluster") and named_pipe):
            return _pipe(state, where, aio)
        return Client(kind, where, aio, certain=True)
    name = dotted.rpartition(".")[2]
    inside_library = is_module(dotted)
    if _PIPE_NAME.search(name) and (inside_library or "redis" in dotted.lower()):
        return _pipe(state, where, None)
    if _CLIENT_NAME.match(name) and "lock" not in name.lower():
        named: ClientKind = "cluster" if name.endswith("Cluster") else "client"
        return Client(
            named, where, True if name.startswith("Async") else None, certain=inside_library
        )
    return None


def _pipe(state: State, where: Value, aio: bool | None) -> Symbol:
    from redisspec.readers.python.pipelines import pipe_from  # noqa: PLC0415 - a cycle

    for pipe in state.pipes:
        if pipe.where == where:
            return pipe
    pipe = pipe_from(state, where, aio, certain=True, transaction=None)
    pipe.batch.escaped = pipe.given = True
    return pipe
