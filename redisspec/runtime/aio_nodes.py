"""Where commands go with an asyncio client: one server, or the nodes of a cluster."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from redis.exceptions import NoScriptError

from .nodes import is_cluster
from .retry import FAILURES, Command

__all__ = ["NoScriptError", "is_cluster", "node_of", "primaries"]
__all__ += ["send_all", "send_one"]

Answer = list[Any] | Exception


class _Queued:
    """A command in the shape that a node's `execute_pipeline` fills in."""

    __slots__ = ("args", "kwargs", "position", "result")

    def __init__(self, position: int, args: Command) -> None:
        self.position = position
        self.args = args
        self.kwargs = {"NEVER_DECODE": True}
        self.result: Any = None


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
            replies: list[Any] = await pipe.execute(raise_on_error=False)
            return replies
        queued = [_Queued(at, command) for at, command in enumerate(commands)]
        await node.execute_pipeline(queued)
        return [command.result for command in queued]
    except FAILURES as error:
        return error
