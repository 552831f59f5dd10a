"""Hashes of declared fields: one record a key."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Custom,
    FieldsOf,
    Method,
    Plain,
    Reply,
    WholeRecord,
)
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Field, Maybe, Scalar, ValueType
from redisspec.structures import hash_map
from redisspec.structures.common import (
    command,
    expires,
    expiry,
    many_reads,
    plain_write,
    read,
    script,
    ttl_argument,
)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    if keyspace.map_key is not None:
        return hash_map.methods(keyspace)
    stored = tuple(Const(field.stored) for field in keyspace.fields)
    get = read(
        keyspace,
        "get",
        "Return the record, or None when there is none.",
        command("HMGET", *stored),
        Reply("record"),
    )
    whole = _set(keyspace)
    save = Custom("save", whole.body if isinstance(whole.body, Call) else None)
    return (
        get,
        *many_reads(keyspace, "get_many", "Return several records, None where there is none.", get),
        whole,
        Method(
            "save",
            "Store the whole record from its fields: `set`, spelt out.",
            save,
            ttl_argument(keyspace),
            whole.commands,
            whole.script,
        ),
        _update(keyspace),
        *(method for field in keyspace.fields for method in _field_methods(keyspace, field)),
    )


def _optional(keyspace: Keyspace) -> bool:
    return any(isinstance(field.type, Maybe) for field in keyspace.fields)


def _set(keyspace: Keyspace) -> Method:
    record = Argument(keyspace.name, WholeRecord())
    arguments = (record, *ttl_argument(keyspace))
    doc = "Store the whole record, with its TTL, in one step.\n\nFields that this spec does not know stay."
    if not expires(keyspace) and not _optional(keyspace):
        terms = command("HSET", FieldsOf(keyspace.name))
        return plain_write("set", doc, terms, Reply("none"), arguments)
    terms = script(keyspace, "hash_set", FieldsOf(keyspace.name, counted=True))
    steps = (("HSET",), *((("HDEL",),) if _optional(keyspace) else ()), *expiry(keyspace))
    return Method("set", doc, Call(terms, Reply("none"), "never"), arguments, steps, "hash_set")


def _update(keyspace: Keyspace) -> Method:
    doc = (
        "Change some fields of a record that exists; False, and nothing written, when there is none.\n\n"
        "A field that is left out stays as it is."
    )
    call = Call(script(keyspace, "hash_update"), Reply("bool"), "never")
    steps = (("HSET",), *((("HDEL",),) if _optional(keyspace) else ()), *expiry(keyspace))
    return Method(
        "update", doc, Custom("update", call), ttl_argument(keyspace), steps, "hash_update"
    )


def _number(kind: ValueType) -> str | None:
    inner = kind.inner if isinstance(kind, Maybe) else kind
    if isinstance(inner, Scalar) and inner.name in {"int", "float"}:
        return inner.name
    return None


def _field_methods(keyspace: Keyspace, field: Field) -> tuple[Method, ...]:
    get = read(
        keyspace,
        f"get_{field.name}",
        f"Return the field `{field.name}`, or None when it is not there.",
        command("HGET", Const(field.stored)),
        Reply("field", field.type),
    )
    number = _number(field.type)
    if number is None:
        return (get,)
    doc = (
        f"Add `by` to the field `{field.name}` and return the new value;\n"
        "None, and nothing written, when there is no record."
    )
    verb = "HINCRBY" if number == "int" else "HINCRBYFLOAT"
    terms = script(
        keyspace,
        "hash_increment",
        Const(verb),
        Const(field.stored),
        Arg("by", "check_integer" if number == "int" else "check_finite"),
    )
    reply = Reply("int_or_none" if number == "int" else "float_or_none")
    arguments = (
        Argument("by", Plain(number), "1" if number == "int" else None),
        *ttl_argument(keyspace),
    )
    return (
        get,
        Method(
            f"increment_{field.name}",
            doc,
            Call(terms, reply, "never"),
            arguments,
            ((verb,), *expiry(keyspace)),
            "hash_increment",
        ),
    )
