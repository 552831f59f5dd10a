"""Methods that are one command: their terms as its arguments, its reply as a value."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Checked,
    Const,
    Encoded,
    Given,
    Key,
    Plain,
    Raw,
    Reply,
    ScriptSha,
    Stored,
    StoredEach,
    Term,
    Ttl,
)
from redisspec.ir.types import Maybe as MaybeValue
from redisspec.ir.types import Scalar, ValueType
from redisspec.operations.compiled import Fault, Refused
from redisspec.operations.lua.text import number, quoted
from redisspec.operations.methods import common
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.conditions import condition
from redisspec.operations.translate.numbers import number_help
from redisspec.operations.translate.parameters import MOST_ITEMS
from redisspec.operations.translate.parts import from_stored
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    SIZE,
    STR,
    Bool,
    Duration,
    Entries,
    Float,
    Int,
    Listing,
    Optional,
    Pairs,
    Static,
    Text,
    Tuple,
    shown,
    stored,
)

NO_PLACE = "'-4611686018427387904'"
"""A stop far before the first item, in digits: Lua would write the number as a float."""

ENTRY_ID = r"'^%(?%d+%-?%d*$'"


def plain(t: Translator, call: BoundCall) -> Ex:
    """The method's one command, reading or writing as it is declared."""
    body = call.method.body
    assert isinstance(body, Call)
    terms = [term for term in body.terms if not isinstance(term, Key)]
    renews = False
    if isinstance(terms[1] if len(terms) > 1 else None, ScriptSha):
        # read_and_renew: EVALSHA, its SHA, 1, the TTL, then the reading command
        terms = terms[4:]
        renews = True
    head, *rest = terms
    assert isinstance(head, Const)
    arguments = [word for term in rest for word in _words(t, call, term)]
    name = str(head.text)
    if name == "GETEX":
        renews = False
    lua = _unless_empty(t, call, body.reply, common.command(name, call.key, *arguments))
    if body.retry == "safe" or renews:
        raw = common.read(t, call, _wanted(call), _cleaned(body.reply, lua))
        if renews:
            _renew(t, call, lua)
        return reply_value(t, call, body.reply, raw)
    if not call.used:
        common.write(t, call, lua)
        return common.NOTHING
    raw = common.answered(t, call, _wanted(call), _cleaned(body.reply, lua), asks=False)
    return reply_value(t, call, body.reply, raw)


def _renew(t: Translator, call: BoundCall, lua: str) -> None:
    """Renew the TTL, unless nothing was asked for."""
    spread = re.search(r"unpack\((\w+)\)", lua)
    if spread is None:
        common.renew(t, call)
        return
    line = common.command("PEXPIRE", call.key, common.ttl(t, call))
    t.code(f"if #{spread[1]} > 0 then", f"  {line}", "end")


def _wanted(call: BoundCall) -> str:
    """A name for what a method answers, away from the steps' own names."""
    return f"{call.keyspace.name}_{call.method.name.removeprefix('get_')}"


# --- terms -------------------------------------------------------------------------------


def _words(t: Translator, call: BoundCall, term: Term) -> list[str]:
    match term:
        case Const(text):
            return [quoted(text) if isinstance(text, str) else str(text)]
        case Ttl():
            return [common.ttl(t, call)]
        case Arg(name, check, limits):
            return [_argument(t, call, name, check, limits)]
        case Encoded(name):
            return _encoded(t, call, name)
        case Given(name, token):
            node = common.argument(call, name)
            if node is None or (isinstance(node, ast.Constant) and node.value is None):
                return []
            count = common.whole_number(t, node)
            common.at_least(t, count, node, 1, name)
            return [quoted(token), t.held(count).lua]
        case Checked("last_place", arguments):
            return [_last_place(t, call, arguments)]
        case Raw(expression) if "LIMIT" in expression:
            node = common.argument(call, "count")
            if node is None or (isinstance(node, ast.Constant) and node.value is None):
                return []
            return ["'LIMIT'", "0", common.whole_number(t, node).lua]
        case Raw(expression) if expression.startswith("1 if bit"):
            node = common.argument(call, "bit")
            ex = condition(t, node) if node is not None else Ex("true", Bool(), constant=True)
            return [bit_of(ex)]
        case _:
            raise t.refuse(call.node, f"{call.what} cannot run in a script")


def bit_of(ex: Ex) -> str:
    if isinstance(ex.constant, bool):
        return "1" if ex.constant else "0"
    return f"{ex.operand} and 1 or 0"


def _declared(call: BoundCall, name: str) -> Argument:
    return next(each for each in call.method.arguments if each.name == name)


def _argument(
    t: Translator, call: BoundCall, name: str, check: str | None, limits: tuple[int | None, ...]
) -> str:
    declared = _declared(call, name)
    node = common.argument(call, name)
    assert isinstance(declared.type, Plain)
    if node is None:
        return _default(declared)
    annotation = declared.type.annotation.partition(" ")[0]
    if annotation == "int":
        ex = common.whole_number(t, node)
        _check_int(t, call, node, ex, name, check, limits)
        return t.held(ex).lua
    if annotation == "float":
        ex = common.real_number(t, node)
        check_float(t, ex, name, check)
        return common.float_argument(t.held(ex))
    ex = t.expression(node)
    if not isinstance(ex.type, Text) or ex.type.type != Scalar("str"):
        raise t.refuse(
            node, f"`{name}` is a text, and this is {shown(ex.type)}", number_help(ex, node)
        )
    if check == "check_entry_id":
        check_entry_id(t, node, ex, name)
    return t.held(ex).lua


def check_entry_id(t: Translator, node: ast.expr, ex: Ex, name: str) -> None:
    """Refuse what is no ID of a stream's entry, before a server does."""
    assert isinstance(ex.type, Text)
    if ex.type.literal is not None:
        if not re.fullmatch(r"[-+$]|\(?[0-9]{1,20}(?:-[0-9]{1,20})?", ex.type.literal):
            raise t.refuse(
                node, "this is no ID of a stream's entry", "write one such as `1700000000000-0`"
            )
        return
    t.guard(
        f"not string.find({ex.lua}, {ENTRY_ID}) and {ex.lua} ~= '-' and {ex.lua} ~= '+'",
        Fault(f"{name}: expected the ID of a stream entry"),
    )


def _default(declared: Argument) -> str:
    text = declared.default or "0"
    if text in ("inf", "-inf"):
        return quoted(f"{'+' if text == 'inf' else ''}{text}")
    if text.startswith('"'):
        return quoted(ast.literal_eval(text))
    return text


def _check_int(
    t: Translator,
    call: BoundCall,
    node: ast.expr,
    ex: Ex,
    name: str,
    check: str | None,
    limits: tuple[int | None, ...],
) -> None:
    if check == "check_positive":
        common.at_least(t, ex, node, 1, name)
    elif check == "check_not_negative":
        common.at_least(t, ex, node, 0, name)
    elif check == "check_offset":
        check_offset(t, call, node, ex, limits[0] or 2**32)


def check_offset(t: Translator, call: BoundCall, node: ast.expr, ex: Ex, limit: int) -> None:
    """Refuse an offset outside of a bitmap's bound."""
    assert isinstance(ex.type, Int)
    if ex.type.low >= 0 and ex.type.high < limit:
        return
    if ex.type.high < 0 or ex.type.low >= limit:
        raise t.refuse(node, f"offsets of `{call.keyspace.name}` are 0 to {limit - 1:,}")
    t.guard(f"{ex.operand} < 0 or {ex.operand} >= {limit}", Refused(0, limit - 1), call.key, ex.lua)


def check_float(t: Translator, ex: Ex, name: str, check: str | None) -> None:
    limits = {
        "check_longitude": (-180.0, 180.0, "-180 to 180 degrees"),
        "check_latitude": (-85.05112878, 85.05112878, "-85.05112878 to 85.05112878 degrees"),
        "check_radius": (0.0, float("inf"), "at least 0 metres"),
    }.get(check or "")
    if limits is None:
        return
    low, high, said = limits
    if isinstance(ex.constant, int | float) and low <= ex.constant <= high:
        return
    tests = [f"{ex.operand} < {number(low)}"]
    if high != float("inf"):
        tests.append(f"{ex.operand} > {number(high)}")
    t.guard(" or ".join(tests), Fault(f"{name}: expected {said}"))


def _encoded(t: Translator, call: BoundCall, name: str) -> list[str]:
    declared = _declared(call, name)
    owner = f"`{name}` of `{call.keyspace.name}`"
    if isinstance(declared.type, Stored):
        node = common.argument(call, name)
        assert node is not None
        return [common.value(t, node, declared.type.type, owner, call).lua]
    assert isinstance(declared.type, StoredEach)
    nodes = common.several(call, name)
    if declared.type.variadic:
        if not nodes:
            raise t.refuse(
                call.node, f"{call.what} names none of its `{name}`", "write one or more"
            )
        found = common.members(t, nodes, declared.type.type, owner, call)
    else:
        found = common.table_of(t, nodes[0], declared.type.type, owner, call)
    return [common.spread(found)]


_EMPTY = {"bools": "{}", "optional_values": "{}", "int": "0"}
"""What is answered where a list is empty: Redis refuses a command without members."""


def _unless_empty(t: Translator, call: BoundCall, reply: Reply, lua: str) -> str:
    spread = re.search(r"unpack\((\w+)\)", lua)
    if spread is None:
        return lua
    if reply.kind not in _EMPTY:
        t.guard(f"#{spread[1]} == 0", Fault("an empty list where a command needs a value"))
        return lua
    return f"#{spread[1]} > 0 and {lua} or {_EMPTY[reply.kind]}"


def _last_place(t: Translator, call: BoundCall, arguments: tuple[str | int, ...]) -> str:
    """`start + count - 1`, and an empty range where the count is below 1."""
    start: Ex = Ex(str(arguments[0]), Int())
    if isinstance(arguments[0], str):
        node = common.argument(call, arguments[0])
        assert node is not None
        start = common.whole_number(t, node)
    node = common.argument(call, str(arguments[1]))
    assert node is not None
    count = common.whole_number(t, node)
    assert isinstance(count.type, Int)
    if isinstance(count.constant, int) and isinstance(arguments[0], int):
        last = arguments[0] + count.constant - 1
        return str(last) if count.constant > 0 else NO_PLACE
    base = f"{start.operand} + {count.operand} - 1" if start.lua != "0" else f"{count.operand} - 1"
    if count.type.low > 0:
        return base
    # a stop far before the first item is an empty range: -1 would be the whole
    return f"{count.operand} > 0 and {base} or {NO_PLACE}"


# --- replies ------------------------------------------------------------------------------------


def _cleaned(reply: Reply, lua: str) -> str:
    """A nil reply is `false` in Lua, and None is nil."""
    if reply.kind in ("value", "field", "float_or_none", "int_or_none"):
        return f"{lua} or nil"
    if reply.kind == "count":
        return f"{lua} or '0'"
    if reply.kind in ("bool", "bit"):
        return f"{lua} == 1"
    return lua


def reply_value(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    """The value of a reply that stands in the variable `raw`."""
    made = _VALUES.get(reply.kind)
    if made is None:
        raise t.refuse(call.node, f"{call.what} cannot run in a script")
    return made(t, call, reply, raw)


def _none(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    return common.NOTHING


def _value(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    inner = reply.type.inner if isinstance(reply.type, MaybeValue) else reply.type
    ex = Ex(raw, Optional(stored(inner, call.key)))
    return from_stored(t, ex, call.key, raw)


def _float_or_none(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    name = t.local(f"{raw}_number", f"{raw} and tonumber({raw})")
    return Ex(name, Optional(Float()))


def most_of(call: BoundCall) -> int | None:
    """How many items a reply may hold: what was asked for, or what the keyspace bounds."""
    bound = call.keyspace.bound.max_items
    node = common.argument(call, "count")
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value if bound is None else min(node.value, bound)
    return bound


def listing(
    t: Translator, call: BoundCall, kind: ValueType, raw: str, *, maybe: bool = False
) -> Ex:
    item: Static = stored(kind, call.key)
    most = MOST_ITEMS if maybe else most_of(call)
    return Ex(raw, Listing(Optional(item) if maybe else item, most, call.key))


def _values(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    return listing(t, call, reply.type, raw)


def _value_set(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    item = stored(reply.type, call.key)
    return Ex(raw, Listing(item, call.keyspace.bound.max_items, call.key, None, True))


def _optional_values(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    return listing(t, call, reply.type, raw, maybe=True)


def _scored(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    nested = reply.kind == "distances"
    return Ex(
        raw, Pairs(stored(reply.type, call.key), Float(), most_of(call), call.key, nested=nested)
    )


def _map(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    assert reply.type is not None
    assert call.keyspace.map_key is not None
    first, second = stored(call.keyspace.map_key, call.key), stored(reply.type, call.key)
    return Ex(raw, Pairs(first, second, call.keyspace.bound.max_items, call.key, mapping=True))


def _bools(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    t.code(f"for at, each in ipairs({raw}) do", f"  {raw}[at] = tostring(each)", "end")
    return Ex(raw, Listing(Bool(), MOST_ITEMS, call.key))


def _entries(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    return Ex(raw, Entries(call.keyspace, most_of(call), call.key))


def _bit_position(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    t.code(f"if {raw} < 0 then", f"  {raw} = nil", "end")
    return Ex(raw, Optional(Int(0, 2**32)))


def _coordinates(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    name = t.local(f"{raw}_place", f"{raw}[1] or nil")
    return Ex(name, Optional(Tuple((Float(), Float()))))


def _ttl(t: Translator, call: BoundCall, reply: Reply, raw: str) -> Ex:
    t.code(f"if {raw} == -2 then", f"  {raw} = nil", "end")
    return Ex(raw, Optional(Duration()))


_VALUES: dict[str, Callable[[Translator, BoundCall, Reply, str], Ex]] = {
    "none": _none,
    "int": lambda t, call, reply, raw: Ex(raw, SIZE),
    "bool": lambda t, call, reply, raw: Ex(raw, Bool()),
    "bit": lambda t, call, reply, raw: Ex(raw, Bool()),
    "count": lambda t, call, reply, raw: Ex(raw, Int(text=True, origin=call.key)),
    "float_or_none": _float_or_none,
    "int_or_none": lambda t, call, reply, raw: Ex(raw, Optional(SIZE)),
    "text": lambda t, call, reply, raw: Ex(raw, STR),
    "value": _value,
    "field": _value,
    "values": _values,
    "value_set": _value_set,
    "optional_values": _optional_values,
    "scored": _scored,
    "distances": _scored,
    "map": _map,
    "bools": _bools,
    "entries": _entries,
    "bit_position": _bit_position,
    "coordinates": _coordinates,
    "ttl": _ttl,
}
