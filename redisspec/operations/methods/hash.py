"""Hashes of declared fields: records stored, changed and reckoned with by field."""

from __future__ import annotations

import ast
from collections.abc import Callable

from redisspec.ir.types import UNSET, Scalar
from redisspec.ir.types import Field as RecordField
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.operations.compiled import Corrupt
from redisspec.operations.lua.text import quoted
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.numbers import number_help, numeric, unreadable_int
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import NONE, Ex
from redisspec.operations.types import EXACT, STR, Bool, Float, Int, NoneT, Optional, Row, shown


def get(t: Translator, call: BoundCall) -> Ex:
    fields = call.keyspace.fields
    names = ", ".join(quoted(field.stored) for field in fields)
    raw = common.read(t, call, f"{call.keyspace.name}_row", f"call('HMGET', {call.key}, {names})")
    some = " or ".join(f"{raw}[{at}]" for at in range(1, len(fields) + 1))
    needed = [
        f"{raw}[{at}]"
        for at, field in enumerate(fields, 1)
        if not isinstance(field.type, MaybeValue) and field.default is UNSET
    ]
    t.code(f"if not ({some}) then", f"  {raw} = nil", "end")
    if needed and len(fields) > 1:
        t.guard(
            f"{raw} and not ({' and '.join(needed)})",
            Corrupt(f"a record of {call.keyspace.name}, a field of which is missing"),
            call.key,
            "''",
        )
    common.renew(t, call)
    return Ex(raw, Optional(Row(call.keyspace, call.key)))


def set_(t: Translator, call: BoundCall) -> Ex:
    """Store a record that was read: its fields as they are, those that it lacks removed."""
    node = common.argument(call, call.keyspace.name)
    assert node is not None
    ex = t.expression(node)
    if not isinstance(ex.type, Row) or ex.type.keyspace is not call.keyspace:
        raise t.refuse(
            node,
            f"the record of `{call.keyspace.name}` stands here, and this is {shown(ex.type)}",
            number_help(ex, node) or f"write the fields out: `{call.keyspace.name}.save(…)`",
        )
    row = t.held(ex).lua
    names = ", ".join(quoted(field.stored) for field in call.keyspace.fields)
    common.write(
        t,
        call,
        f"for at, field in ipairs({{ {names} }}) do",
        f"  if {row}[at] then",
        f"    call('HSET', {call.key}, field, {row}[at])",
        "  else",
        f"    call('HDEL', {call.key}, field)",
        "  end",
        "end",
        *common.expire_lines(t, call),
    )
    return common.NOTHING


def field_values(t: Translator, call: BoundCall) -> list[tuple[RecordField, Ex]]:
    """Every field's value as it is stored, the defaults of those that were left out."""
    found: list[tuple[RecordField, Ex]] = []
    missing: list[str] = []
    for field in call.keyspace.fields:
        node = common.argument(call, field.name)
        if node is not None:
            owner = f"`{field.name}` of `{call.keyspace.name}`"
            found.append((field, common.value(t, node, field.type, owner, call)))
            continue
        if field.default is UNSET and not isinstance(field.type, MaybeValue):
            missing.append(field.name)
            continue
        default = None if field.default is UNSET else common.field_default(field)
        made = NONE if default is None else Ex(quoted(default), STR)
        found.append((field, made))
    if missing:
        raise t.refuse(
            call.node,
            f"{call.what} needs `{'`, `'.join(missing)}`",
            f"write `{missing[0]}=…`; the fields are {', '.join(f.name for f in call.keyspace.fields)}",
        )
    return found


def _stores(call: BoundCall, found: list[tuple[RecordField, Ex]]) -> list[str]:
    """HSET of what there is, HDEL of what is None."""
    sure = [(f, ex) for f, ex in found if not isinstance(ex.type, Optional | NoneT)]
    gone = [f for f, ex in found if isinstance(ex.type, NoneT)]
    lines: list[str] = []
    if sure:
        pairs = ", ".join(f"{quoted(f.stored)}, {ex.lua}" for f, ex in sure)
        lines.append(f"call('HSET', {call.key}, {pairs})")
    for field, ex in found:
        if isinstance(ex.type, Optional):
            lines += [
                f"if {ex.operand} then",
                f"  call('HSET', {call.key}, {quoted(field.stored)}, {ex.lua})",
                "else",
                f"  call('HDEL', {call.key}, {quoted(field.stored)})",
                "end",
            ]
    if gone:
        lines.append(f"call('HDEL', {call.key}, {', '.join(quoted(f.stored) for f in gone)})")
    return lines


def save(t: Translator, call: BoundCall) -> Ex:
    found = field_values(t, call)
    common.write(t, call, *_stores(call, found), *common.expire_lines(t, call))
    return common.NOTHING


def update(t: Translator, call: BoundCall) -> Ex:
    found: list[tuple[RecordField, Ex]] = []
    for field in call.keyspace.fields:
        node = common.argument(call, field.name)
        if node is not None:
            owner = f"`{field.name}` of `{call.keyspace.name}`"
            found.append((field, common.value(t, node, field.type, owner, call)))
    there = f"{common.command('EXISTS', call.key)} == 1"
    lines = [*_stores(call, found), *common.expire_lines(t, call)]
    if not call.used:
        common.write(t, call, f"if {there} then", *(f"  {line}" for line in lines), "end")
        return common.NOTHING
    name = common.read(t, call, f"{call.keyspace.name}_updated", there)
    common.write(t, call, f"if {name} then", *(f"  {line}" for line in lines), "end")
    return Ex(name, Bool())


# --- numbers in records -----------------------------------------------------------------


def of_field(call: BoundCall) -> Callable[[Translator, BoundCall], Ex] | None:
    """The emitter of `increment_<field>`; None for other methods."""
    name = call.method.name
    if not name.startswith("increment_"):
        return None
    wanted = name.removeprefix("increment_")
    field = next((f for f in call.keyspace.fields if f.name == wanted), None)
    if field is None:
        return None
    inner = field.type.inner if isinstance(field.type, MaybeValue) else field.type
    if inner == Scalar("int"):
        return lambda t, call: _increment_int(t, call, field)
    return lambda t, call: _increment_float(t, call, field)


def _by(t: Translator, call: BoundCall) -> tuple[ast.expr | None, Ex]:
    node = common.argument(call, "by")
    if node is None:
        return None, Ex("1", Int(1, 1), constant=1)
    return node, numeric(t, node)


def _increment_int(t: Translator, call: BoundCall, field: RecordField) -> Ex:
    node, by = _by(t, call)
    if not isinstance(by.type, Int):
        raise t.refuse(node, f"`by` is an int, and this is {shown(by.type)}", "write `int(…)`")
    there = common.read(
        t, call, f"{call.keyspace.name}_there", f"{common.command('EXISTS', call.key)} == 1"
    )
    digits = common.read(
        t, call, f"{field.name}_digits", f"call('HGET', {call.key}, {quoted(field.stored)}) or '0'"
    )
    before = t.local(f"{field.name}_before", f"{t.helper('int')}({digits})")
    unreadable_int(t, f"not {before}", digits, call.key)
    after = t.local(f"{field.name}_after", f"{before} + {by.operand}")
    t.fault(f"{there} and ({after} > {EXACT} or {after} < -{EXACT})", "an int beyond 2^53 - 1")
    by = t.held(by)
    common.write(
        t,
        call,
        f"if {there} then",
        f"  call('HINCRBY', {call.key}, {quoted(field.stored)}, {by.lua})",
        *(f"  {line}" for line in common.expire_lines(t, call)),
        "end",
    )
    if not call.used:
        return common.NOTHING
    t.code(f"if not {there} then", f"  {after} = nil", "end")
    return Ex(after, Optional(Int()))


def _increment_float(t: Translator, call: BoundCall, field: RecordField) -> Ex:
    _, by = _by(t, call)
    there = common.read(
        t, call, f"{call.keyspace.name}_there", f"{common.command('EXISTS', call.key)} == 1"
    )
    raw = common.read(
        t, call, f"{field.name}_text", f"call('HGET', {call.key}, {quoted(field.stored)}) or '0'"
    )
    sum_ = t.local(f"{field.name}_sum", f"{t.helper('float')}({raw})")
    t.guard(f"not {sum_}", Corrupt("float"), call.key, raw)
    t.code(f"{sum_} = {sum_} + {by.operand}")
    finite_sum(t, sum_, by, there)
    by = t.held(by)
    name = t.name(f"{field.name}_after")
    lines = [
        f"if {there} then",
        f"  call('HINCRBYFLOAT', {call.key}, {quoted(field.stored)}, {common.float_argument(by)})",
        *(f"  {line}" for line in common.expire_lines(t, call)),
    ]
    if not call.used:
        common.write(t, call, *lines, "end")
        return common.NOTHING
    # the server adds with more digits than Lua: its own answer counts
    got = f"  {name} = tonumber(call('HGET', {call.key}, {quoted(field.stored)}))"
    common.answering(t, call, f"local {name}", *lines, got, "end", asks=False)
    return Ex(name, Optional(Float()))


def finite_sum(t: Translator, sum_: str, by: Ex, there: str = "") -> None:
    """Redis refuses infinities and what is no number: refuse them before anything is written."""
    test = f"{sum_} ~= {sum_} or math.abs({sum_}) == math.huge"
    if isinstance(by.type, Float) and not isinstance(by.constant, float):
        test += f" or math.abs({by.operand}) == math.huge"
    t.fault(f"{there} and ({test})" if there else test, "a float that is not finite")


METHODS: Methods = {"get": get, "set": set_, "save": save, "update": update}
