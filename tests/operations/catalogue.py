"""Every method that an operation may call, with the types of its arguments and of what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from redisspec.ir.methods import Argument as Taken
from redisspec.ir.methods import (
    Call,
    Custom,
    Method,
    Plain,
    Reply,
    Stored,
    StoredEach,
    StoredPairs,
    WholeRecord,
)
from redisspec.ir.model import Keyspace
from redisspec.ir.types import UNSET, Field, Maybe
from redisspec.spec.load import load_spec
from redisspec.structures import methods
from tests.operations.kinds import (
    BOOL,
    DELTA,
    FLOAT,
    INT,
    NOTHING,
    STR,
    Kind,
    Listed,
    Mapped,
    Pair,
    RecordOf,
    SetOf,
    optional,
)

SPEC = Path(__file__).parent / "redis.spec.yaml"

# what a plain argument is for decides which values make sense
Role = Literal[
    "value", "each", "items", "pairs", "record", "by", "count", "positive", "natural", "index", "offset", "score",
    "edge", "longitude", "latitude", "radius", "flag", "condition", "entry_id", "ttl", "number",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument beside the key's; `required` where it has no default."""

    name: str
    kind: Kind
    role: Role
    keyword: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Callable:
    """One method: `writes` where it may change data."""

    keyspace: Keyspace
    name: str
    arguments: tuple[Argument, ...]
    result: Kind
    writes: bool


@cache
def keyspaces() -> dict[str, Keyspace]:
    """Those of redis.spec.yaml by name."""
    loaded = load_spec(str(SPEC))
    assert loaded.program is not None and not loaded.diagnostics, loaded.diagnostics
    return {keyspace.name: keyspace for keyspace in loaded.program.keyspaces}


@cache
def catalogue() -> tuple[Callable, ...]:
    """The methods of all of them."""
    return tuple(one for keyspace in keyspaces().values() for one in callables(keyspace))


def callables(keyspace: Keyspace) -> list[Callable]:
    """The methods of a keyspace that can run in a script."""
    return [
        described(keyspace, method)
        for method in methods(keyspace)
        if method.keyed and not _pages(method)
    ]


def _pages(method: Method) -> bool:
    return isinstance(method.body, Custom) and method.body.kind in {"iterate", "scan_members"}


def described(keyspace: Keyspace, method: Method) -> Callable:
    """The method in types."""
    own = [_argument(keyspace, method, one) for one in method.arguments if one.name != "wait"]
    if isinstance(method.body, Custom) and method.body.kind in {"save", "append", "update"}:
        every = method.body.kind != "update"
        own = [_field(field, every) for field in keyspace.fields] + own
    call = method.body if isinstance(method.body, Call) else method.body.call
    assert call is not None
    return Callable(
        keyspace,
        method.name,
        tuple(own),
        result(keyspace, call.reply),
        call.retry == "never" or method.name == "touch",
    )


def _field(field: Field, every: bool) -> Argument:
    given = field.default is not UNSET or isinstance(field.type, Maybe)
    kind = optional(field.type) if isinstance(field.type, Maybe) else field.type
    return Argument(field.name, kind, "value", keyword=True, required=every and not given)


_ROLES: dict[str, Role] = {
    "by": "by", "distance": "natural", "index": "index", "start": "index", "stop": "index", "offset": "offset",
    "score": "score", "lowest": "edge", "highest": "edge", "longitude": "longitude", "latitude": "latitude",
    "radius": "radius", "bit": "flag", "first": "entry_id", "last": "entry_id", "after": "entry_id",
    "entry_id": "entry_id", "ttl": "ttl", "value": "number",
}  # fmt: skip


def _argument(keyspace: Keyspace, method: Method, one: Taken) -> Argument:
    name, kind = one.name, one.type
    keyword, required = one.keyword, one.default is None
    match kind:
        case Stored(stored):
            return Argument(name, stored, "value", keyword, required)
        case StoredEach(stored, variadic):
            role: Role = "each" if variadic else "items"
            return Argument(name, Listed(stored), role, keyword, required)
        case StoredPairs(key, value):
            return Argument(
                name, Mapped(key, FLOAT if value == "float" else value), "pairs", keyword, required
            )
        case WholeRecord():
            return Argument(name, RecordOf(name), "record", keyword, required)
        case Plain(annotation):
            plain = {"int": INT, "float": FLOAT, "bool": BOOL, "str": STR}
            base = annotation.split(" | ")[0]
            if base == "timedelta":
                return Argument(name, DELTA, "ttl", keyword, required)
            return Argument(name, plain[base], _role(keyspace, method, name), keyword, required)
    raise AssertionError(kind)


def _role(keyspace: Keyspace, method: Method, name: str) -> Role:
    if name.startswith("only_if"):
        return "condition"
    if name == "count":
        ranges = keyspace.structure != "stream" and method.name in {"latest", "top", "page", "trim"}
        return "count" if ranges else "positive"
    if name == "start" and method.name == "page":
        return "natural"
    return _ROLES[name]


def result(keyspace: Keyspace, reply: Reply) -> Kind:
    """What the reply is read as."""
    kind = reply.type
    inner = kind.inner if isinstance(kind, Maybe) else kind
    entries = Listed(Pair((STR, RecordOf(keyspace.name))))
    match reply.kind:
        case "none" | "added_none":
            return NOTHING
        case "int" | "count" | "added" | "added_int_value" | "bounded":
            return INT
        case "bool" | "added_flag" | "bit":
            return BOOL
        case "ttl":
            return optional(DELTA)
        case "float_or_none":
            return optional(FLOAT)
        case "int_or_none" | "bit_position":
            return optional(INT)
        case "text" | "added_text":
            return STR
        case "added_float":
            return FLOAT
        case "bit_positions":
            return Listed(INT)
        case "bools":
            return Listed(BOOL)
        case "entries" | "stream_read":
            return entries
        case "record":
            return optional(RecordOf(keyspace.name))
        case "coordinates":
            return optional(Pair((FLOAT, FLOAT)))
    assert inner is not None, reply
    match reply.kind:
        case "value" | "field" | "first_value":
            return optional(inner)
        case "values":
            return Listed(inner)
        case "value_set":
            return SetOf(inner)
        case "optional_values":
            return Listed(optional(inner))
        case "scored" | "distances":
            return Listed(Pair((inner, FLOAT)))
        case "map":
            assert keyspace.map_key is not None
            return Mapped(keyspace.map_key, inner)
    raise AssertionError(reply)
