"""Bloom filters as Redis's own type (`stored_as: module`): the methods of those that are bits, over BF.* commands."""

from __future__ import annotations

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
    Ttl,
)
from redisspec.ir.model import Keyspace
from redisspec.ir.types import ValueType
from redisspec.structures.bloom_texts import ADD, CONTAINS, CONTAINS_MANY, COUNT, rate_text
from redisspec.structures.common import (
    command,
    expires,
    expiry,
    in_portions,
    read,
    script,
    ttl_argument,
)


def methods(
    keyspace: Keyspace, kind: ValueType, capacity: int, error_rate: float
) -> tuple[Method, ...]:
    contains = CONTAINS.format(rate_text(error_rate))
    member = Argument("member", Stored(kind))
    members = Argument("members", StoredEach(kind, variadic=False))
    return (
        _add(keyspace, kind, capacity, error_rate),
        _asked(keyspace, "contains", contains, Reply("bool"), member, "BF.EXISTS"),
        in_portions(
            _asked(keyspace, "contains_many", CONTAINS_MANY, Reply("bools"), members, "BF.MEXISTS")
        ),
        read(keyspace, "count", COUNT, command("BF.CARD"), Reply("int")),
    )


def _asked(
    keyspace: Keyspace, name: str, doc: str, reply: Reply, argument: Argument, asks: str
) -> Method:
    """A script, since the command alone takes a key of another type for a filter without members."""
    renewed = expires(keyspace) and keyspace.lifetime.refresh == "on_access"
    script_name = f"bloom_module_{name}"
    terms = (
        Const("EVALSHA"),
        ScriptSha(script_name),
        Const(1),
        Key(),
        Ttl() if renewed else Const(0),
        Const(1),
        Encoded(argument.name),
    )
    steps: tuple[tuple[str, ...], ...] = (("BF.CARD",), (asks,))
    if renewed:
        steps = (*steps, ("PEXPIRE",))
    return Method(name, doc, Call(terms, reply, "safe"), (argument,), steps, script_name)


def _add(keyspace: Keyspace, kind: ValueType, capacity: int, error_rate: float) -> Method:
    terms = script(
        keyspace,
        "bloom_module_add",
        Const(f"{error_rate:.8f}".rstrip("0")),
        Const(capacity),
        Encoded("members"),
    )
    steps = (
        ("EXISTS",),
        ("BF.INFO",),
        ("BF.EXISTS",),
        ("BF.RESERVE",),
        ("BF.MADD",),
        *expiry(keyspace),
    )
    call = Call(terms, Reply("added", limits=(capacity,)), "never")
    arguments = (Argument("members", StoredEach(kind)), *ttl_argument(keyspace))
    return Method("add", ADD.format(f"{capacity:,}"), call, arguments, steps, "bloom_module_add")
