"""What becomes of what was read: it is handed out, kept elsewhere, taken out of its key, or its key is filled anew."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import atomic, exclusive, is_write, own_guards, share_key
from redisspec.readers.python.values import constant
from redisspec.readers.values import mentions, parts_of

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.readers.python.module import PyCall, PyProcedure


# Reads of one value, and what takes the same value out of its key.
TAKES = {
    "GET": ("DEL", "UNLINK"),
    "HGET": ("HDEL",),
    "HVALS": ("HDEL",),
    "HKEYS": ("HDEL",),
    "HGETALL": ("HDEL",),
    "SMEMBERS": ("SREM",),
    "LRANGE": ("LREM",),
    "LINDEX": ("LPOP", "RPOP", "LREM", "LTRIM"),
    "ZRANGE": ("ZREM", "ZREMRANGEBYRANK"),
    "ZREVRANGE": ("ZREM", "ZREMRANGEBYRANK"),
    "SRANDMEMBER": ("SREM",),
    "HRANDFIELD": ("HDEL",),
    "ZRANDMEMBER": ("ZREM",),
}


FILLS = frozenset(
    [
        "RPUSH",
        "LPUSH",
        "SADD",
        "ZADD",
        "HSET",
        "HMSET",
        "HSETNX",
        "RPUSHX",
        "LPUSHX",
        "XADD",
        "PFADD",
        "GEOADD",
    ]
)


def is_used(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether what was read goes anywhere but into the question whether it is there."""
    reply = (read.reply,)
    if not read.dropped and any(mentions(one.value, reply) for one in procedure.returns):
        return True
    if any(
        mentions(value, reply)
        for other in procedure.others
        for value in (*other.arguments, *other.keywords.values())
        if other.name not in ("bool", "len", "print")
    ):
        return True
    return any(
        mentions(value, reply)
        for call in procedure.calls
        if call is not read and call is not write
        for value in call.arguments.values()
    )


def is_plain(value: Value, reply: Value) -> bool:
    """Whether a value is a reply itself, but for how it is decoded."""
    if value == reply:
        return True
    plain = value.text in (".decode", ".strip", "either", "if", "or") or value.text in (
        "call:str", "call:int", "call:bytes", "call:float",
    )  # fmt: skip
    return plain and any(is_plain(part, reply) for part in value.parts)


def is_taken(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether what was read is handed out, as to the only one who gets it."""
    if tuple(map(id, read.loops)) != tuple(map(id, write.loops)):
        return False
    reply = (read.reply,)
    if read.command == "HGET" and _is_drained(procedure, read, write):
        return True
    if read.command in ("GET", "HGET") and _is_moved(procedure, read, write):
        return True
    if read.command in ("GET", "HGET"):
        # What is handed out only where it is left alone is not taken.
        return any(
            mentions(one.value, reply) and not exclusive(one.guards, write.guards)
            for one in procedure.returns
        )
    return any(mentions(value, reply) for value in write.arguments.values()) and is_used(
        procedure, read, write
    )


def _is_moved(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether what was read is kept under another key before it is taken out here."""
    return any(
        is_write(call)
        and share_key(call, read) is None
        and not exclusive(call.guards, write.guards)
        and any(is_plain(value, read.reply) for value in call.arguments.values())
        for call in procedure.calls[read.number + 1 : write.number]
    )


def tells_who(procedure: PyProcedure, write: PyCall) -> bool:
    """Whether something runs only where the reply of the removal says that it was this one who removed."""
    guards = (
        guard
        for each in (procedure.calls, procedure.others, procedure.returns)
        for one in each
        for guard in one.guards
    )
    return not write.dropped and any(mentions(one.condition, (write.reply,)) for one in guards)


def _is_drained(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether a loop over a hash's own fields reads each, works with it, and takes it out whatever it was."""
    if not read.loops or own_guards(write, read) or not is_used(procedure, read, write):
        return False
    walked = parts_of(read.loops[-1].over, into_replies=False)
    return any(
        part.provenance == "reply"
        and part.text in ("HKEYS", "HGETALL", "HSCAN")
        and any(mentions(part, (key.value,)) for key in read.keys)
        for part in walked
    )


def leaves_rest(read: PyCall, write: PyCall) -> bool:
    """Whether only what was read is cut off: `lrange(key, -n, -1)`, `ltrim(key, 0, -n - 1)`."""
    end = read.arguments.get("end")
    return (write.command == "LTRIM" and read.command == "LRANGE" and end is not None) and (
        read.arguments.get("start") != constant(0) or end != constant(-1)
    )


def is_replaced(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether the transaction that deletes a key fills it anew, with what was not read there."""
    filled = [
        call
        for call in procedure.calls[write.number + 1 :]
        if call.command in FILLS and atomic(write, call) and share_key(call, write) is not None
    ]
    return bool(filled) and not any(
        mentions(value, (read.reply,)) for call in filled for value in call.arguments.values()
    )


def refills(procedure: PyProcedure, removal: PyCall, fill: PyCall) -> bool:
    """Whether what was deleted is filled again item by item, or all of it in a step of its own."""
    if removal.loops or any(
        call.command in ("RENAME", "RENAMENX") and share_key(call, fill) is not None
        for call in procedure.calls[fill.number + 1 :]
    ):
        return False
    starred = any(isinstance(one, ast.Starred) for one in fill.node.args)
    mapping = fill.arguments.get("mapping")
    whole = starred or (mapping is not None and mapping.text == "each of")
    own = not removal.sites and not fill.sites and not own_guards(fill, removal)
    return bool(fill.loops) or (own and whole)
