"""What the structures share: scripted writes, reads that renew, and the methods of every key."""

from __future__ import annotations

from dataclasses import replace

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Custom,
    Key,
    Method,
    Plain,
    Reply,
    ScriptSha,
    Term,
    Ttl,
)
from redisspec.ir.model import Keyspace

COUNT = Argument("count", Plain("int"))


def expires(keyspace: Keyspace) -> bool:
    return keyspace.lifetime.ttl_ms is not None


def renews(keyspace: Keyspace) -> bool:
    """Whether a write prolongs the life of a key that is there."""
    return keyspace.lifetime.refresh != "never"


def ttl_argument(keyspace: Keyspace) -> tuple[Argument, ...]:
    """The caller's choice of a TTL, where the spec allows one (`max`)."""
    if keyspace.lifetime.max_ms is None:
        return ()
    return (Argument("ttl", Plain("timedelta | float | None"), "None", keyword=True),)


def script(keyspace: Keyspace, name: str, *arguments: Term) -> tuple[Term, ...]:
    """A call of the script `name`: ARGV[1] is the TTL, ARGV[2] is 1 where the write renews it."""
    renew = Const(1 if renews(keyspace) else 0)
    return (Const("EVALSHA"), ScriptSha(name), Const(1), Key(), Ttl(), renew, *arguments)


def expiry(keyspace: Keyspace) -> tuple[tuple[str, ...], ...]:
    """The effect that every scripted write ends with."""
    return (("PEXPIRE",),) if expires(keyspace) else ()


def read(
    keyspace: Keyspace,
    name: str,
    doc: str,
    terms: tuple[Term, ...],
    reply: Reply,
    arguments: tuple[Argument, ...] = (),
) -> Method:
    """A reading method; with `refresh: on_access` the same step prolongs the key's life."""
    command = str(terms[0].text) if isinstance(terms[0], Const) else ""
    if expires(keyspace) and keyspace.lifetime.refresh == "on_access":
        call = Call(
            (
                Const("EVALSHA"), ScriptSha("read_and_renew"), Const(1), Key(), Ttl(),
                terms[0], *terms[2:],
            ),
            reply,
            "safe",
        )  # fmt: skip
        steps = ((command,), ("PEXPIRE",))
        return Method(name, doc, call, arguments, steps, script="read_and_renew")
    return Method(name, doc, Call(terms, reply, "safe"), arguments, ((command,),))


def command(name: str, *terms: Term) -> tuple[Term, ...]:
    """A plain command whose first argument is the key."""
    return (Const(name), Key(), *terms)


def plain_write(
    name: str,
    doc: str,
    terms: tuple[Term, ...],
    reply: Reply,
    arguments: tuple[Argument, ...] = (),
) -> Method:
    """A write that creates no key, or whose one command sets the TTL too."""
    first = str(terms[0].text) if isinstance(terms[0], Const) else ""
    return Method(name, doc, Call(terms, reply, "never"), arguments, ((first,),))


def key_methods(keyspace: Keyspace) -> tuple[Method, ...]:
    """The methods that every keyspace has."""
    methods = [
        plain_write(
            "delete", "Delete the key; False when there was none.", command("UNLINK"), Reply("bool")
        ),
        Method(
            "exists",
            "Tell whether the key exists.",
            Call(command("EXISTS"), Reply("bool"), "safe"),
            commands=(("EXISTS",),),
        ),
        Method(
            "ttl",
            "Return the time the key has left: None without a key, timedelta.max without an expiry.",
            Call(command("PTTL"), Reply("ttl"), "safe"),
            commands=(("PTTL",),),
        ),
    ]
    if expires(keyspace):
        methods.append(
            Method(
                "touch",
                "Give the key its whole TTL again; False when there is none.",
                Call(command("PEXPIRE", Ttl()), Reply("bool"), "safe"),
                ttl_argument(keyspace),
                (("PEXPIRE",),),
            )
        )
    if keyspace.pattern.parameters:
        methods.append(
            Method(
                "scan",
                "Iterate over the parameters of the existing keys, without blocking the server.\n\n"
                "A key that is there all the time is yielded at least once; a key may be yielded twice.",
                Custom("scan"),
                commands=(("SCAN",),),
                keyed=False,
            )
        )
        methods.append(
            Method(
                "delete_all",
                "Delete every key of this keyspace and return how many there were.\n\n"
                "`confirm` must be the keyspace's name, so that nobody does this by accident.",
                Custom("delete_all"),
                (Argument("confirm", Plain("str"), keyword=True),),
                (("SCAN",), ("UNLINK",)),
                keyed=False,
            )
        )
    return tuple(methods)


def many_reads(keyspace: Keyspace, name: str, doc: str, one: Method) -> tuple[Method, ...]:
    """`one` for several keys at once, in one round trip (a node, on a cluster)."""
    if not keyspace.pattern.parameters or not isinstance(one.body, Call):
        return ()
    reply = one.body.reply
    mget = one.commands == (("GET",),) and one.script is None
    body = Custom("get_many" if mget else "call_many", one.body)
    steps = (("MGET",),) if mget else one.commands
    return (
        Method(
            name,
            doc,
            Custom(body.kind, Call(one.body.terms, reply, "safe")),
            (),
            steps,
            one.script,
            keyed=False,
        ),
    )


def in_portions(one: Method) -> Method:
    """`one`, a read of as many members as are given, by several calls where they are many."""
    assert isinstance(one.body, Call)
    return replace(one, body=Custom("in_portions", one.body))


def limit_range() -> tuple[Argument, ...]:
    return (Argument("start", Plain("int"), "0"), Argument("stop", Plain("int"), "-1"))


RANGE_TERMS: tuple[Term, ...] = (Arg("start"), Arg("stop"))
