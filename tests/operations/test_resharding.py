"""Operations on several keys while their slots move between the primaries of a cluster: nothing is lost or torn."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import redis

from tests.operations.reshard import moving
from tests.operations.shop import opened, package, torn
from tests.proof import TIMES
from tests.server.servers import Cluster

pytestmark = pytest.mark.proof

SHOPS = range(1, 7)
SECONDS = 5.0 * min(TIMES, 6)
TASKS = 6


def _slots(cluster: Cluster) -> list[int]:
    return [cluster.nodes[0].call("CLUSTER", "KEYSLOT", f"{{{shop}}}") for shop in SHOPS]


@pytest.mark.slow
def test_operations_while_slots_move(cluster: Cluster, namespace: str) -> None:
    made = package()
    done: Counter[int] = Counter()
    failed: Counter[str] = Counter()
    unknown: Counter[int] = Counter()
    with made.Shop.from_url(cluster.cluster_url, namespace=namespace) as app:
        for shop in SHOPS:
            opened(app, shop)
        with moving(cluster, _slots(cluster)) as moved:
            until = time.monotonic() + SECONDS

            def note(shop: int, error: Exception | None) -> None:
                if error is None:
                    done[shop] += 1
                elif isinstance(error, made._runtime.errors.OutcomeUnknown):
                    unknown[shop] += 1
                else:
                    failed[f"{type(error).__name__}: {error}"[:120]] += 1

            def call(order: Callable[..., Any], shop: int, number: int) -> Any:
                return order(shop, "tea", UUID(int=number), 1 + number % 3)

            def in_a_thread() -> None:
                number = 10**9
                while time.monotonic() < until:
                    number += 1
                    try:
                        call(app.place_order, number % 6 + 1, number)
                        note(number % 6 + 1, None)
                    except Exception as error:
                        note(number % 6 + 1, error)

            async def in_tasks() -> None:
                async with made.aio.Shop.from_url(
                    cluster.cluster_url, namespace=namespace
                ) as other:

                    async def one(at: int) -> None:
                        number = at * 10**6
                        while time.monotonic() < until:
                            number += 1
                            shop = number % 6 + 1
                            try:
                                await call(other.place_order, shop, number)
                                await other.transfer(shop, number % 5, (number + 1) % 5, 1)
                                note(shop, None)
                            except Exception as error:
                                note(shop, error)

                    await asyncio.gather(*(one(at) for at in range(1, TASKS + 1)))

            thread = threading.Thread(target=in_a_thread)
            thread.start()
            asyncio.run(in_tasks())
            thread.join()
        print(f"{moved}, {done.total()} done, {unknown.total()} unknown, {dict(failed)}")
        assert not moved.errors, moved.errors
        assert moved.slots > 6 and moved.keys > 50, moved
        for shop in SHOPS:
            assert not torn(app, shop), (shop, torn(app, shop))
            there = app.order_events.length(shop)
            assert done[shop] <= there <= done[shop] + unknown[shop] + sum(failed.values()), shop
        assert not failed, (failed, sum(done.values()), moved)
        assert sum(done.values()) > 200, done


@pytest.mark.slow
def test_control_a_key_that_is_made_inside(cluster: Cluster, namespace: str) -> None:
    """A script that makes up a key while it runs loses writes that were acknowledged."""
    script = "return redis.call('INCR', string.gsub(KEYS[1], 'known', ARGV[1]) .. '')"
    done: Counter[str] = Counter()
    with cluster.client() as client:
        keys = {shop: f"{namespace}:{{{shop}}}:known" for shop in SHOPS}
        for key in keys.values():
            client.set(key, "1", ex=600)
        with moving(cluster, _slots(cluster)) as moved:
            until = time.monotonic() + SECONDS
            number = 0
            while time.monotonic() < until:
                number += 1
                key, name = keys[number % 6 + 1], f"made{number % 20}"
                try:
                    client.eval(script, 1, key, name)
                    done[key.replace("known", name)] += 1
                except redis.RedisError:
                    pass
        assert moved.slots > 3, moved
        there = {key: int(client.get(key) or 0) for key in done}
        for key in (*keys.values(), *done):
            client.delete(key)
    lost = sum(max(0, done[key] - there[key]) for key in done)
    print(f"{moved}, {done.total()} done, {lost} lost")
    assert lost > 0, (moved, sum(done.values()))
