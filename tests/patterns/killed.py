"""Clients that are killed at a moment of chance, in every procedure of every policy; or in what is done by hand.

`python -m tests.patterns.killed PORT NAMESPACE KILLS [control]`
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from itertools import cycle

import redis

from tests.clocks import disturb
from tests.patterns.made import KINDS, face, package
from tests.patterns.stories import SPEC, STORIES, played
from tests.server.servers import HOST

AT_ONCE = 4
NUMBERS = 3
"""Few keys: what one client leaves is in another one's way."""

Ready = Callable[[], None]


def plays(name: str, kind: str, port: int, namespace: str, ready: Ready) -> None:
    """One story over and over."""
    with face(package(SPEC), kind, Address(port), namespace) as shop:
        played(shop, name, 0)
        ready()
        while True:
            played(shop, name, random.randrange(NUMBERS))


class Address:
    """Where a server is that another process started."""

    host = HOST

    def __init__(self, port: int) -> None:
        self.port = port


def counts(port: int, namespace: str, ready: Ready) -> None:
    """A counter by hand: INCR, then EXPIRE."""
    with redis.Redis(port=port) as client:
        client.ping()
        ready()
        while True:
            key = f"{namespace}:{random.randrange(10**9)}"
            client.incr(key)
            client.expire(key, 60)


def indexes(port: int, namespace: str, ready: Ready) -> None:
    """A session by hand: the key and its entry in an index, each in a step of its own."""
    index = f"{namespace}:{{by hand}}"
    with redis.Redis(port=port) as client:
        client.ping()
        ready()
        while True:
            member = f"{random.randrange(10**9)}"
            client.set(f"{index}:{member}", 1, px=60_000)
            client.zadd(index, {member: (time.time() + 60) * 1e6})
            client.expire(index, 60)
            client.delete(f"{index}:{member}")
            client.zrem(index, member)


def forked(work: Callable[[Ready], None]) -> tuple[int, int]:
    """A child at work, and where it says that it has begun."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid:
        os.close(tell)
        return pid, told
    try:
        os.close(told)
        random.seed(os.getpid())
        disturb()
        work(lambda: os.close(tell))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def killed(works: list[Callable[[Ready], None]]) -> None:
    """Begin all, and kill each somewhere in its work."""
    children = [forked(work) for work in works]
    for _, told in children:
        os.read(told, 1)
        os.close(told)
    for pid, _ in children:
        time.sleep(random.uniform(0, 0.006))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "a story went wrong by itself"


def main() -> None:
    port, namespace, kills = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if sys.argv[4:]:
        works = [lambda ready, by=by: by(port, namespace, ready) for by in (counts, indexes)]
        for _ in range(kills):
            killed(works)
        return
    package(SPEC)
    todo = list(zip([*STORIES] * kills, cycle(KINDS), strict=False))
    random.shuffle(todo)
    for first in range(0, len(todo), AT_ONCE):
        killed(
            [
                lambda ready, name=name, kind=kind: plays(name, kind, port, namespace, ready)
                for name, kind in todo[first : first + AT_ONCE]
            ]
        )


if __name__ == "__main__":
    main()
