"""HyperLogLogs: elements counted, counts of several keys together."""

from __future__ import annotations

from redisspec.ir.types import Scalar
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import SIZE, Bool


def add(t: Translator, call: BoundCall) -> Ex:
    kind = call.keyspace.value or Scalar("str")
    nodes = common.several(call, "elements")
    found = common.members(t, nodes, kind, f"an element of `{call.keyspace.name}`", call)
    words = [] if not found else [common.spread(found)]
    lua = common.command("PFADD", call.key, *words)
    more = common.expire_lines(t, call)
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_changed"
    return Ex(common.answered(t, call, wanted, f"{lua} == 1", *more, asks=False), Bool())


def count_merged(t: Translator, call: BoundCall) -> Ex:
    keys = ", ".join(key.lua for key in call.keys)
    return Ex(common.read(t, call, "merged", f"call('PFCOUNT', {keys})"), SIZE)


METHODS: Methods = {"add": add, "count_merged": count_merged}
