"""One face for the synchronous and the awaited cache, over the scripts of the templates."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from redisspec.codegen.scripts import template_script
from redisspec.runtime import aio_clients, clients
from redisspec.runtime.aio_cache import AsyncCache
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.cache import Cache, Slot
from redisspec.runtime.cache_settings import CacheScripts, CacheSettings
from redisspec.runtime.codecs import dump_json, load_json
from redisspec.runtime.lane import DirectLane

KINDS = ("sync", "async")
SCRIPTS = CacheScripts(*(template_script(f"cache_{name}").sha for name in CacheScripts._fields))


def changed(name: str, written: str, instead: str) -> CacheScripts:
    """The scripts, but for one in which something else is written: controls."""
    text = template_script(f"cache_{name}").text
    assert written in text, written
    text = text.replace(written, instead)
    sha = hashlib.sha1(text.encode()).hexdigest()
    _texts()[sha] = text
    return SCRIPTS._replace(**{name: sha})


@cache
def _texts() -> dict[str, str]:
    files = (template_script(f"cache_{name}") for name in CacheScripts._fields)
    return {file.sha: file.text for file in files}


def script_text(sha: str) -> str:
    """The text of a script by its SHA-1, as generated packages look it up."""
    return _texts()[sha]


def settings(**given: Any) -> CacheSettings:
    """What a declaration says: a minute's TTL unless given, and tags that outlive twice that."""
    base: dict[str, Any] = {
        "name": "product", "shape": "aaaaaaaa", "scripts": SCRIPTS, "ttl_ms": 60_000,
        "lease_ms": 2_000, "wait_ms": 5_000, "tombstone_ms": 60_000,
    }  # fmt: skip
    return CacheSettings(**(base | given))


def tags_in(value: Any, given: Any) -> tuple[str, ...]:
    """The tags of the values of these tests: what stands under `tags`."""
    return tuple(value.get("tags", ())) if isinstance(value, dict) else ()


def encode(value: Any) -> bytes:
    raw = dump_json(value)
    return raw if isinstance(raw, bytes) else str(raw).encode()


decode = load_json


class Face:
    """A cache whose loaders are plain functions, whatever its kind."""

    def __init__(self, owner: "Caches", made: Any, prefix: str) -> None:
        self._owner = owner
        self.made = made
        self.prefix = prefix

    def slot(self, name: str, tags: tuple[str, ...] = ()) -> Slot:
        return Slot(f"{self.prefix}cache:{name}", tags)

    def _loader(self, load: Callable[..., Any]) -> Any:
        if self._owner.kind == "sync":
            return load

        async def awaited(*given: Any) -> Any:
            found = load(*given)
            return await found if asyncio.iscoroutine(found) else found

        return awaited

    def get(self, name: str, tags: tuple[str, ...] = ()) -> Any:
        return self._owner.wait(self.made.get(self.slot(name, tags)))

    def get_or_load(
        self, name: str, load: Callable[[], Any], tags: tuple[str, ...] = (), **more: Any
    ) -> Any:
        call = self.made.get_or_load(self.slot(name, tags), self._loader(load), **more)
        return self._owner.wait(call)

    def refresh(
        self, name: str, load: Callable[[], Any], tags: tuple[str, ...] = (), **more: Any
    ) -> Any:
        call = self.made.refresh(self.slot(name, tags), self._loader(load), **more)
        return self._owner.wait(call)

    def get_many_or_load(
        self, names: list[str], load: Callable[[list[str]], Mapping[str, Any]],
        tags: tuple[str, ...] = (), **more: Any,
    ) -> Any:  # fmt: skip
        slots = {name: self.slot(name, tags) for name in names}
        call = self.made.get_many_or_load(slots, self._loader(load), **more)
        return self._owner.wait(call)

    def put(self, name: str, value: Any, tags: tuple[str, ...] = (), **more: Any) -> Any:
        return self._owner.wait(self.made.put(self.slot(name, tags), value, **more))

    def invalidate(self, name: str, version: int | None = None) -> Any:
        return self._owner.wait(self.made.invalidate(self.slot(name), version))

    def invalidate_tag(self, tag: str) -> None:
        self._owner.wait(self.made.invalidate_tag(tag))

    def write_through(self, name: str, write: Callable[[], Any]) -> Any:
        return self._owner.wait(self.made.write_through(self.slot(name), self._loader(write)))


class Caches:
    """Caches over one client; asyncio's run on a loop of its own."""

    def __init__(self, kind: str, url: str, deadline: float = 5.0, **options: Any) -> None:
        self.kind = kind
        self.loop = asyncio.new_event_loop() if kind == "async" else None
        self.client = (
            self.wait(self._opened(url, options)) if self.loop else clients.from_url(url, **options)
        )
        lane = AsyncDirectLane if self.loop else DirectLane
        self.lane: Any = lane(self.client, script_text, deadline)

    async def _opened(self, url: str, options: dict[str, Any]) -> Any:
        return aio_clients.from_url(url, **options)

    def wait(self, result: Any) -> Any:
        return self.loop.run_until_complete(result) if self.loop else result

    def cache(self, namespace: str, **given: Any) -> Face:
        """A cache of JSON values in the namespace."""
        value_tags = tags_in if given.get("tag_ms") else None
        kind = AsyncCache if self.loop else Cache
        prefix = f"{namespace}:"
        made = kind(self.lane, prefix, settings(**given), encode, decode, value_tags)
        return Face(self, made, prefix)

    def close(self) -> None:
        if self.loop:
            self.wait(aio_clients.close(self.client))
            self.loop.close()
        else:
            self.client.close()


def constant(value: Any) -> Callable[[], Any]:
    """A loader of just this."""
    return partial(json.loads, json.dumps(value))
