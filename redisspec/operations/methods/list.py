"""Lists: pushes with their bound, pops that are looked at before they are taken."""

from __future__ import annotations

from redisspec.ir.types import Scalar
from redisspec.operations.compiled import Full
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.set import if_any
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.parts import from_stored
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import SIZE, Optional, stored


def push(t: Translator, call: BoundCall) -> Ex:
    node = common.argument(call, "item")
    assert node is not None
    kind = call.keyspace.value or Scalar("bytes")
    value = common.value(t, node, kind, f"the item of `{call.keyspace.name}`", call)
    return _push(t, call, [value.lua])


def push_many(t: Translator, call: BoundCall) -> Ex:
    node = common.argument(call, "items")
    assert node is not None
    kind = call.keyspace.value or Scalar("bytes")
    owner = f"the item of `{call.keyspace.name}`"
    return _push(t, call, common.table_of(t, node, kind, owner, call))


def _push(t: Translator, call: BoundCall, items: list[str] | str) -> Ex:
    most, trims = common.bound_of(call.keyspace)
    count = f"#{items}" if isinstance(items, str) else "1"
    length = common.command("LLEN", call.key)
    known = ""
    if (most is not None and not trims) or (call.used and common.asks(t, call)):
        known = common.read(t, call, f"{call.keyspace.name}_length", f"{length} + {count}")
    if most is not None and not trims:
        t.guard(f"{known} > {most}", Full(most), call.key)
    push_ = common.command("LPUSH", call.key, common.spread(items))
    after = common.expire_lines(t, call)
    trim = common.command("LTRIM", call.key, "0", str((most or 0) - 1))
    trimmed = [f"if {push_} > {most} then", f"  {trim}", "end"]
    pushed = if_any(items, trimmed if trims else [push_])
    lines = [*pushed, *after]
    if not call.used:
        common.write(t, call, *lines)
        return common.NOTHING
    if known:
        common.write(t, call, *lines)
        if trims:
            known = t.local("length", f"math.min({known}, {most})")
        return Ex(known, SIZE)
    name = t.name(f"{call.keyspace.name}_length")
    if isinstance(items, str):
        common.answering(t, call, *lines, f"local {name} = {length}", asks=True)
        return Ex(name, SIZE)
    more = [f"if {name} > {most} then", f"  {trim}", f"  {name} = {most}", "end"] if trims else []
    common.answering(t, call, f"local {name} = {push_}", *more, *after, asks=True)
    return Ex(name, SIZE)


def _pop(t: Translator, call: BoundCall, verb: str, place: str) -> Ex:
    if not call.used:
        common.write(t, call, common.command(verb, call.key))
        return common.NOTHING
    kind = call.keyspace.value or Scalar("bytes")
    peek = f"{common.command('LINDEX', call.key, place)} or nil"
    raw = common.read(t, call, f"{call.keyspace.name}_item", peek)
    found = from_stored(t, Ex(raw, Optional(stored(kind, call.key))), call.key, raw)
    common.write(t, call, common.command(verb, call.key))
    return found


def pop(t: Translator, call: BoundCall) -> Ex:
    return _pop(t, call, "LPOP", "0")


def pop_oldest(t: Translator, call: BoundCall) -> Ex:
    return _pop(t, call, "RPOP", "-1")


METHODS: Methods = {"push": push, "push_many": push_many, "pop": pop, "pop_oldest": pop_oldest}
