"""What each structure offers: its methods, and the procedures that these are."""

from __future__ import annotations

from redisspec.ir.methods import Method
from redisspec.ir.model import Keyspace
from redisspec.structures import (
    bitmap,
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
}


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    """Every method of the keyspace's accessor, in the order in which it is emitted."""
    return (*STRUCTURES[keyspace.structure].methods(keyspace), *key_methods(keyspace))
