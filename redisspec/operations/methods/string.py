"""Strings: stored whole, on conditions that are asked before the write."""

from __future__ import annotations

from redisspec.ir.types import Scalar
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.counter import set_lines
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.parts import from_stored
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Bool, Optional, stored
from redisspec.structures.common import expires


def get(t: Translator, call: BoundCall) -> Ex:
    keyspace = call.keyspace
    lua = common.command("GET", call.key)
    if expires(keyspace) and keyspace.lifetime.refresh == "on_access":
        lua = common.command("GETEX", call.key, "'PX'", common.ttl(t, call))
    raw = common.read(t, call, f"{keyspace.name}_value", f"{lua} or nil")
    return _found(t, call, raw)


def _found(t: Translator, call: BoundCall, raw: str) -> Ex:
    kind = call.keyspace.value or Scalar("bytes")
    return from_stored(t, Ex(raw, Optional(stored(kind, call.key))), call.key, raw)


def set_(t: Translator, call: BoundCall) -> Ex:
    absent = common.flag(t, call, "only_if_absent")
    present = common.flag(t, call, "only_if_present")
    if absent and present:
        raise t.refuse(call.node, "`only_if_absent` excludes `only_if_present`", "drop one of them")
    node = common.argument(call, "value")
    assert node is not None
    owner = f"the value of `{call.keyspace.name}`"
    value = common.value(t, node, call.keyspace.value or Scalar("bytes"), owner, call)
    lines = set_lines(t, call, value.lua)
    if not absent and not present:
        common.write(t, call, *lines)
        return Ex("true", Bool(), constant=True)
    sign = "==" if absent else "~="
    test = f"{common.command('EXISTS', call.key)} {sign} 0"
    stores = common.read(t, call, f"{call.keyspace.name}_stored", test)
    common.write(t, call, f"if {stores} then", *(f"  {line}" for line in lines), "end")
    return Ex(stores, Bool())


def get_and_delete(t: Translator, call: BoundCall) -> Ex:
    if not call.used:
        common.write(t, call, common.command("GETDEL", call.key))
        return common.NOTHING
    raw = common.read(
        t, call, f"{call.keyspace.name}_value", f"{common.command('GET', call.key)} or nil"
    )
    found = _found(t, call, raw)
    common.write(t, call, common.command("UNLINK", call.key))
    return found


METHODS: Methods = {"get": get, "set": set_, "get_and_delete": get_and_delete}
