"""Sets: distinct members, bounded by their number."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Custom,
    Encoded,
    Method,
    Reply,
    Stored,
    StoredEach,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    COUNT,
    command,
    expires,
    expiry,
    plain_write,
    read,
    script,
    ttl_argument,
)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    assert kind is not None
    member = Argument("member", Stored(kind))
    members = Argument("members", StoredEach(kind))
    each = Argument("members", StoredEach(kind, variadic=False))
    return (
        _add(keyspace, members),
        plain_write("remove", "Remove members and return how many there were.",
                    command("SREM", Encoded("members")), Reply("int"), (members,)),
        read(keyspace, "contains", "Tell whether the member is in the set.",
             command("SISMEMBER", Encoded("member")), Reply("bool"), (member,)),
        read(keyspace, "contains_many", "Tell of each member whether it is in the set.",
             command("SMISMEMBER", Encoded("members")), Reply("bools"), (each,)),
        read(keyspace, "size", "Return how many members there are.", command("SCARD"), Reply("int")),
        read(keyspace, "members", "Return all members.", command("SMEMBERS"), Reply("value_set", kind)),
        read(keyspace, "random", "Return up to `count` distinct members, chosen at random.",
             command("SRANDMEMBER", Arg("count", "check_positive")), Reply("values", kind), (COUNT,)),
        plain_write("pop", "Remove and return a member chosen at random; None when there is none.",
                    command("SPOP"), Reply("value", kind)),
        Method(
            "iterate",
            "Iterate over the members, page by page, without blocking the server.\n\n"
            "A member that is there all the time is yielded at least once; a member may be yielded twice.",
            Custom("scan_members", detail="SSCAN"),
            commands=(("SSCAN",),),
        ),
        *_combinations(keyspace),
    )  # fmt: skip


def _add(keyspace: Keyspace, members: Argument) -> Method:
    doc = "Add members and return how many are new."
    bound = keyspace.bound.max_items
    arguments = (members, *ttl_argument(keyspace))
    if bound is None and not expires(keyspace):
        return plain_write("add", doc, command("SADD", Encoded("members")), Reply("int"), arguments)
    if bound is not None:
        doc += f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} members."
    terms = script(keyspace, "set_add", Const(bound or 0), Encoded("members"))
    call = Call(terms, Reply("added", limits=(bound,)), "never")
    return Method("add", doc, call, arguments, (("SADD",), *expiry(keyspace)), "set_add")


def _combinations(keyspace: Keyspace) -> tuple[Method, ...]:
    """SINTER, SUNION, SDIFF over several keys of the keyspace: they must share a slot on a cluster."""
    if not keyspace.pattern.parameters:
        return ()
    texts = {
        "intersection": ("SINTER", "Return the members that all of the sets share."),
        "union": ("SUNION", "Return the members of any of the sets."),
        "difference": (
            "SDIFF",
            "Return the members of the first set that are in none of the others.",
        ),
    }
    slot = "\n\nOn a cluster the keys must share a slot: CrossSlotError otherwise, before anything is sent."
    return tuple(
        Method(
            name,
            doc + slot,
            Custom(
                "combine", Call((Const(verb),), Reply("value_set", keyspace.value), "safe"), verb
            ),
            commands=((verb,),),
            keyed=False,
        )
        for name, (verb, doc) in texts.items()
    )
