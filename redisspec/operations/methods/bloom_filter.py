"""Bloom filters: members added within the capacity, and asked for, at the places that the accessors' scripts use too."""

from __future__ import annotations

import ast

from redisspec.ir.types import ValueType
from redisspec.operations.compiled import Corrupt, Full
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.parameters import MOST_ITEMS
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import SIZE, Bool, Listing
from redisspec.structures.bloom_filter import capacity_of, size_of
from redisspec.structures.common import expires


def _asked(t: Translator, call: BoundCall, function: str, *arguments: str) -> str:
    """A call of a helper: the key, what else it takes, and the filter's size."""
    bits, hashes = size_of(call.keyspace)
    return f"{t.helper(function)}({', '.join((call.key, *arguments, str(bits), str(hashes)))})"


def _counted(t: Translator, call: BoundCall, unless: str | None = None) -> str:
    """A variable with how many members the filter counts; what is no such filter is refused.

    The key is not looked at where `unless` holds.
    """
    lua = _asked(t, call, "bloom_count")
    if unless is not None:
        lua = f"{unless} and 0 or {lua}"
    count = common.read(t, call, f"{call.keyspace.name}_count", lua)
    refusal = Corrupt("a Bloom filter of the declared size")
    t.guard(f"not {count}", refusal, call.key, "''", reads=(call.keyspace.name,), what=call.what)
    return count


def _kind(call: BoundCall) -> ValueType:
    kind = call.keyspace.value
    assert kind is not None
    return kind


def _member(t: Translator, call: BoundCall, node: ast.expr) -> str:
    """A member as the text that is hashed: a Lua number is not yet one."""
    return common.spelt(t, common.value(t, node, _kind(call), _owner(call), call))


def _owner(call: BoundCall) -> str:
    return f"a member of `{call.keyspace.name}`"


def _added(t: Translator, call: BoundCall) -> str:
    """A Lua table of the members that are to be added."""
    nodes = common.several(call, "members")
    if not nodes:
        raise t.refuse(call.node, f"{call.what} names no members", "write one or more")
    if any(isinstance(node, ast.Starred) for node in nodes):
        found = common.members(t, nodes, _kind(call), _owner(call), call)
        assert isinstance(found, str)
        return found
    each = [_member(t, call, node) for node in nodes]
    return t.local("members", common.as_table(each))


def add(t: Translator, call: BoundCall) -> Ex:
    table = _added(t, call)
    count = _counted(t, call)
    most = capacity_of(call.keyspace)
    fresh = _asked(t, call, "bloom_fresh", table)
    t.guard(
        f"{count} + #{table} > {most} and {count} + {fresh} > {most}",
        Full(most),
        call.key,
        reads=(call.keyspace.name,),
        what=call.what,
    )
    lua = _asked(t, call, "bloom_add", table)
    more = common.expire_lines(t, call)
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_added"
    if common.asks(t, call):
        name = common.read(t, call, wanted, fresh)
        common.write(t, call, lua, *more)
        return Ex(name, SIZE)
    return Ex(common.answered(t, call, wanted, lua, *more, asks=True), SIZE)


def contains(t: Translator, call: BoundCall) -> Ex:
    node = common.argument(call, "member")
    assert node is not None
    member = _member(t, call, node)
    _counted(t, call)
    name = common.read(
        t, call, f"{call.keyspace.name}_contains", _asked(t, call, "bloom_holds", member)
    )
    common.renew(t, call)
    return Ex(name, Bool())


def contains_many(t: Translator, call: BoundCall) -> Ex:
    node = common.argument(call, "members")
    assert node is not None
    table = common.table_of(t, node, _kind(call), _owner(call), call)
    _counted(t, call, f"#{table} == 0")
    name = t.local(f"{call.keyspace.name}_contains", "{}")
    each = t.name("each")
    holds = _asked(t, call, "bloom_holds", each)
    t.code(
        f"for _, {each} in ipairs({table}) do",
        f"  {name}[#{name} + 1] = {holds} and '1' or '0'",
        "end",
        reads=(call.keyspace.name,),
        what=call.what,
    )
    if expires(call.keyspace) and call.keyspace.lifetime.refresh == "on_access":
        line = common.command("PEXPIRE", call.key, common.ttl(t, call))
        t.code(f"if #{table} > 0 then", f"  {line}", "end")
    return Ex(name, Listing(Bool(), MOST_ITEMS, call.key))


def count(t: Translator, call: BoundCall) -> Ex:
    found = _counted(t, call)
    common.renew(t, call)
    return Ex(found, SIZE)


METHODS: Methods = {
    "add": add,
    "contains": contains,
    "contains_many": contains_many,
    "count": count,
}
