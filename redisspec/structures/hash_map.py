"""Hashes with free fields: a map from keys to values, bounded by their number."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Custom,
    Encoded,
    Method,
    Plain,
    Reply,
    Stored,
    StoredEach,
    StoredPairs,
)
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Scalar
from redisspec.structures.common import command, expiry, plain_write, read, script, ttl_argument


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    assert keyspace.map_key is not None
    assert keyspace.value is not None
    field = Argument("field", Stored(keyspace.map_key))
    fields = Argument("fields", StoredEach(keyspace.map_key))
    value = Argument("value", Stored(keyspace.value))
    pairs = Argument("values", StoredPairs(keyspace.map_key, keyspace.value))
    return (
        read(
            keyspace, "get", "Return the field's value, or None when it is not there.",
            command("HGET", Encoded("field")), Reply("value", keyspace.value), (field,),
        ),
        read(
            keyspace, "get_many", "Return the values of several fields, None where there is none.",
            command("HMGET", Encoded("fields")), Reply("optional_values", keyspace.value),
            (Argument("fields", StoredEach(keyspace.map_key, variadic=False)),),
        ),
        read(
            keyspace, "get_all", "Return the whole map; empty when there is no key.",
            command("HGETALL"), Reply("map", keyspace.value),
        ),
        _write(keyspace, "set", "Store the field; True when it is new.", Encoded("field"), Encoded("value"),
               arguments=(field, value), reply="added_flag"),
        _write(keyspace, "set_many", "Store several fields in one step and return how many are new.",
               Encoded("values"), arguments=(pairs,), reply="added"),
        *_increment(keyspace, field),
        plain_write("remove", "Remove fields and return how many there were.",
                    command("HDEL", Encoded("fields")), Reply("int"), (fields,)),
        read(keyspace, "contains", "Tell whether the field is there.",
             command("HEXISTS", Encoded("field")), Reply("bool"), (field,)),
        read(keyspace, "size", "Return how many fields there are.", command("HLEN"), Reply("int")),
        Method(
            "iterate",
            "Iterate over fields and values, page by page, without blocking the server.\n\n"
            "A field that is there all the time is yielded at least once; a field may be yielded twice.",
            Custom("scan_members", detail="HSCAN"),
            commands=(("HSCAN",),),
        ),
    )  # fmt: skip


def _bound(keyspace: Keyspace) -> Const:
    return Const(keyspace.bound.max_items or 0)


def _field_ttl(keyspace: Keyspace) -> tuple[tuple[str, ...], ...]:
    return (("HPEXPIRE",),) if keyspace.field_ttl_ms else ()


def _write(
    keyspace: Keyspace,
    name: str,
    doc: str,
    *terms: Encoded,
    arguments: tuple[Argument, ...],
    reply: str,
) -> Method:
    bound = keyspace.bound.max_items
    if bound:
        doc += f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} fields."
    kind = Reply("added_flag" if reply == "added_flag" else "added", limits=(bound,))
    steps = (("HSET",), *_field_ttl(keyspace), *expiry(keyspace))
    scripted = script(
        keyspace, "map_set", _bound(keyspace), Const(keyspace.field_ttl_ms or 0), *terms
    )
    call = Call(scripted, kind, "never")
    return Method(name, doc, call, (*arguments, *ttl_argument(keyspace)), steps, "map_set")


def _increment(keyspace: Keyspace, field: Argument) -> tuple[Method, ...]:
    kind = keyspace.value
    if not isinstance(kind, Scalar) or kind.name not in {"int", "float"}:
        return ()
    whole = kind.name == "int"
    verb = "HINCRBY" if whole else "HINCRBYFLOAT"
    terms = script(
        keyspace, "map_increment", _bound(keyspace), Const(keyspace.field_ttl_ms or 0),
        Const(verb), Encoded("field"), Arg("by", "check_integer" if whole else "check_finite"),
    )  # fmt: skip
    arguments = (
        field,
        Argument("by", Plain(kind.name), "1" if whole else None),
        *ttl_argument(keyspace),
    )
    reply = Reply("added_int_value" if whole else "added_float", limits=(keyspace.bound.max_items,))
    steps = ((verb,), *_field_ttl(keyspace), *expiry(keyspace))
    doc = "Add `by` to the field (0 when it is not there) and return the new value."
    if keyspace.bound.max_items:
        doc += f"\n\nRaises CollectionFull for a new field where it holds {keyspace.bound.max_items:,}."
    return (
        Method("increment", doc, Call(terms, reply, "never"), arguments, steps, "map_increment"),
    )
