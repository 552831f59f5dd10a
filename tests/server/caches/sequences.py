"""Sequences of everything that can be done to a cache, drawn, and run on both clients beside the model."""

from __future__ import annotations

import inspect
import time
import uuid
from collections.abc import Callable
from typing import Any

import redis
from hypothesis import strategies as st

from redisspec.runtime.cache_settings import CacheScripts
from tests.server.caches.driver import SCRIPTS, Caches, Face
from tests.server.caches.model import KEY_TAG, Model

NAMES = ("a", "b", "c")
TAGS = ("x", "y")
BRIEF = 0.015
"""The TTL of what is to end; the test sleeps over it at once."""

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"stampede": "early_refresh", "stale_ms": 60_000},
    {"stampede": "none", "compress_above": 10},
    {"negative_ms": 15},
)

names = st.sampled_from(("a", "a", "a", "b", "c"))  # mostly one: what is done to it adds up
rows = st.none() | st.builds(
    lambda n, tags: {"n": n, "tags": tags},
    st.integers(0, 9),
    st.lists(st.sampled_from(TAGS), unique=True),
)
versions = st.sampled_from((None, 1, 2, 3))
put = st.tuples(st.just("put"), names, rows, versions, st.booleans())
invalidate = st.tuples(st.just("invalidate"), names, versions)
any_tag = st.sampled_from((*TAGS, *KEY_TAG))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("row"), names, rows),
        st.tuples(st.just("load"), names, st.booleans()),
        st.tuples(st.just("load"), names, st.just(False)),
        st.tuples(st.just("load_fails"), names),
        st.tuples(st.just("load_raced"), names, st.just("invalidate") | st.just("put") | any_tag, rows),
        st.tuples(st.just("load_many"), st.lists(names, min_size=1, max_size=4)),
        put,
        put,
        put,
        invalidate,
        invalidate,
        st.tuples(st.just("invalidate_tag"), any_tag),
        st.tuples(st.just("refresh"), names),
        st.tuples(st.just("end"), names),
        st.tuples(st.just("spoil"), names, st.binary(max_size=80)),
        st.tuples(st.just("forget_scripts")),
    ),
    min_size=8,
    max_size=25,
)  # fmt: skip


class Side:
    """One client's cache, and how often its loaders ran."""

    def __init__(self, cache: Face, model: Model, raw: redis.Redis) -> None:
        self.cache = cache
        self.rows = model.rows
        self.raw = raw
        self.runs = 0

    def loader(self, name: str, meanwhile: Callable[[], Any] = lambda: None) -> Callable[[], Any]:
        """A loader of the row, in the middle of which something else is done."""

        def load() -> Any:
            self.runs += 1
            found = self.rows.get(name)
            done = meanwhile()
            return behind(done, found) if inspect.isawaitable(done) else found

        return load

    def row(self, name: str, row: Any) -> None:
        """The table itself: the model's."""

    def load(self, name: str, brief: bool) -> Any:
        more = {"ttl": BRIEF} if brief else {}
        return self.cache.get_or_load(name, self.loader(name), KEY_TAG, **more)

    def load_fails(self, name: str) -> Any:
        def fails() -> Any:
            self.runs += 1
            raise LookupError(name)

        try:
            return self.cache.get_or_load(name, fails, KEY_TAG)
        except LookupError:
            return LookupError

    def load_raced(self, name: str, meanwhile: str, value: Any) -> Any:
        made, slot = self.cache.made, self.cache.slot(name, KEY_TAG)
        if meanwhile == "invalidate":
            return self.cache.get_or_load(
                name, self.loader(name, lambda: made.invalidate(slot)), KEY_TAG
            )
        if meanwhile == "put":
            return self.cache.get_or_load(
                name, self.loader(name, lambda: made.put(slot, value)), KEY_TAG
            )
        return self.cache.get_or_load(
            name, self.loader(name, lambda: made.invalidate_tag(meanwhile)), KEY_TAG
        )

    def load_many(self, wanted: list[str]) -> Any:
        def load(names: list[str]) -> dict[str, Any]:
            self.runs += 1
            return {name: self.rows[name] for name in names if name in self.rows}

        return self.cache.get_many_or_load(wanted, load, KEY_TAG)

    def put(self, name: str, value: Any, version: int | None, brief: bool) -> Any:
        more = {"ttl": BRIEF} if brief else {}
        return self.cache.put(name, value, KEY_TAG, version=version, **more)

    def invalidate(self, name: str, version: int | None) -> Any:
        return self.cache.invalidate(name, version)

    def invalidate_tag(self, tag: str) -> None:
        self.cache.invalidate_tag(tag)

    def refresh(self, name: str) -> Any:
        return self.cache.refresh(name, self.loader(name), KEY_TAG)

    def end(self, name: str) -> None:
        self.raw.delete(self.cache.slot(name).key)

    def spoil(self, name: str, junk: bytes) -> None:
        self.raw.set(self.cache.slot(name).key, junk, px=60_000)

    def forget_scripts(self) -> None:
        self.raw.script_flush()


async def behind(first: Any, found: Any) -> Any:
    """What was found, once the other is done."""
    await first
    return found


def expected(model: Model, step: str, given: tuple[Any, ...]) -> Any:
    """What the model answers."""
    match step, given:
        case "row", (name, row):
            model.rows[name] = row
        case "refresh", (name,):
            return model.fill(name)
        case "spoil", (name, _):
            model.spoil(name)
        case "forget_scripts", ():
            pass
        case _:
            return getattr(model, step)(*given)
    return None


def checked(
    both: list[Caches],
    raw: redis.Redis,
    steps: list[Any],
    variant: dict[str, Any],
    scripts: CacheScripts = SCRIPTS,
) -> None:
    """Run the steps in a space of their own; AssertionError where one of the three differs."""
    space = f"t{uuid.uuid4().hex[:12]}"
    given = {"tag_ms": 130_000, "negative_ms": 60_000, "scripts": scripts, **variant}
    model = Model(given["negative_ms"] < 1_000, bool(given.get("stale_ms")))
    sides = [Side(caches.cache(f"{space}{caches.kind}", **given), model, raw) for caches in both]
    for step, *arguments in steps:
        wanted = expected(model, step, tuple(arguments))
        for caches, side in zip(both, sides, strict=True):
            found = getattr(side, step)(*arguments)
            assert found == wanted, (step, arguments, caches.kind)
        if model.expire():
            time.sleep(BRIEF * 1.5)
        for name in NAMES:
            for side in sides:
                assert side.cache.get(name, KEY_TAG) == model.get(name), (step, arguments)
        assert [side.runs for side in sides] == [model.runs] * 2, (step, arguments)
    keys = list(raw.scan_iter(f"{space}*", count=1000))
    assert not any(key.endswith(b":lease") for key in keys)
    # one that has just ended answers -2
    assert all(raw.pttl(key) != -1 for key in keys)
    if keys:
        raw.unlink(*keys)
