"""A crowd whose calls are a new client's first ones: none of them is lost."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from redisspec.runtime import aio_clients, clients
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.lane import DirectLane
from redisspec.runtime.retry import NEVER
from tests.server.runtime.driver import script
from tests.server.servers import Cluster

CROWD = 50
ROUNDS = 5


def key_of(namespace: str, cluster: Cluster) -> str:
    key = f"{namespace}:n"
    with cluster.client() as client:
        client.set(key, 0, ex=60)
    return key


def test_tasks(cluster: Cluster, namespace: str) -> None:
    """redis-py alone loses some of them each time: it sends what comes before it knows the nodes to any."""
    key = key_of(namespace, cluster)

    async def crowd() -> list[int]:
        client = aio_clients.from_url(cluster.cluster_url)
        lane = AsyncDirectLane(client, script, None)
        try:
            calls = (lane.call(("INCR", key), int, NEVER) for _ in range(CROWD))
            return await asyncio.gather(*calls)
        finally:
            await aio_clients.close(client)

    counted = [count for _ in range(ROUNDS) for count in sorted(asyncio.run(crowd()))]
    assert counted == list(range(1, ROUNDS * CROWD + 1))


def test_threads(cluster: Cluster, namespace: str) -> None:
    key = key_of(namespace, cluster)
    counted: list[int] = []
    for _ in range(ROUNDS):
        client = clients.from_url(cluster.cluster_url)
        lane = DirectLane(client, script, None)
        with ThreadPoolExecutor(CROWD) as threads:
            calls = [threads.submit(lane.call, ("INCR", key), int, NEVER) for _ in range(CROWD)]
            counted += sorted(call.result() for call in calls)
        clients.close(client)
    assert counted == list(range(1, ROUNDS * CROWD + 1))
