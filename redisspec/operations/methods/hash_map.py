"""Hashes with free fields: maps whose number of fields is bounded."""

from __future__ import annotations

import ast

from redisspec.ir.types import Scalar
from redisspec.operations.compiled import Corrupt, Full
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.hash import finite_sum
from redisspec.operations.methods.set import answer_or_ask
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.numbers import numeric, unreadable_int
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import EXACT, SIZE, Bool, Float, Int, shown


def _field(t: Translator, call: BoundCall) -> str:
    node = common.argument(call, "field")
    kind = call.keyspace.map_key
    assert node is not None
    assert kind is not None
    return common.value(t, node, kind, f"a field of `{call.keyspace.name}`", call).lua


def _field_ttl(call: BoundCall, field: str) -> list[str]:
    ttl = call.keyspace.field_ttl_ms
    return [f"call('HPEXPIRE', {call.key}, {ttl}, 'FIELDS', 1, {field})"] if ttl else []


def _not_full(t: Translator, call: BoundCall, there: str) -> None:
    """Refuse a new field where the map holds as many as it may."""
    most, _ = common.bound_of(call.keyspace)
    if most is not None:
        test = f"{common.command('HLEN', call.key)} >= {most} and {there}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)


def set_(t: Translator, call: BoundCall) -> Ex:
    field = _field(t, call)
    node = common.argument(call, "value")
    kind = call.keyspace.value
    assert node is not None
    assert kind is not None
    value = common.value(t, node, kind, f"a value of `{call.keyspace.name}`", call).lua
    there = f"{common.command('HEXISTS', call.key, field)} == 0"
    _not_full(t, call, there)
    lua = common.command("HSET", call.key, field, value)
    more = [*_field_ttl(call, field), *common.expire_lines(t, call)]
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_is_new"
    if common.asks(t, call):
        name = common.read(t, call, wanted, there)
        common.write(t, call, lua, *more)
        return Ex(name, Bool())
    return Ex(common.answered(t, call, wanted, f"{lua} == 1", *more, asks=True), Bool())


def set_many(t: Translator, call: BoundCall) -> Ex:
    pairs = mapping(t, call, "values")
    names, texts = _pairs(t, call, pairs)
    most, _ = common.bound_of(call.keyspace)
    new = ""
    if most is not None or (call.used and common.asks(t, call)):
        fresh = t.helper("fresh")
        lua = f"{fresh}('HEXISTS', {call.key}, {{ {', '.join(names)} }}, 0)"
        new = common.read(t, call, f"{call.keyspace.name}_new", lua)
    if most is not None:
        test = f"{common.command('HLEN', call.key)} + {new} > {most}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)
    flat = [word for pair in zip(names, texts, strict=True) for word in pair]
    lines = [
        common.command("HSET", call.key, *flat),
        *(line for name in names for line in _field_ttl(call, name)),
        *common.expire_lines(t, call),
    ]
    if not call.used or new:
        common.write(t, call, *lines)
        return Ex(new, SIZE) if call.used else common.NOTHING
    first, *rest = lines
    name = common.answered(t, call, f"{call.keyspace.name}_new", first, *rest, asks=True)
    return Ex(name, SIZE)


def mapping(t: Translator, call: BoundCall, name: str) -> list[tuple[ast.expr, ast.expr]]:
    """A mapping that is written out: the only form in which one stands in the steps."""
    node = common.argument(call, name)
    if not isinstance(node, ast.Dict) or not node.keys:
        raise t.refuse(
            node or call.node,
            f"{call.what} takes a mapping that is written out",
            "write `{first: …, second: …}`",
        )
    found: list[tuple[ast.expr, ast.expr]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise t.refuse(value, "`**` is not in the subset", "write the entries out")
        found.append((key, value))
    return found


def _pairs(
    t: Translator, call: BoundCall, pairs: list[tuple[ast.expr, ast.expr]]
) -> tuple[list[str], list[str]]:
    key, kind = call.keyspace.map_key, call.keyspace.value
    assert key is not None
    assert kind is not None
    owners = f"a field of `{call.keyspace.name}`", f"a value of `{call.keyspace.name}`"
    names = [common.spelt(t, common.value(t, each, key, owners[0], call)) for each, _ in pairs]
    texts = [common.value(t, each, kind, owners[1], call).lua for _, each in pairs]
    return names, texts


def remove(t: Translator, call: BoundCall) -> Ex:
    kind = call.keyspace.map_key
    assert kind is not None
    nodes = common.several(call, "fields")
    if not nodes:
        raise t.refuse(call.node, f"{call.what} names no fields", "write one or more")
    found = common.members(t, nodes, kind, f"a field of `{call.keyspace.name}`", call)
    lua = common.command("HDEL", call.key, common.spread(found))
    return answer_or_ask(t, call, found, lua, [], ("HEXISTS", "1"), f"{call.keyspace.name}_removed")


def increment(t: Translator, call: BoundCall) -> Ex:
    field = _field(t, call)
    whole = call.keyspace.value == Scalar("int")
    node = common.argument(call, "by")
    by = numeric(t, node) if node is not None else Ex("1", Int(1, 1), constant=1)
    if whole and not isinstance(by.type, Int):
        raise t.refuse(node, f"`by` is an int, and this is {shown(by.type)}", "write `int(…)`")
    raw = common.read(t, call, f"{call.keyspace.name}_text", f"call('HGET', {call.key}, {field})")
    _not_full(t, call, f"not {raw}")
    after = t.local(
        f"{call.keyspace.name}_after", f"{t.helper('int' if whole else 'float')}({raw} or '0')"
    )
    if whole:
        unreadable_int(t, f"not {after}", raw, call.key)
    else:
        t.guard(f"not {after}", Corrupt("float"), call.key, raw)
    t.code(f"{after} = {after} + {by.operand}")
    if whole:
        t.fault(f"{after} > {EXACT} or {after} < -{EXACT}", "an int beyond 2^53 - 1")
    else:
        finite_sum(t, after, by)
    by = t.held(by)
    new = [f"if not {raw} then", *(f"  {line}" for line in _field_ttl(call, field)), "end"]
    more = [*(new if call.keyspace.field_ttl_ms else []), *common.expire_lines(t, call)]
    verb = "HINCRBY" if whole else "HINCRBYFLOAT"
    lua = (
        f"call('{verb}', {call.key}, {field}, {common.float_argument(by) if not whole else by.lua})"
    )
    if whole or not call.used:
        common.write(t, call, lua, *more)
        return Ex(after, Int()) if call.used else common.NOTHING
    # the server adds with more digits than Lua: its own answer counts
    name = common.answered(
        t, call, f"{call.keyspace.name}_sum", f"tonumber({lua})", *more, asks=False
    )
    return Ex(name, Float())


METHODS: Methods = {"set": set_, "set_many": set_many, "remove": remove, "increment": increment}
