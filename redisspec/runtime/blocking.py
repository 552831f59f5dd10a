"""How long a command may block: shorter than the client's own patience."""

import math
from typing import Any


def block_ms(wait: float, client: Any) -> int:
    """BLOCK's argument for `wait` seconds: whole milliseconds, at least 1.

    ValueError for less than nothing, and for more than the socket timeout allows: the
    client would give up before the server answers.
    """
    if not 0 < wait < math.inf:
        raise ValueError("wait: expected seconds above zero")
    timeout = socket_timeout(client)
    if timeout is not None:
        longest = timeout - 1 if timeout >= 2 else timeout / 2
        if wait > longest:
            raise ValueError(
                f"wait: expected at most {longest:g} s with a socket timeout of"
                f" {timeout:g} s"
            )
    return max(1, math.ceil(wait * 1000 - 1e-6))


def socket_timeout(client: Any) -> float | None:
    """The client's socket timeout in seconds; None where it has none."""
    pool = getattr(client, "connection_pool", None)
    kwargs: Any = getattr(pool, "connection_kwargs", None)
    if kwargs is None:
        kwargs = getattr(client, "connection_kwargs", None)
    if kwargs is None and hasattr(client, "get_connection_kwargs"):
        kwargs = client.get_connection_kwargs()
    if kwargs is None:
        manager = getattr(client, "nodes_manager", None)
        kwargs = getattr(manager, "connection_kwargs", None)
    found = kwargs.get("socket_timeout") if kwargs else None
    return float(found) if found is not None else None
