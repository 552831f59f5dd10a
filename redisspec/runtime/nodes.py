"""Where commands go with a synchronous client: one server, or the nodes of a cluster."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redis.exceptions import (
    ConnectionError,
    NoScriptError,
    ReadOnlyError,
    ResponseError,
)

from .retry import FAILURES, REPLIES_THAT_CLOSE, Command, ErrorReply, unwrapped

__all__ = ["NoScriptError", "is_cluster", "node_of", "primaries"]
__all__ += ["send_all", "send_one", "sender"]

Answer = list[Any] | Exception


class _StaysOpen:
    """A connection whose replies are all read, also behind one that redis-py closes it for."""

    __slots__ = ("_connection", "_parse_error", "_parser")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        # A client-side cache stands before the connection.
        self._parser: Any = getattr(connection, "_conn", connection)._parser
        self._parse_error: Any = self._parser.parse_error

    def read_response(self, *args: Any, **options: Any) -> Any:
        options["disconnect_on_error"] = False
        # redis-py's own parser puts back what it raises for, and would read it for ever.
        self._parser.parse_error = self._parsed
        try:
            return self._connection.read_response(*args, **options)
        except REPLIES_THAT_CLOSE as error:
            raise ErrorReply(error) from error  # by hiredis, which has passed over it
        except ResponseError:
            raise
        except BaseException:
            # What is still to come would answer the next caller.
            self._connection.disconnect()
            raise
        finally:
            del self._parser.parse_error

    def _parsed(self, text: str) -> Exception:
        error: Exception = self._parse_error(text)
        return ErrorReply(error) if isinstance(error, REPLIES_THAT_CLOSE) else error


def is_cluster(client: Any) -> bool:
    """Whether the client talks to a cluster."""
    return hasattr(client, "get_node_from_key")


def sender(client: Any) -> Callable[..., Any]:
    """What executes one command, its arguments and options given."""
    execute: Callable[..., Any] = client.execute_command
    return execute


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
            pipe.parse_response = _patient(pipe.parse_response)
            answers.append(unwrapped(pipe.execute(raise_on_error=False)))
        except FAILURES as error:
            answers.append(error)
    return answers


def _patient(parse: Callable[..., Any]) -> Callable[..., Any]:
    """A pipeline's `parse_response`, through a connection that stays open."""

    closed = False

    def parsed(connection: Any, *args: Any, **options: Any) -> Any:
        nonlocal closed
        if closed:
            raise ErrorReply(ConnectionError("closed behind READONLY"))
        try:
            return parse(_StaysOpen(connection), *args, **options)
        except ConnectionError as error:
            # Sentinel's connections close themselves, to look for the primary anew.
            reply = error.__context__
            if not isinstance(reply, ReadOnlyError):
                raise
            closed = True
            raise ErrorReply(reply) from error

    return parsed
