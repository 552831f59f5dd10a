"""What each structure offers: its methods, and the procedures that these are."""

from __future__ import annotations

from redisspec.ir.methods import Custom, Method
from redisspec.ir.model import Keyspace
from redisspec.structures import (
    bitmap,
    bloom_filter,
    counter,
    geo,
    hash,
    hyperloglog,
    list,
    set,
    sorted_set,
    stream,
    string,
)
from redisspec.structures.common import key_methods

STRUCTURES = {
    "string": string,
    "counter": counter,
    "hash": hash,
    "list": list,
    "set": set,
    "sorted_set": sorted_set,
    "stream": stream,
    "hyperloglog": hyperloglog,
    "bitmap": bitmap,
    "geo": geo,
    "bloom_filter": bloom_filter,
}


def methods(keyspace: Keyspace, *, cluster: bool = False) -> tuple[Method, ...]:
    """Every method of the keyspace's accessor, in the order in which it is emitted.

    For a cluster, those are left out whose keys can never share a slot.
    """
    own = (*STRUCTURES[keyspace.structure].methods(keyspace), *key_methods(keyspace))
    if not cluster or _keys_can_share_a_slot(keyspace):
        return own
    return tuple(method for method in own if not _joins_keys(method))


def _joins_keys(method: Method) -> bool:
    return isinstance(method.body, Custom) and method.body.kind == "combine"


def _keys_can_share_a_slot(keyspace: Keyspace) -> bool:
    """Whether two keys of the keyspace can have the same hash tag."""
    parameters = {parameter.name for parameter in keyspace.pattern.parameters}
    return frozenset(keyspace.pattern.slot_parameters()) < parameters
