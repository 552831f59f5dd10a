"""One face for the synchronous and the asyncio lane, so that every test runs over both."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import redis
import redis.asyncio

from redisspec.runtime import aio_clients, clients
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.batch import AsyncBatch, Batch, BatchLane
from redisspec.runtime.lane import DirectLane

INCREMENT = "return redis.call('INCR', KEYS[1])"
SHA = hashlib.sha1(INCREMENT.encode()).hexdigest()
KINDS = ("sync", "async")


def script(sha: str) -> str:
    """The text of a script by its SHA-1, as generated packages look it up."""
    return {SHA: INCREMENT}[sha]


class Driver:
    """A client with its lane; asyncio's run on a loop of its own."""

    def __init__(self, kind: str, deadline: float, make: Callable[[str], Any]) -> None:
        self.loop = asyncio.new_event_loop() if kind == "async" else None
        self.client = self.wait(self._made(make, kind)) if self.loop else make(kind)
        lane = AsyncDirectLane if self.loop else DirectLane
        self.lane: Any = lane(self.client, script, deadline)

    @classmethod
    def url(cls, kind: str, url: str, deadline: float = 3.0, **options: Any) -> "Driver":
        """A client of our own factory."""
        modules = {"sync": clients, "async": aio_clients}
        return cls(kind, deadline, lambda kind: modules[kind].from_url(url, **options))

    @classmethod
    def foreign(cls, kind: str, deadline: float = 3.0, **options: Any) -> "Driver":
        """A client as users build it."""
        modules: dict[str, Any] = {"sync": redis.Redis, "async": redis.asyncio.Redis}
        return cls(kind, deadline, lambda kind: modules[kind](**options))

    async def _made(self, make: Callable[[str], Any], kind: str) -> Any:
        return make(kind)

    def wait(self, result: Any) -> Any:
        return self.loop.run_until_complete(result) if self.loop else result

    def call(self, *arguments: Any) -> Any:
        return self.wait(self.lane.call(*arguments))

    def fan(self, *arguments: Any) -> Any:
        return self.wait(self.lane.fan(*arguments))

    def mget(self, keys: Sequence[str], decode: Callable[[Any], Any]) -> Any:
        return self.wait(self.lane.mget(keys, decode))

    def unlink(self, keys: Sequence[str]) -> Any:
        return self.wait(self.lane.unlink(keys))

    def scan(self, pattern: str, count: int = 500) -> list[str]:
        if not self.loop:
            return list(self.lane.scan(pattern, count))

        async def gathered() -> list[str]:
            return [key async for key in self.lane.scan(pattern, count)]

        return self.wait(gathered())

    def batch(self, fill: Callable[[BatchLane], None]) -> None:
        """Send what `fill` adds."""
        lane = BatchLane(self.lane)
        if not self.loop:
            with Batch([lane]):
                fill(lane)
            return

        async def sent() -> None:
            async with AsyncBatch([lane]):
                fill(lane)

        self.wait(sent())

    def close(self) -> None:
        if self.loop:
            closing = getattr(self.client, "aclose", None) or self.client.close
            self.wait(closing())
            self.loop.close()
        else:
            self.client.close()
