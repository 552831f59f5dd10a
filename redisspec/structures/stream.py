"""Streams: entries of declared fields, the oldest trimmed in the same step as the append."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Custom,
    Given,
    Method,
    Plain,
    Reply,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    COUNT,
    command,
    expiry,
    plain_write,
    read,
    script,
    ttl_argument,
)

LIMIT = Argument("count", Plain("int | None"), "None", keyword=True)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    entries = Reply("entries")
    between = (
        Argument("first", Plain("str"), '"-"'),
        Argument("last", Plain("str"), '"+"'),
        LIMIT,
    )
    return (
        _append(keyspace),
        read(keyspace, "range", "Return the entries with IDs from `first` to `last`, both counted, oldest first.",
             command("XRANGE", Arg("first", "check_entry_id"), Arg("last", "check_entry_id"), Given("count", "COUNT")), entries, between),
        read(keyspace, "latest", "Return the newest `count` entries, newest first.",
             command("XREVRANGE", Const("+"), Const("-"), Const("COUNT"), Arg("count", "check_positive")),
             entries, (COUNT,)),
        Method(
            "read",
            "Return up to `count` entries that follow the ID `after`, oldest first.\n\n"
            "With `wait` (seconds, shorter than the client's socket timeout) it waits for one to arrive.",
            Custom("read", Call((Const("XREAD"),), Reply("stream_read"), "safe")),
            (
                Argument("after", Plain("str"), '"0-0"'),
                Argument("count", Plain("int"), "100", keyword=True),
                Argument("wait", Plain("float"), "0.0", keyword=True),
            ),
            (("XREAD",),),
        ),
        read(keyspace, "length", "Return how many entries there are.", command("XLEN"), Reply("int")),
        plain_write("trim", "Keep only the newest `count` entries and return how many went.",
                    command("XTRIM", Const("MAXLEN"), Arg("count", "check_not_negative")), Reply("int"), (COUNT,)),
        plain_write("remove", "Remove the entry; False when it was not there.",
                    command("XDEL", Arg("entry_id", "check_entry_id")), Reply("bool"), (Argument("entry_id", Plain("str")),)),
    )  # fmt: skip


def _append(keyspace: Keyspace) -> Method:
    bound = keyspace.bound.max_items
    trims = bound is not None and keyspace.bound.when_full == "trim"
    doc = "Append an entry and return its ID."
    if bound is not None:
        doc += (
            f"\n\nThe stream keeps its newest {bound:,} entries."
            if trims
            else f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} entries."
        )
    steps = (("XADD", *(("MAXLEN", "?") if trims else ())), *expiry(keyspace))
    terms = script(keyspace, "stream_append", Const(bound or 0), Const(1 if trims else 0))
    body = Custom("append", Call(terms, Reply("added_text", limits=(bound,)), "never"))
    return Method("append", doc, body, ttl_argument(keyspace), steps, "stream_append")
