"""Streams: entries appended within the bound, read by ID."""

from __future__ import annotations

import ast

from redisspec.operations.compiled import Full
from redisspec.operations.lua.text import quoted
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.hash import field_values
from redisspec.operations.methods.plain import check_entry_id, most_of
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import STR, Entries, Int, NoneT, Optional, Text, shown


def append(t: Translator, call: BoundCall) -> Ex:
    found = field_values(t, call)
    most, trims = common.bound_of(call.keyspace)
    if most is not None and not trims:
        t.guard(
            f"{common.command('XLEN', call.key)} >= {most}",
            Full(most), call.key, reads=(call.keyspace.name,), what=call.what,
        )  # fmt: skip
    sure = [(f, ex) for f, ex in found if not isinstance(ex.type, Optional | NoneT)]
    maybe = [(f, ex) for f, ex in found if isinstance(ex.type, Optional)]
    words = [word for f, ex in sure for word in (quoted(f.stored), ex.lua)]
    limit = ["'MAXLEN'", str(most)] if most is not None else []
    head = ["'XADD'", call.key, *limit, "'*'"]
    lines: list[str] = []
    if maybe:
        entry = t.name("entry")
        lines.append(
            f"local {entry} = {{ {', '.join(words)} }}" if words else f"local {entry} = {{}}"
        )
        for field, ex in maybe:
            lines += [
                f"if {ex.operand} then",
                f"  {entry}[#{entry} + 1] = {quoted(field.stored)}",
                f"  {entry}[#{entry} + 1] = {ex.lua}",
                "end",
            ]
        words = [f"unpack({entry})"]
    lua = f"call({', '.join((*head, *words))})"
    more = common.expire_lines(t, call)
    if not call.used:
        common.write(t, call, *lines, lua, *more)
        return common.NOTHING
    name = t.name(f"{call.keyspace.name}_id")
    common.answering(t, call, *lines, f"local {name} = {lua}", *more, asks=False)
    return Ex(name, STR)


def read(t: Translator, call: BoundCall) -> Ex:
    wait = common.argument(call, "wait")
    if wait is not None and not (isinstance(wait, ast.Constant) and wait.value in (0, 0.0)):
        raise t.refuse(
            wait, "a script cannot wait: nothing else runs on the server meanwhile", "drop `wait`"
        )
    after = common.argument(call, "after")
    start = "'0-0'"
    if after is not None:
        ex = t.expression(after)
        if not isinstance(ex.type, Text):
            raise t.refuse(after, f"an entry's ID stands here, and this is {shown(ex.type)}")
        check_entry_id(t, after, ex, "after")
        start = ex.lua
    node = common.argument(call, "count")
    count = (
        common.whole_number(t, node) if node is not None else Ex("100", Int(100, 100), constant=100)
    )
    if node is not None:
        common.at_least(t, count, node, 1, "count")
    raw = common.read(
        t, call, f"{call.keyspace.name}_read",
        f"call('XREAD', 'COUNT', {count.lua}, 'STREAMS', {call.key}, {start})",
    )  # fmt: skip
    entries = t.local(f"{call.keyspace.name}_entries", f"{raw} and {raw}[1][2] or {{}}")
    most = 100 if node is None else most_of(call)
    return Ex(entries, Entries(call.keyspace, most, call.key))


METHODS: Methods = {"append": append, "read": read}
