"""Bloom filters: which members were added, in a few bits each, with a bounded share of wrong answers.

The bits are those of a string. Behind them stands a label that names their number, the hashes of a member
and how many members were added: a filter of another size is refused, not misread, and one that is full refuses
what would break the promised error rate. The hashes are worked out in the scripts, so that
every client and every operation finds the same bits.
"""

from __future__ import annotations

from redisspec.ir.bloom import Sizing, sizing
from redisspec.ir.methods import (
    Argument,
    Call,
    Const,
    Encoded,
    Key,
    Method,
    Reply,
    ScriptSha,
    Stored,
    StoredEach,
    Term,
    Ttl,
)
from redisspec.ir.model import Keyspace
from redisspec.structures import bloom_module
from redisspec.structures.bloom_texts import ADD, CONTAINS, CONTAINS_MANY, COUNT, rate_text
from redisspec.structures.common import expires, expiry, in_portions, script, ttl_argument

_LOOKS: tuple[tuple[str, ...], ...] = (("GETRANGE",), ("STRLEN",))
"""How each script finds out what stands at the key."""


def size_of(keyspace: Keyspace) -> Sizing:
    """The bits and hashes of the keyspace's filters."""
    return sizing(capacity_of(keyspace), rate_of(keyspace))


def capacity_of(keyspace: Keyspace) -> int:
    assert keyspace.bound.max_items is not None
    return keyspace.bound.max_items


def rate_of(keyspace: Keyspace) -> float:
    assert keyspace.error_rate is not None
    return keyspace.error_rate


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    assert kind is not None
    if keyspace.module:
        return bloom_module.methods(keyspace, kind, capacity_of(keyspace), rate_of(keyspace))
    return (
        _add(keyspace),
        _read(
            keyspace,
            "contains",
            CONTAINS.format(rate_text(rate_of(keyspace))),
            Reply("bool"),
            Argument("member", Stored(kind)),
        ),
        in_portions(
            _read(
                keyspace,
                "contains_many",
                CONTAINS_MANY,
                Reply("bools"),
                Argument("members", StoredEach(kind, variadic=False)),
            )
        ),
        _read(
            keyspace,
            "count",
            COUNT,
            Reply("int"),
        ),
    )


def _add(keyspace: Keyspace) -> Method:
    kind = keyspace.value
    assert kind is not None
    bits, hashes = size_of(keyspace)
    capacity = capacity_of(keyspace)
    doc = ADD.format(f"{capacity:,}")
    terms = script(
        keyspace,
        "bloom_filter_add",
        Const(bits),
        Const(hashes),
        Const(capacity),
        Encoded("members"),
    )
    arguments = (Argument("members", StoredEach(kind)), *ttl_argument(keyspace))
    steps = (*_LOOKS, ("GETBIT",), ("SETBIT",), ("SETRANGE",), *expiry(keyspace))
    call = Call(terms, Reply("added", limits=(capacity,)), "never")
    return Method("add", doc, call, arguments, steps, "bloom_filter_add")


def _read(
    keyspace: Keyspace, name: str, doc: str, reply: Reply, argument: Argument | None = None
) -> Method:
    """A reading method; with `refresh: on_access` the same step prolongs the key's life."""
    bits, hashes = size_of(keyspace)
    renewed = expires(keyspace) and keyspace.lifetime.refresh == "on_access"
    script_name = f"bloom_filter_{name}"
    terms: tuple[Term, ...] = (
        Const("EVALSHA"),
        ScriptSha(script_name),
        Const(1),
        Key(),
        Ttl() if renewed else Const(0),
        Const(1),
        Const(bits),
        Const(hashes),
    )
    steps = _LOOKS
    if argument is not None:
        terms = (*terms, Encoded(argument.name))
        steps = (*steps, ("GETBIT",))
    if renewed:
        steps = (*steps, ("PEXPIRE",))
    arguments = (argument,) if argument is not None else ()
    return Method(name, doc, Call(terms, reply, "safe"), arguments, steps, script_name)
