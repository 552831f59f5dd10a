"""Initial states: some keys hold something already, with less time left than a write would give them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from redisspec.ir.model import Keyspace
from redisspec.ir.types import Maybe
from tests.operations.kinds import FLOAT
from tests.operations.model.data import Data
from tests.operations.model.encoding import encode
from tests.operations.values import IDS, PLACES, of

PARTS: dict[str, tuple[Any, ...]] = {"slug": ("x", "y"), "int": (1, 2)}
SHOP = 7


def key_of(namespace: str, keyspace: Keyspace, *arguments: Any) -> str:
    """The key's whole text: every pattern of the spec is `name:{shop}` or `name:{shop}:part`."""
    shop, *rest = arguments
    return ":".join([namespace, keyspace.name, f"{{{shop}}}", *map(str, rest)])


def arguments_of(keyspace: Keyspace) -> list[tuple[Any, ...]]:
    """The arguments of the keys that there may be."""
    extra = keyspace.pattern.parameters[1:]
    return [(SHOP, part) for part in PARTS[extra[0].type.name]] if extra else [(SHOP,)]


@st.composite
def states(draw: st.DrawFn, namespace: str, used: list[Keyspace]) -> Data:
    """Some of the keys of these keyspaces, filled."""
    data = Data()
    for keyspace in used:
        for arguments in arguments_of(keyspace):
            if not draw(st.booleans()):
                continue
            ttl = keyspace.lifetime.ttl_ms
            key = key_of(namespace, keyspace, *arguments)
            data.put(key, draw(content(keyspace)), ttl and draw(st.sampled_from([ttl // 2, ttl])))
    return data


def content(keyspace: Keyspace) -> st.SearchStrategy[Any]:
    """What may stand at one of its keys: never nothing, never more than its bound."""
    most = min(keyspace.bound.max_items or 3, 3)
    kind = keyspace.value
    if keyspace.map_key is not None:
        pairs = st.dictionaries(_raw(keyspace, keyspace.map_key), _raw(keyspace, kind), min_size=1)
        return _some(pairs, most)
    match keyspace.structure:
        case "string":
            return _raw(keyspace, kind)
        case "counter":
            low = -9 if keyspace.floor is None else keyspace.floor
            high = 9 if keyspace.ceiling is None else keyspace.ceiling
            return st.integers(low, high).map(lambda count: b"%d" % count)
        case "hash":
            return _fields(keyspace)
        case "list":
            return st.lists(_raw(keyspace, kind), min_size=1, max_size=most)
        case "set" | "hyperloglog" | "bloom_filter":
            return st.sets(_raw(keyspace, kind), min_size=1, max_size=most)
        case "sorted_set":
            return _some(st.dictionaries(_raw(keyspace, kind), of(FLOAT), min_size=1), most)
        case "stream":
            return st.lists(_fields(keyspace), min_size=1, max_size=most).map(
                lambda entries: list(zip(IDS, entries, strict=False))
            )
        case "bitmap":
            return st.sampled_from([b"\x80", b"\x01\x40", b"\xff", b"\0"])
        case _:
            places = st.dictionaries(_raw(keyspace, kind), st.sampled_from(PLACES), min_size=1)
            return _some(places, most)


def _some(pairs: st.SearchStrategy[dict[Any, Any]], most: int) -> st.SearchStrategy[Any]:
    return pairs.map(lambda found: dict(list(found.items())[:most]))


def _raw(keyspace: Keyspace, kind: Any) -> st.SearchStrategy[bytes]:
    largest = keyspace.bound.max_bytes or 100
    kind = kind.inner if isinstance(kind, Maybe) else kind
    return of(kind).map(lambda value: encode(kind, value)).filter(lambda raw: len(raw) <= largest)


@st.composite
def _fields(draw: st.DrawFn, keyspace: Keyspace) -> dict[bytes, bytes]:
    found = {}
    for field in keyspace.fields:
        if isinstance(field.type, Maybe) and draw(st.booleans()):
            continue
        found[field.stored.encode()] = draw(_raw(keyspace, field.type))
    return found
