"""Strings: one value a key, whole."""

from __future__ import annotations

from redisspec.ir.methods import (
    Argument,
    Call,
    Checked,
    Const,
    Custom,
    Encoded,
    Method,
    Plain,
    Reply,
    Stored,
    Ttl,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    command,
    expires,
    many_reads,
    plain_write,
    renews,
    script,
    ttl_argument,
)

CONDITIONS = (
    Argument("only_if_absent", Plain("bool"), "False", keyword=True),
    Argument("only_if_present", Plain("bool"), "False", keyword=True),
)
CONDITION = Checked("string_condition", ("only_if_absent", "only_if_present"), spread=True)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    value = Argument("value", Stored(kind)) if kind else Argument("value", Plain("bytes"))
    found = Reply("value", kind)
    get = _get(keyspace, found)
    return (
        get,
        *many_reads(
            keyspace,
            "get_many",
            "Return the values of several keys, None where there is none.",
            get,
        ),
        _set(keyspace, value),
        *_set_many(keyspace, value),
        plain_write(
            "get_and_delete",
            "Return the value and delete the key, in one step; None when there was none.",
            command("GETDEL"),
            found,
        ),
    )


def _get(keyspace: Keyspace, found: Reply) -> Method:
    doc = "Return the value, or None when there is none."
    if expires(keyspace) and keyspace.lifetime.refresh == "on_access":
        call = Call(command("GETEX", Const("PX"), Ttl()), found, "safe")
        return Method(
            "get", doc + "\n\nReading renews the TTL.", call, commands=(("GETEX", "PX", "?"),)
        )
    return Method("get", doc, Call(command("GET"), found, "safe"), commands=(("GET",),))


def _set(keyspace: Keyspace, value: Argument) -> Method:
    doc = (
        "Store the value, with its TTL, in one step.\n\n"
        "Returns False when `only_if_absent` or `only_if_present` kept it from being stored."
    )
    arguments = (value, *CONDITIONS, *ttl_argument(keyspace))
    if not expires(keyspace):
        return plain_write(
            "set", doc, command("SET", Encoded("value"), CONDITION), Reply("bool"), arguments
        )
    if renews(keyspace):
        terms = command("SET", Encoded("value"), Const("PX"), Ttl(), CONDITION)
        return plain_write("set", doc, terms, Reply("bool"), arguments)
    call = Call(script(keyspace, "string_set", Encoded("value"), CONDITION), Reply("bool"), "never")
    doc += "\n\nA value that replaces another keeps the time that was left."
    return Method(
        "set",
        doc,
        call,
        arguments,
        (("SET", "?", "KEEPTTL"), ("SET", "?", "PX", "?")),
        script="string_set",
    )


def _set_many(keyspace: Keyspace, value: Argument) -> tuple[Method, ...]:
    if not keyspace.pattern.parameters:
        return ()
    one = _set(keyspace, value)
    if not isinstance(one.body, Call):
        return ()
    terms = tuple(term for term in one.body.terms if term is not CONDITION)
    doc = (
        "Store several values in one round trip (a node, on a cluster); each is a step of its own."
    )
    body = Custom("set_many", Call(terms, Reply("none"), "never"))
    return (
        Method(
            "set_many", doc, body, ttl_argument(keyspace), one.commands, one.script, keyed=False
        ),
    )
