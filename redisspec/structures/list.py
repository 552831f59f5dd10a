"""Lists: newest first, trimmed at the tail in the same step as the push."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
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
    StoredEach,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    COUNT,
    RANGE_TERMS,
    command,
    expires,
    expiry,
    limit_range,
    plain_write,
    read,
    script,
    ttl_argument,
)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    assert kind is not None
    item = Argument("item", Stored(kind))
    values = Reply("values", kind)
    return (
        _push(keyspace, "push", "Put the item at the head and return the length.", Encoded("item"), item),
        _push(
            keyspace,
            "push_many",
            "Put several items at the head, one after the other (the last one is then first), in one step.\n\n"
            "Returns the length.",
            Encoded("items"),
            Argument("items", StoredEach(kind, variadic=False)),
        ),
        plain_write("pop", "Remove and return the newest item; None when there is none.",
                    command("LPOP"), Reply("value", kind)),
        plain_write("pop_oldest", "Remove and return the oldest item; None when there is none.",
                    command("RPOP"), Reply("value", kind)),
        read(keyspace, "latest", "Return the newest `count` items, newest first.",
             command("LRANGE", Const(0), Checked("last_place", (0, "count"))), values, (COUNT,)),
        read(keyspace, "range", "Return the items from `start` to `stop`, both counted; -1 is the last.",
             command("LRANGE", *RANGE_TERMS), values, limit_range()),
        read(keyspace, "get", "Return the item at `index` (0 is the newest), or None.",
             command("LINDEX", Arg("index")), Reply("value", kind), (Argument("index", Plain("int")),)),
        read(keyspace, "length", "Return how many items there are.", command("LLEN"), Reply("int")),
        plain_write("trim", "Keep only the newest `count` items.",
                    command("LTRIM", Const(0), Checked("last_place", (0, "count"))),
                    Reply("none"), (COUNT,)),
        plain_write("remove", "Remove every occurrence of the item and return how many there were.",
                    command("LREM", Const(0), Encoded("item")), Reply("int"), (item,)),
        Method(
            "iterate",
            "Iterate over the items, newest first, a page of `page` at a time.\n\n"
            "Items pushed meanwhile move the pages: an item may then be yielded twice.",
            Custom("iterate", Call(command("LRANGE"), values, "safe")),
            (Argument("page", Plain("int"), "100", keyword=True),),
            (("LRANGE",),),
        ),
    )  # fmt: skip


def _push(keyspace: Keyspace, name: str, doc: str, term: Encoded, argument: Argument) -> Method:
    bound = keyspace.bound.max_items
    arguments = (argument, *ttl_argument(keyspace))
    one = isinstance(argument.type, Stored)
    # of no items there is still a length to tell, which LPUSH does not
    if one and bound is None and not expires(keyspace):
        return plain_write(name, doc, command("LPUSH", term), Reply("int"), arguments)
    trims = bound is not None and keyspace.bound.when_full == "trim"
    if bound is not None:
        doc += (
            f"\n\nThe list keeps its newest {bound:,} items."
            if trims
            else f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} items."
        )
    terms = script(keyspace, "list_push", Const(bound or 0), Const(1 if trims else 0), term)
    reply = Reply("added", limits=(bound,))
    steps = (("LPUSH",), *((("LTRIM",),) if trims else ()), *expiry(keyspace))
    return Method(name, doc, Call(terms, reply, "never"), arguments, steps, "list_push")
