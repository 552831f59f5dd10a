"""Where commands go with a synchronous client: one server, or the nodes of a cluster."""

from collections.abc import Iterable, Sequence
from typing import Any

from redis.exceptions import NoScriptError

from .retry import FAILURES, Command

__all__ = ["NoScriptError", "is_cluster", "node_of", "primaries"]
__all__ += ["send_all", "send_one"]

Answer = list[Any] | Exception


def is_cluster(client: Any) -> bool:
    """Whether the client talks to a cluster."""
    return hasattr(client, "get_node_from_key")


def node_of(client: Any, key: str) -> Any:
    """The primary that owns the key's slot."""
    return client.get_node_from_key(key)


def primaries(client: Any) -> list[Any]:
    """Every primary of a cluster."""
    return list(client.get_primaries())


def send_one(client: Any, node: Any, command: Command) -> Any:
    """One command to one node (None: the only server)."""
    if node is not None:
        client = client.get_redis_connection(node)
    return client.execute_command(*command, NEVER_DECODE=True)


def send_all(
    client: Any, batches: Iterable[tuple[Any, Sequence[Command]]]
) -> list[Answer]:
    """A plain pipeline to each node: its replies (errors among them), or its failure."""
    answers: list[Answer] = []
    for node, commands in batches:
        try:
            target = client if node is None else client.get_redis_connection(node)
            pipe = target.pipeline(transaction=False)
            for command in commands:
                pipe.execute_command(*command, NEVER_DECODE=True)
            answers.append(pipe.execute(raise_on_error=False))
        except FAILURES as error:
            answers.append(error)
    return answers
