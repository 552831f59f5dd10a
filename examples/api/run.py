"""Runs the application with one command, on an embedded server unless it is given a Redis."""

import argparse
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the kit stands beside the examples

import uvicorn  # noqa: E402 - see above
from app import create  # noqa: E402 - see above
from kit.embedded import HOST, server  # noqa: E402 - see above
from kit.ending import ended_in_order  # noqa: E402 - see above


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 for a free one (default: 8000)")
    parser.add_argument("--redis", metavar="URL", help="your own instead of the embedded one")
    given = parser.parse_args()
    try:
        listening = _listening(given.port)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on port {given.port}: {error}; try --port 0", file=sys.stderr)
        return 1
    with listening, _redis(given.redis) as url:
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        print(f"{address} (try {address}/docs; Ctrl-C ends it)", flush=True)
        config = uvicorn.Config(create(url), log_level="warning")
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listening(port: int) -> socket.socket:
    # named as TCP: of others asyncio does not know that small answers should not wait
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen()
    except BaseException:
        made.close()
        raise
    return made


@contextmanager
def _redis(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with server() as embedded:
        yield embedded


if __name__ == "__main__":
    with ended_in_order():
        sys.exit(main())
