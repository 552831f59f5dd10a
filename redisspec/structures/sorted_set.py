"""Sorted sets: members by score, highest first; the lowest are trimmed in the same step as the write."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Checked,
    Const,
    Custom,
    Encoded,
    Key,
    Method,
    Plain,
    Raw,
    Reply,
    ScriptSha,
    Stored,
    StoredEach,
    StoredPairs,
    Term,
)
from redisspec.ir.model import Keyspace
from redisspec.ir.types import ValueType
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

CONDITIONS = tuple(
    Argument(name, Plain("bool"), "False", keyword=True)
    for name in ("only_if_greater", "only_if_less", "only_if_absent", "only_if_present")
)
SCORES = (
    Argument("lowest", Plain("float"), "-inf", keyword=True),
    Argument("highest", Plain("float"), "inf", keyword=True),
)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    assert kind is not None
    member = Argument("member", Stored(kind))
    members = Argument("members", StoredEach(kind))
    scored = Reply("scored", kind)
    return (
        *_writes(keyspace, kind, member),
        plain_write("remove", "Remove members and return how many there were.",
                    command("ZREM", Encoded("members")), Reply("int"), (members,)),
        plain_write("remove_by_score", "Remove the members with scores from `lowest` to `highest`, both counted.",
                    command("ZREMRANGEBYSCORE", Arg("lowest"), Arg("highest")), Reply("int"), SCORES),
        plain_write("pop_lowest", "Remove and return the `count` members with the lowest scores.",
                    command("ZPOPMIN", Arg("count", "check_positive")), scored,
                    (Argument("count", Plain("int"), "1"),)),
        plain_write("pop_highest", "Remove and return the `count` members with the highest scores.",
                    command("ZPOPMAX", Arg("count", "check_positive")), scored,
                    (Argument("count", Plain("int"), "1"),)),
        read(keyspace, "score", "Return the member's score, or None when it is not there.",
             command("ZSCORE", Encoded("member")), Reply("float_or_none"), (member,)),
        read(keyspace, "rank", "Return the member's place (0 has the highest score), or None.",
             command("ZREVRANK", Encoded("member")), Reply("int_or_none"), (member,)),
        read(keyspace, "top", "Return the `count` members with the highest scores, with these.",
             _by_rank(Const(0), Checked("last_place", (0, "count"))), scored, (COUNT,)),
        read(keyspace, "page", "Return `count` members from the place `start` on (0 has the highest score).",
             _by_rank(Arg("start", "check_not_negative"), Checked("last_place", ("start", "count"))), scored,
             (Argument("start", Plain("int")), COUNT)),
        _around(keyspace, member, scored),
        read(keyspace, "range_by_score",
             "Return the members with scores from `lowest` to `highest`, both counted, the lowest first.",
             command("ZRANGEBYSCORE", Arg("lowest"), Arg("highest"), Const("WITHSCORES"),
                     Raw('*(("LIMIT", 0, count) if count is not None else ())')),
             scored, (*SCORES, Argument("count", Plain("int | None"), "None", keyword=True))),
        read(keyspace, "count_by_score", "Return how many scores lie between `lowest` and `highest`, both counted.",
             command("ZCOUNT", Arg("lowest"), Arg("highest")), Reply("int"), SCORES),
        read(keyspace, "size", "Return how many members there are.", command("ZCARD"), Reply("int")),
        Method(
            "iterate",
            "Iterate over members and scores in no order, page by page, without blocking the server.\n\n"
            "A member that is there all the time is yielded at least once; a member may be yielded twice.",
            Custom("scan_members", detail="ZSCAN"),
            commands=(("ZSCAN",),),
        ),
    )  # fmt: skip


def _by_rank(start: Term, stop: Term) -> tuple[Term, ...]:
    return command("ZREVRANGE", start, stop, Const("WITHSCORES"))


def _around(keyspace: Keyspace, member: Argument, scored: Reply) -> Method:
    arguments = (member, Argument("distance", Plain("int"), "5"))
    terms = script(
        keyspace, "sorted_set_around", Encoded("member"), Arg("distance", "check_not_negative")
    )
    doc = (
        "Return the member with up to `distance` neighbours on each side, the highest score first.\n\n"
        "Near an end the window moves inwards, so that it stays full; empty when the member is not there."
    )
    renews = expires(keyspace) and keyspace.lifetime.refresh == "on_access"
    if not renews:
        head = (
            Const("EVALSHA"),
            ScriptSha("sorted_set_around"),
            Const(1),
            Key(),
            Const(0),
            Const(0),
        )
        terms = (*head, Encoded("member"), Arg("distance", "check_not_negative"))
    steps = (("ZREVRANK",), ("ZCARD",), ("ZREVRANGE",), *((("PEXPIRE",),) if renews else ()))
    return Method("around", doc, Call(terms, scored, "safe"), arguments, steps, "sorted_set_around")


def _writes(keyspace: Keyspace, kind: ValueType, member: Argument) -> tuple[Method, ...]:
    bound = keyspace.bound.max_items
    trims = bound is not None and keyspace.bound.when_full == "trim"
    note = ""
    if bound is not None:
        note = (
            f"\n\nThe {bound:,} members with the highest scores are kept."
            if trims
            else f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} members."
        )
    score = Argument("score", Plain("float"))
    ttl = ttl_argument(keyspace)
    limit = (Const(bound or 0), Const(1 if trims else 0))
    steps = (*((("ZREMRANGEBYRANK",),) if trims else ()), *expiry(keyspace))
    condition = Checked("sorted_set_condition", tuple(argument.name for argument in CONDITIONS))
    add = script(
        keyspace,
        "sorted_set_add",
        *limit,
        condition,
        Arg("score", "check_score"),
        Encoded("member"),
    )
    many = Argument("scores", StoredPairs(kind, "float"))
    return (
        Method(
            "add",
            "Give the member its score; True when this added or changed it.\n\n"
            "`only_if_greater` and `only_if_less` compare with the score that it has (a new member is added\n"
            "all the same); `only_if_absent` and `only_if_present` look at the member." + note,
            Call(add, Reply("added_flag", limits=(bound,)), "never"),
            (member, score, *CONDITIONS, *ttl),
            (("ZADD",), *steps),
            "sorted_set_add",
        ),
        Method(
            "add_many",
            "Give several members their scores, in one step, and return how many were added or changed."
            + note,
            Call(
                script(keyspace, "sorted_set_add", *limit, Const(""), Encoded("scores")),
                Reply("added", limits=(bound,)),
                "never",
            ),
            (many, *ttl),
            (("ZADD",), *steps),
            "sorted_set_add",
        ),
        Method(
            "increment",
            "Add `by` to the member's score (0 when it is not there) and return the new score."
            + note,
            Call(
                script(
                    keyspace,
                    "sorted_set_increment",
                    *limit,
                    Arg("by", "check_score"),
                    Encoded("member"),
                ),
                Reply("added_float", limits=(bound,)),
                "never",
            ),
            (member, Argument("by", Plain("float"), "1.0"), *ttl),
            (("ZINCRBY",), *steps),
            "sorted_set_increment",
        ),
    )
