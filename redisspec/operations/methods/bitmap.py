"""Bitmaps: bits set within the bound, their offsets listed."""

from __future__ import annotations

from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.plain import bit_of, check_offset
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.conditions import condition
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Bool, Int, Listing
from redisspec.structures.bitmap import LARGEST


def set_(t: Translator, call: BoundCall) -> Ex:
    node = common.argument(call, "offset")
    assert node is not None
    offset = common.whole_number(t, node)
    check_offset(t, call, node, offset, call.keyspace.bound.max_items or LARGEST)
    offset = t.held(offset)
    bit_node = common.argument(call, "bit")
    bit = condition(t, bit_node) if bit_node is not None else Ex("true", Bool(), constant=True)
    bit = t.held(bit)
    lua = common.command("SETBIT", call.key, offset.lua, bit_of(bit))
    more = common.expire_lines(t, call)
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = "bit_before"
    if common.asks(t, call):
        name = common.read(
            t, call, wanted, f"{common.command('GETBIT', call.key, offset.lua)} == 1"
        )
        common.write(t, call, lua, *more)
        return Ex(name, Bool())
    return Ex(common.answered(t, call, wanted, f"{lua} == 1", *more, asks=True), Bool())


def positions(t: Translator, call: BoundCall) -> Ex:
    raw = common.read(
        t, call, f"{call.keyspace.name}_bits", f"{common.command('GET', call.key)} or ''"
    )
    found = t.name("positions")
    t.code(
        f"local {found} = {{}}",
        f"for at = 1, #{raw} do",
        f"  local byte = string.byte({raw}, at)",
        "  for bit = 7, 0, -1 do",
        "    if byte >= 2 ^ bit then",
        "      byte = byte - 2 ^ bit",
        f"      {found}[#{found} + 1] = string.format('%.0f', at * 8 - 1 - bit)",
        "    end",
        "  end",
        "end",
    )
    common.renew(t, call)
    item = Int(0, LARGEST, text=True, origin=call.key)
    return Ex(found, Listing(item, call.keyspace.bound.max_items, call.key))


METHODS: Methods = {"set": set_, "positions": positions}
