"""HyperLogLogs: how many distinct elements, within 0.81%, in 12 KiB a key."""

from __future__ import annotations

from redisspec.ir.methods import Argument, Call, Custom, Encoded, Method, Reply, StoredEach
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Scalar
from redisspec.structures.common import command, expires, plain_write, read, script, ttl_argument


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    elements = Argument("elements", StoredEach(keyspace.value or Scalar("str")))
    doc = "Count elements; True when the estimate may have changed."
    arguments = (elements, *ttl_argument(keyspace))
    if expires(keyspace):
        call = Call(
            script(keyspace, "hyperloglog_add", Encoded("elements")), Reply("bool"), "never"
        )
        add = Method("add", doc, call, arguments, (("PFADD",), ("PEXPIRE",)), "hyperloglog_add")
    else:
        add = plain_write(
            "add", doc, command("PFADD", Encoded("elements")), Reply("bool"), arguments
        )
    count = read(
        keyspace,
        "count",
        "Return how many distinct elements were counted (standard error 0.81%).",
        command("PFCOUNT"),
        Reply("int"),
    )
    return (add, count, *_merged(keyspace))


def _merged(keyspace: Keyspace) -> tuple[Method, ...]:
    if not keyspace.pattern.parameters:
        return ()
    doc = (
        "Return how many distinct elements several keys counted together (standard error 0.81%).\n\n"
        "One round trip; two on a cluster where the keys lie in several slots: the registers are read and\n"
        "merged under scratch keys that the same script deletes."
    )
    return (
        Method(
            "count_merged",
            doc,
            Custom("count_merged", Call((), Reply("int"), "safe")),
            commands=(("PFCOUNT",),),
            script="hyperloglog_merge_count",
            keyed=False,
        ),
    )
