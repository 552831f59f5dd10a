"""A method of an accessor, called on the model."""

from __future__ import annotations

from typing import Any

from redisspec.ir.model import Keyspace
from tests.operations.model.counter import Counter
from tests.operations.model.data import Data
from tests.operations.model.hash import Hash
from tests.operations.model.hash_map import Map
from tests.operations.model.list import List
from tests.operations.model.others import Bitmap, Geo, HyperLogLog
from tests.operations.model.set import Set
from tests.operations.model.sorted_set import SortedSet
from tests.operations.model.stream import Stream
from tests.operations.model.string import String
from tests.operations.model.structure import Structure

STRUCTURES: dict[str, type[Structure]] = {
    "string": String,
    "counter": Counter,
    "hash": Hash,
    "list": List,
    "set": Set,
    "sorted_set": SortedSet,
    "stream": Stream,
    "hyperloglog": HyperLogLog,
    "bitmap": Bitmap,
    "geo": Geo,
}


def structure(data: Data, keyspace: Keyspace, key: str) -> Structure:
    """The model of one key."""
    kind = Map if keyspace.map_key is not None else STRUCTURES[keyspace.structure]
    return kind(data, keyspace, key)


def call(
    data: Data,
    keyspace: Keyspace,
    key: str,
    method: str,
    arguments: tuple[Any, ...] = (),
    named: dict[str, Any] | None = None,
) -> Any:
    """What the method answers; raises what it raises."""
    made = structure(data, keyspace, key)
    named = named or {}
    if isinstance(made, Hash) and method.startswith(("get_", "increment_")):
        return made.call_field(method, *arguments, **named)
    if isinstance(made, Stream) and method == "read":
        method = "read_after"
    return getattr(made, method)(*arguments, **named)
