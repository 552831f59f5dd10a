"""Sets: members added within the bound, removed, joined."""

from __future__ import annotations

from redisspec.ir.methods import Custom
from redisspec.operations.compiled import Full
from redisspec.operations.lua.text import quoted
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.parts import from_stored
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import SIZE, Listing, Optional, stored


def _members(t: Translator, call: BoundCall) -> list[str] | str:
    kind = call.keyspace.value
    assert kind is not None
    nodes = common.several(call, "members")
    if not nodes:
        raise t.refuse(call.node, f"{call.what} names no members", "write one or more")
    return common.members(t, nodes, kind, f"a member of `{call.keyspace.name}`", call)


def if_any(found: list[str] | str, lines: list[str]) -> list[str]:
    """The lines, which Redis refuses without a member: none may be in a list."""
    if not isinstance(found, str):
        return lines
    return [f"if #{found} > 0 then", *(f"  {line}" for line in lines), "end"]


def counted(
    t: Translator, call: BoundCall, found: list[str] | str, ask: str, missing: str, wanted: str
) -> str:
    """A variable with how many of the members `ask` answers `missing` to."""
    if not isinstance(found, str) and len(found) == 1:
        test = f"{common.command(ask, call.key, found[0])} == {missing}"
        return common.read(t, call, wanted, f"{test} and 1 or 0")
    fresh = t.helper("fresh")
    lua = f"{fresh}({quoted(ask)}, {call.key}, {common.as_table(found)}, {missing})"
    return common.read(t, call, wanted, lua)


def answer_or_ask(
    t: Translator,
    call: BoundCall,
    found: list[str] | str,
    lua: str,
    more: list[str],
    ask: tuple[str, str],
    wanted: str,
) -> Ex:
    """A write that answers how many members it added or removed."""
    if not call.used:
        common.write(t, call, *if_any(found, [lua]), *more)
        return common.NOTHING
    if common.asks(t, call):
        name = counted(t, call, found, *ask, wanted)
        common.write(t, call, *if_any(found, [lua]), *more)
        return Ex(name, SIZE)
    name = t.name(wanted)
    if isinstance(found, str):
        lines = if_any(found, [f"{name} = {lua}"])
        common.answering(t, call, f"local {name} = 0", *lines, *more, asks=True)
    else:
        common.answering(t, call, f"local {name} = {lua}", *more, asks=True)
    return Ex(name, SIZE)


def add(t: Translator, call: BoundCall) -> Ex:
    found = _members(t, call)
    most, _ = common.bound_of(call.keyspace)
    if most is not None:
        size = common.command("SCARD", call.key)
        if not isinstance(found, str) and len(found) == 1:
            there = common.command("SISMEMBER", call.key, found[0])
            test = f"{size} >= {most} and {there} == 0"
        else:
            new = counted(t, call, found, "SISMEMBER", "0", f"{call.keyspace.name}_new")
            test = f"{size} + {new} > {most}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)
    lua = common.command("SADD", call.key, common.spread(found))
    expiry = common.expire_lines(t, call)
    wanted = f"{call.keyspace.name}_added"
    return answer_or_ask(t, call, found, lua, expiry, ("SISMEMBER", "0"), wanted)


def remove(t: Translator, call: BoundCall) -> Ex:
    found = _members(t, call)
    lua = common.command("SREM", call.key, common.spread(found))
    wanted = f"{call.keyspace.name}_removed"
    return answer_or_ask(t, call, found, lua, [], ("SISMEMBER", "1"), wanted)


def pop(t: Translator, call: BoundCall) -> Ex:
    """A member is chosen, looked at, then removed: what it is may still be refused."""
    if not call.used:
        common.write(t, call, common.command("SPOP", call.key))
        return common.NOTHING
    kind = call.keyspace.value
    assert kind is not None
    chosen = f"{common.command('SRANDMEMBER', call.key)} or nil"
    raw = common.read(t, call, f"{call.keyspace.name}_member", chosen)
    found = from_stored(t, Ex(raw, Optional(stored(kind, call.key))), call.key, raw)
    line = common.command("SREM", call.key, raw)
    common.write(t, call, f"if {raw} then", f"  {line}", "end")
    return found


def combine(t: Translator, call: BoundCall) -> Ex:
    assert isinstance(call.method.body, Custom)
    kind = call.keyspace.value
    assert kind is not None
    keys = ", ".join(key.lua for key in call.keys)
    raw = common.read(t, call, call.method.name, f"call({quoted(call.method.body.detail)}, {keys})")
    most = call.keyspace.bound.max_items
    total = None if most is None else most * len(call.keys)
    return Ex(raw, Listing(stored(kind, call.keys[0].lua), total, call.keys[0].lua, None, True))


METHODS: Methods = {
    "add": add,
    "remove": remove,
    "pop": pop,
    "intersection": combine,
    "union": combine,
    "difference": combine,
}
