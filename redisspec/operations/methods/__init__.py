"""What each method of each structure becomes in a script: its checks, its write, its answer."""

from __future__ import annotations

from redisspec.operations.methods import (
    bitmap,
    bloom_filter,
    counter,
    geo,
    hash,
    hash_map,
    hyperloglog,
    keys,
    list,
    set,
    sorted_set,
    stream,
    string,
)
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.plain import plain
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex

_OWN: dict[str, Methods] = {
    "string": string.METHODS,
    "counter": counter.METHODS,
    "hash": hash.METHODS,
    "map": hash_map.METHODS,
    "list": list.METHODS,
    "set": set.METHODS,
    "sorted_set": sorted_set.METHODS,
    "stream": stream.METHODS,
    "hyperloglog": hyperloglog.METHODS,
    "bitmap": bitmap.METHODS,
    "geo": geo.METHODS,
    "bloom_filter": bloom_filter.METHODS,
}


def emit(t: Translator, call: BoundCall) -> Ex:
    """Put what a call does among the pieces; its value."""
    structure = call.keyspace.structure
    kind = "map" if structure == "hash" and call.keyspace.map_key is not None else structure
    name = call.method.name
    own = _OWN[kind].get(name)
    if own is None and kind == "hash":
        own = hash.of_field(call)
    if own is None:
        own = keys.METHODS.get(name, plain)
    return own(t, call)
