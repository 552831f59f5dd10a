"""Where commands go with an asyncio client: one server, or the nodes of a cluster."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from redis.exceptions import (
    ConnectionError,
    NoScriptError,
    ReadOnlyError,
    ResponseError,
)

from .nodes import is_cluster
from .retry import FAILURES, REPLIES_THAT_CLOSE, Command, ErrorReply, unwrapped

__all__ = ["NoScriptError", "is_cluster", "node_of", "primaries"]
__all__ += ["send_all", "send_one", "sender"]

Answer = list[Any] | Exception


class _Queued:
    """A command in the shape that a node's `execute_pipeline` fills in."""

    __slots__ = ("args", "kwargs", "position", "result")

    def __init__(self, position: int, args: Command) -> None:
        self.position = position
        self.args = args
        self.kwargs = {"NEVER_DECODE": True}
        self.result: Any = None


class _StaysOpen:
    """A connection whose replies are all read, also behind one that redis-py closes it for."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def read_response(self, *args: Any, **options: Any) -> Any:
        options["disconnect_on_error"] = False
        try:
            return await self._connection.read_response(*args, **options)
        except REPLIES_THAT_CLOSE as error:
            raise ErrorReply(error) from error
        except ResponseError:
            raise
        except BaseException:
            # What is still to come would answer the next caller.
            await self._connection.disconnect(nowait=True)
            raise


class _Node:
    """A cluster's node, but for how it reads replies."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self.parse_response = _patient(node.parse_response)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)


def _patient(parse: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`parse_response` of a pipeline or a node, through connections that stay open."""

    closed = False

    async def parsed(connection: Any, *args: Any, **options: Any) -> Any:
        nonlocal closed
        if closed:
            raise ErrorReply(ConnectionError("closed behind READONLY"))
        try:
            return await parse(_StaysOpen(connection), *args, **options)
        except ConnectionError as error:
            # Sentinel's connections close themselves, to look for the primary anew.
            reply = error.__context__
            if not isinstance(reply, ReadOnlyError):
                raise
            closed = True
            raise ErrorReply(reply) from error

    return parsed


def sender(client: Any) -> Callable[..., Awaitable[Any]]:
    """What executes one command, its arguments and options given.

    A cluster's client that does not know its nodes yet sends calls that come together to
    any of them, and closes all connections at each fifth that is redirected: replies of
    the others are lost. So it learns them first.
    """
    if not is_cluster(client):
        execute: Callable[..., Awaitable[Any]] = client.execute_command
        return execute

    async def send(*command: Any, **options: Any) -> Any:
        await client.initialize()
        return await client.execute_command(*command, **options)

    return send


async def node_of(client: Any, key: str) -> Any:
    """The primary that owns the key's slot."""
    await client.initialize()
    return client.get_node_from_key(key)


async def primaries(client: Any) -> list[Any]:
    """Every primary of a cluster."""
    await client.initialize()
    return list(client.get_primaries())


async def send_one(client: Any, node: Any, command: Command) -> Any:
    """One command to one node (None: the only server)."""
    target = client if node is None else node
    return await target.execute_command(*command, NEVER_DECODE=True)


async def send_all(
    client: Any, batches: Iterable[tuple[Any, Sequence[Command]]]
) -> list[Answer]:
    """A plain pipeline to each node: its replies (errors among them), or its failure."""
    todo = [_send(client, node, commands) for node, commands in batches]
    if len(todo) == 1:
        return [await todo[0]]
    return list(await asyncio.gather(*todo))


async def _send(client: Any, node: Any, commands: Sequence[Command]) -> Answer:
    try:
        if node is None:
            pipe = client.pipeline(transaction=False)
            for command in commands:
                pipe.execute_command(*command, NEVER_DECODE=True)
            pipe.parse_response = _patient(pipe.parse_response)
            return unwrapped(await pipe.execute(raise_on_error=False))
        queued = [_Queued(at, command) for at, command in enumerate(commands)]
        await node.__class__.execute_pipeline(_Node(node), queued)
        return unwrapped([command.result for command in queued])
    except FAILURES as error:
        return error
