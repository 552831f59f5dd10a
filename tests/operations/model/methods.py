"""A method of an accessor, called on the model."""

from __future__ import annotations

from typing import Any

from redisspec.ir.model import Keyspace
from redisspec.runtime.errors import DecodeError
from tests.operations.model.counter import Counter
from tests.operations.model.data import Data, Foreign
from tests.operations.model.hash import Hash
from tests.operations.model.hash_map import Map
from tests.operations.model.list import List
from tests.operations.model.others import Bitmap, BloomFilter, Geo, HyperLogLog
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
    "bloom_filter": BloomFilter,
}


ANY_TYPE = {"delete", "exists", "ttl", "touch"}
"""What needs no key of the keyspace's type; nor does what replaces a string."""


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
    whole = keyspace.structure in {"string", "counter"} and method == "set"
    unasked = method in {"contains_many", "get_many"} and arguments == ([],)
    if isinstance(made.value, Foreign) and method not in ANY_TYPE and not (whole or unasked):
        raise _at(key, DecodeError(f"a {keyspace.structure}"))
    try:
        return _called(made, method, arguments, named)
    except DecodeError as error:
        raise _at(key, error) from None


def _at(key: str, error: DecodeError) -> DecodeError:
    error.key = key
    return error


def _called(made: Structure, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if isinstance(made, Hash) and method.startswith(("get_", "increment_")):
        return made.call_field(method, *arguments, **named)
    if isinstance(made, Stream) and method == "read":
        method = "read_after"
    return getattr(made, method)(*arguments, **named)
