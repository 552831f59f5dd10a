"""Locks of every kind over the runtime's own classes, sync and awaited behind one face."""

import asyncio
import hashlib
import threading
from typing import Any, Self

from redisspec.codegen.scripts import template_script
from redisspec.runtime import aio_clients, aio_lease, aio_lock, clients, lease, lock
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.lane import DirectLane
from redisspec.runtime.leases import Shas, Side, mutex, read_side, semaphore, write_side
from tests.house.tree import ROOT

NAMES = tuple(path.stem for path in (ROOT / "templates" / "lua").glob("lock_*.lua"))
TEXTS = {template_script(name).sha: template_script(name).text for name in NAMES}
SHA = {name: template_script(name).sha for name in NAMES}
ACQUIRES = {
    "mutex": "lock",
    "semaphore": "lock_semaphore",
    "reader": "lock_read",
    "writer": "lock_write",
}
EXTENDS = {
    "mutex": "lock",
    "semaphore": "lock_semaphore",
    "reader": "lock_semaphore",
    "writer": "lock",
}


def side(kind: str, ttl_ms: int = 10_000, wait_ms: int = 0, permits: int = 2, **more: Any) -> Side:
    """A way to hold a lock, by its name."""
    if kind == "mutex":
        return mutex(shas(kind), ttl_ms=ttl_ms, wait_ms=wait_ms, fenced=True, **more)
    if kind == "writer":
        return write_side(shas(kind), ttl_ms=ttl_ms, wait_ms=wait_ms, fenced=True, **more)
    if kind == "reader":
        return read_side(shas(kind), ttl_ms=ttl_ms, wait_ms=wait_ms, **more)
    return semaphore(shas(kind), ttl_ms=ttl_ms, wait_ms=wait_ms, permits=permits, **more)


def broken(name: str, *changes: tuple[str, str]) -> None:
    """Have the locks that are made from now on use a script without what makes it right: the controls."""
    text = template_script(name).text
    for written, instead in changes:
        assert written in text, written
        text = text.replace(written, instead)
    SHA[name] = hashlib.sha1(text.encode()).hexdigest()
    TEXTS[SHA[name]] = text


def whole() -> None:
    """The scripts as they are."""
    SHA.update({name: template_script(name).sha for name in NAMES})


def shas(kind: str) -> Shas:
    """The scripts of a way to hold a lock."""
    acquire, extend = ACQUIRES[kind], EXTENDS[kind]
    return Shas(
        SHA[f"{acquire}_acquire"],
        SHA[f"{acquire}_release"],
        SHA[f"{extend}_extend"],
        SHA[f"{extend}_look"],
    )


def _lease(kind: str, module: Any, name: str) -> Any:
    return getattr(module, f"{name}FencedLease" if kind in ("mutex", "writer") else f"{name}Lease")


def sync_lock(
    url: str, namespace: str, kind: str = "mutex", deadline: float = 5.0, **settings: Any
) -> Any:
    """A lock over a client of its own."""
    options = {"timeout": settings.pop("timeout", 5.0)}
    if most := settings.pop("max_connections", None):
        options["max_connections"] = most
    lane = DirectLane(clients.from_url(url, **options), TEXTS.__getitem__, deadline)
    return lock.Lock(lane, f"{namespace}:", side(kind, **settings), _lease(kind, lease, ""))


def aio_lock_of(
    url: str, namespace: str, kind: str = "mutex", deadline: float = 5.0, **settings: Any
) -> Any:
    """The same, awaited; in a running loop."""
    options = {"timeout": settings.pop("timeout", 5.0)}
    if most := settings.pop("max_connections", None):
        options["max_connections"] = most
    lane = AsyncDirectLane(aio_clients.from_url(url, **options), TEXTS.__getitem__, deadline)
    made = _lease(kind, aio_lease, "Async")
    return aio_lock.AsyncLock(lane, f"{namespace}:", side(kind, **settings), made)


class Face:
    """A lock that is called alike whether it is awaited or not; awaited ones have a loop of their own."""

    def __init__(self, mode: str, url: str, namespace: str, kind: str, **settings: Any) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.lock: Any
        self.kind = kind
        if mode == "sync":
            self.lock = sync_lock(url, namespace, kind, **settings)
            return
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.lock = self._run(self._made(url, namespace, kind, settings))

    async def _made(self, url: str, namespace: str, kind: str, settings: dict[str, Any]) -> Any:
        return aio_lock_of(url, namespace, kind, **settings)

    def _run(self, work: Any) -> Any:
        if self.loop is None:
            return work
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def acquire(self, key: str, ttl: Any = None, wait: Any = None, owner: str | None = None) -> Any:
        return self._run(self.lock.acquire(key, ttl, wait, owner))

    def release(self, held: Any) -> bool:
        return self._run(held.release())

    def extend(self, held: Any, ttl: Any = None) -> None:
        self._run(held.extend(ttl))

    def holder(self, key: str) -> Any:
        return self._run(self.lock.holder(key))

    def holders(self, key: str) -> Any:
        return self._run(self.lock.holders(key))

    def close(self) -> None:
        lane = self.lock._lane
        if self.loop is None:
            lane._client.close()
            return
        self._run(lane._client.aclose())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
