"""A waiting pool for asyncio clients of redis-py before 6, whose own one stalls.

There, a connection that cannot be opened is given back while the pool's lock is held:
every refused connection takes the pool's whole timeout.
"""

import asyncio
import time
from typing import Any

from redis import exceptions


def waiting_pool(base: Any) -> Any:
    """A subclass of a ConnectionPool that waits `timeout` seconds for a connection."""

    def init(self: Any, *args: Any, timeout: float, **kwargs: Any) -> None:
        self.timeout = timeout
        self.freed = asyncio.Event()
        base.__init__(self, *args, **kwargs)

    async def get_connection(self: Any, *args: Any, **kwargs: Any) -> Any:
        ends = time.monotonic() + self.timeout
        while not self.can_get_connection():
            self.freed.clear()
            try:
                left = ends - time.monotonic()
                await asyncio.wait_for(self.freed.wait(), left)
            except TimeoutError:
                raise exceptions.ConnectionError("No connection available.") from None
        return await base.get_connection(self, *args, **kwargs)

    async def release(self: Any, connection: Any) -> None:
        await base.release(self, connection)
        self.freed.set()

    methods = {
        "__init__": init,
        "get_connection": get_connection,
        "release": release,
    }
    return type("WaitingPool", (base,), methods)
