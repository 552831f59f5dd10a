"""Geo indexes: members put at places within the bound."""

from __future__ import annotations

from redisspec.operations.compiled import Corrupt, Full
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.plain import check_float, plain
from redisspec.operations.methods.sorted_set import remove
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Bool


def _member(t: Translator, call: BoundCall) -> str:
    node = common.argument(call, "member")
    kind = call.keyspace.value
    assert node is not None
    assert kind is not None
    return common.value(t, node, kind, f"a member of `{call.keyspace.name}`", call).lua


def add(t: Translator, call: BoundCall) -> Ex:
    member = _member(t, call)
    place: list[str] = []
    for name in ("longitude", "latitude"):
        node = common.argument(call, name)
        assert node is not None
        ex = common.real_number(t, node)
        check_float(t, ex, name, f"check_{name}")
        place.append(common.float_argument(t.held(ex)))
    most, _ = common.bound_of(call.keyspace)
    if most is not None:
        there = common.command("ZSCORE", call.key, member)
        test = f"{common.command('ZCARD', call.key)} >= {most} and not {there}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)
    lua = common.command("GEOADD", call.key, "'CH'", *place, member)
    more = common.expire_lines(t, call)
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_changed"
    return Ex(common.answered(t, call, wanted, f"{lua} == 1", *more, asks=False), Bool())


def search_around(t: Translator, call: BoundCall) -> Ex:
    """The server refuses an unknown member with an error: it is asked for before."""
    there = common.read(t, call, "there", common.command("ZSCORE", call.key, _member(t, call)))
    t.guard(
        f"not {there} and {common.command('EXISTS', call.key)} == 1",
        Corrupt("a place of the member"),
        call.key,
        "''",
    )
    return plain(t, call)


METHODS: Methods = {"add": add, "search_around": search_around, "remove": remove}
