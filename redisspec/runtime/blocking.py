"""How long a command may block: shorter than the client's own patience."""

import math
from typing import Any, Final

SHORTEST_BLOCK: Final = 0.02
"""In seconds: servers before 7 may never return from waits of a millisecond or less."""
_MANY: Final = 1_000


def block_ms(wait: float, client: Any) -> int:
    """BLOCK's argument for `wait` seconds: whole milliseconds, at least 1.

    ValueError for less than nothing, and for more than the socket timeout allows: the
    client would give up before the server answers.
    """
    if not 0 < wait < math.inf:
        raise ValueError("wait: expected seconds above zero")
    longest = longest_wait(client)
    if wait > longest:
        raise ValueError(
            f"wait: expected at most {longest:g} s with a socket timeout of"
            f" {socket_timeout(client):g} s"
        )
    return max(1, math.ceil(wait * 1000 - 1e-6))


def longest_wait(client: Any) -> float:
    """How many seconds a command may block."""
    timeout = socket_timeout(client)
    if timeout is None:
        return math.inf
    return timeout - 1 if timeout >= 2 else timeout / 2


def most_waits(client: Any) -> int:
    """How many connections may block at once: half of what the client has at most."""
    kwargs = _settings(client)
    most = getattr(getattr(client, "connection_pool", None), "max_connections", None)
    if most is None:
        most = kwargs.get("max_connections")
    return int(most) // 2 if most else _MANY


def socket_timeout(client: Any) -> float | None:
    """The client's socket timeout in seconds; None where it has none."""
    found = _settings(client).get("socket_timeout")
    return float(found) if found is not None else None


def _settings(client: Any) -> Any:
    """What the client's connections are made with."""
    pool = getattr(client, "connection_pool", None)
    kwargs: Any = getattr(pool, "connection_kwargs", None)
    if kwargs is None:
        kwargs = getattr(client, "connection_kwargs", None)
    if kwargs is None and hasattr(client, "get_connection_kwargs"):
        kwargs = client.get_connection_kwargs()
    if kwargs is None:
        manager = getattr(client, "nodes_manager", None)
        kwargs = getattr(manager, "connection_kwargs", None)
    return kwargs or {}
