"""Bitmaps: a bit an offset, bounded by the greatest offset."""

from __future__ import annotations

from redisspec.ir.methods import Arg, Argument, Call, Method, Plain, Raw, Reply
from redisspec.ir.model import Keyspace
from redisspec.structures.common import command, expires, plain_write, read, script, ttl_argument

LARGEST = 2**32
"""Redis's own limit: 512 MiB a string, so 2**32 bits."""


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    limit = keyspace.bound.max_items or LARGEST
    offset = Argument("offset", Plain("int"))
    checked = Arg("offset", "check_offset", (limit,))
    return (
        _set(keyspace, offset, checked),
        read(keyspace, "get", "Tell whether the bit is set.", command("GETBIT", checked), Reply("bit"), (offset,)),
        read(keyspace, "count", "Return how many bits are set.", command("BITCOUNT"), Reply("int")),
        read(keyspace, "first", "Return the offset of the first bit that is set (or clear); None when there is none.",
             command("BITPOS", Raw("1 if bit else 0")), Reply("bit_position"),
             (Argument("bit", Plain("bool"), "True"),)),
        read(keyspace, "positions", "Return the offsets of all bits that are set, in order; reads the whole key.",
             command("GET"), Reply("bit_positions")),
    )  # fmt: skip


def _set(keyspace: Keyspace, offset: Argument, checked: Arg) -> Method:
    limit = keyspace.bound.max_items
    doc = "Set (or clear) the bit and tell whether it was set before."
    if limit is not None:
        doc += f"\n\nRaises BoundExceeded, before anything is sent, for an offset of {limit:,} or more."
    arguments = (offset, Argument("bit", Plain("bool"), "True"), *ttl_argument(keyspace))
    bit = Raw("1 if bit else 0")
    if not expires(keyspace):
        return plain_write("set", doc, command("SETBIT", checked, bit), Reply("bit"), arguments)
    call = Call(script(keyspace, "bitmap_set", checked, bit), Reply("bit"), "never")
    return Method("set", doc, call, arguments, (("SETBIT",), ("PEXPIRE",)), "bitmap_set")
