"""Counters: an integer a key, with a floor and a ceiling."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Method,
    Negated,
    Plain,
    Reply,
    Term,
    Ttl,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    command,
    expires,
    expiry,
    many_reads,
    plain_write,
    renews,
    script,
    ttl_argument,
)

EXACT = 2**53 - 1
"""The largest integer that Lua's numbers hold exactly: what bounds a counter that has a bound."""


def limits(keyspace: Keyspace) -> tuple[int, int] | None:
    """The least and the greatest value, or None where the spec sets neither."""
    if keyspace.floor is None and keyspace.ceiling is None:
        return None
    floor = -EXACT if keyspace.floor is None else keyspace.floor
    ceiling = EXACT if keyspace.ceiling is None else keyspace.ceiling
    return floor, ceiling


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    get = _get(keyspace)
    return (
        get,
        *many_reads(keyspace, "get_many", "Return several counts, 0 where there is none.", get),
        _add(
            keyspace, "increment", "Add `by` and return the new count.", Arg("by", "check_integer")
        ),
        _add(
            keyspace,
            "decrement",
            "Subtract `by` and return the new count.",
            Negated("by", "check_subtrahend"),
        ),
        _set(keyspace),
    )


def _get(keyspace: Keyspace) -> Method:
    doc = "Return the count, 0 when there is none."
    if expires(keyspace) and keyspace.lifetime.refresh == "on_access":
        call = Call(command("GETEX", Const("PX"), Ttl()), Reply("count"), "safe")
        return Method(
            "get", doc + "\n\nReading renews the TTL.", call, commands=(("GETEX", "PX", "?"),)
        )
    return Method("get", doc, Call(command("GET"), Reply("count"), "safe"), commands=(("GET",),))


def _add(keyspace: Keyspace, name: str, doc: str, by: Term) -> Method:
    arguments = (Argument("by", Plain("int"), "1"), *ttl_argument(keyspace))
    bounds = limits(keyspace)
    if bounds:
        floor, ceiling = bounds
        doc += f"\n\nRaises BoundExceeded, and changes nothing, where the count would leave {floor:,} … {ceiling:,}."
        terms = script(keyspace, "counter_add_bounded", by, Const(floor), Const(ceiling))
        call = Call(terms, Reply("bounded", limits=bounds), "never")
        return Method(
            name, doc, call, arguments, (("INCRBY",), *expiry(keyspace)), "counter_add_bounded"
        )
    if expires(keyspace):
        call = Call(script(keyspace, "counter_add", by), Reply("int"), "never")
        return Method(name, doc, call, arguments, (("INCRBY",), ("PEXPIRE",)), "counter_add")
    return plain_write(name, doc, command("INCRBY", by), Reply("int"), arguments)


def _set(keyspace: Keyspace) -> Method:
    bounds = limits(keyspace)
    value = Arg("value", "check_count", bounds) if bounds else Arg("value", "check_integer")
    arguments = (Argument("value", Plain("int")), *ttl_argument(keyspace))
    doc = "Set the count."
    if not expires(keyspace):
        return plain_write("set", doc, command("SET", value), Reply("none"), arguments)
    if not renews(keyspace):
        doc = "Set the count; a key that is there keeps the time that was left."
        call = Call(script(keyspace, "string_set", value), Reply("none"), "never")
        steps = (("SET", "?", "KEEPTTL"), ("SET", "?", "PX", "?"))
        return Method("set", doc, call, arguments, steps, "string_set")
    terms = command("SET", value, Const("PX"), Ttl())
    return plain_write(
        "set", "Set the count and start its TTL anew.", terms, Reply("none"), arguments
    )
