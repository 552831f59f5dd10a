"""Error replies that redis-py takes for the end of a connection: what stood around them in a pipeline is known all the same."""

import time
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.runtime.batch import BatchLane
from redisspec.runtime.errors import OutcomeUnknown
from redisspec.runtime.retry import NEVER
from tests.server.runtime.driver import KINDS, Driver
from tests.server.runtime.scripted import Scripted

pytestmark = pytest.mark.proof

OLD = int(redis.__version__.split(".")[0]) < 6
LOADING = b"-LOADING the server is loading the dataset in memory\r\n"
READONLY = b"-READONLY You can't write against a read only replica.\r\n"
NOAUTH = b"-NOAUTH Authentication required.\r\n"


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        yield scripted


@pytest.fixture(params=list(product(KINDS, ("redis", "redis+cluster"), (2, 3))), ids=str)
def driver(request: pytest.FixtureRequest, server: Scripted) -> Iterator[Driver]:
    kind, scheme, protocol = request.param
    url = f"{scheme}://127.0.0.1:{server.port}?protocol={protocol}"
    driver = Driver.url(kind, url, timeout=2.0)
    yield driver
    driver.close()


def batch(driver: Driver, calls: int) -> list[Any]:
    """So many INCRs that must not be made twice."""
    pending: list[Any] = []

    def put(lane: BatchLane) -> None:
        pending.extend(lane.add(("INCR", "n"), int, NEVER) for _ in range(calls))

    driver.batch(put)
    return pending


@pytest.mark.parametrize("declined", [{0}, {1}, {0, 1}, {3}, {0, 2}, {0, 1, 2, 3}])
def test_what_a_loading_server_executed_is_not_made_again(
    driver: Driver, server: Scripted, declined: set[int]
) -> None:
    """A server may finish loading between two calls of one pipeline."""
    server.decline = lambda number: LOADING if number in declined else None
    values = [pending.value for pending in batch(driver, 4)]
    assert sorted(values) == [1, 2, 3, 4]
    assert (server.asked, server.executed) == (4 + len(declined), 4)
    at_once = [value for at, value in enumerate(values) if at not in declined]
    assert at_once == list(range(1, len(at_once) + 1)), "what was executed keeps its own reply"
    assert driver.call(("INCR", "n"), int, NEVER) == 5, "no reply is left for another call"


def test_a_single_call_is_asked_again(driver: Driver, server: Scripted) -> None:
    if OLD and driver.lane.cluster and driver.loop is None:
        pytest.skip("this release's cluster client drops such a node, and does not say why")
    server.decline = lambda number: LOADING if number < 3 else None
    assert driver.call(("INCR", "n"), int, NEVER) == 1
    assert (server.asked, server.executed) == (4, 1)


def test_a_connection_that_lost_its_user_fails_those_calls_alone(
    driver: Driver, server: Scripted
) -> None:
    server.decline = lambda number: NOAUTH if number == 1 else None
    pending: list[Any] = []

    def put(lane: BatchLane) -> None:
        pending.extend(lane.add(("INCR", "n"), int, NEVER) for _ in range(3))

    with pytest.raises(redis.AuthenticationError):
        driver.batch(put)
    assert (pending[0].value, pending[2].value) == (1, 2)
    assert isinstance(pending[1].error, redis.AuthenticationError)
    assert server.asked == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_primary_that_is_demoted_executes_nothing_twice(kind: str, server: Scripted) -> None:
    """What came before it is known; Sentinel's connections end there, so nobody knows of what comes behind."""
    url = f"redis+sentinel://127.0.0.1:{server.port}/m?protocol=2"
    driver = Driver.url(kind, url, timeout=2.0)
    server.decline = lambda number: READONLY if number == 1 else None
    pending: list[Any] = []

    def put(lane: BatchLane) -> None:
        pending.extend(lane.add(("INCR", "n"), int, NEVER) for _ in range(3))

    with pytest.raises(OutcomeUnknown):
        driver.batch(put)
    assert (pending[0].value, pending[1].value) == (1, 3)
    assert isinstance(pending[2].error, OutcomeUnknown)
    assert (server.asked, server.executed) == (4, 3)
    driver.close()


def test_control_a_pipeline_of_redis_py_is_raised_whole(server: Scripted) -> None:
    """What this is about: the replies around the error are thrown away."""
    server.decline = lambda number: LOADING if number == 0 else None
    own = Retry(NoBackoff(), 0)
    with redis.Redis(port=server.port, protocol=2, retry=own) as client:
        pipe = client.pipeline(transaction=False)
        for _ in range(2):
            pipe.execute_command("INCR", "n")
        with pytest.raises(redis.BusyLoadingError):
            pipe.execute(raise_on_error=False)
    ends = time.monotonic() + 5
    while not server.executed and time.monotonic() < ends:
        time.sleep(0.001)
    assert server.executed == 1, "and nobody is told"
