"""Sorted sets: scores set and added to within the bound, the lowest or highest taken."""

from __future__ import annotations

import ast
from math import isfinite

from redisspec.ir.types import ValueType
from redisspec.operations.compiled import Full
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.hash_map import mapping
from redisspec.operations.methods.plain import most_of
from redisspec.operations.methods.set import answer_or_ask
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.numbers import as_operand
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import SIZE, Bool, Float, Int, Pairs, stored
from redisspec.structures.common import expires

WORDS = {
    "only_if_greater": "GT",
    "only_if_less": "LT",
    "only_if_absent": "NX",
    "only_if_present": "XX",
}


def _kind(call: BoundCall) -> ValueType:
    assert call.keyspace.value is not None
    return call.keyspace.value


def _member(t: Translator, call: BoundCall) -> str:
    node = common.argument(call, "member")
    assert node is not None
    return common.value(t, node, _kind(call), f"a member of `{call.keyspace.name}`", call).lua


def _trim(call: BoundCall) -> list[str]:
    most, trims = common.bound_of(call.keyspace)
    if not trims or most is None:
        return []
    return [common.command("ZREMRANGEBYRANK", call.key, "0", str(-most - 1))]


def _not_full(t: Translator, call: BoundCall, score: str) -> None:
    """Refuse a new member where the set holds as many as it may."""
    most, trims = common.bound_of(call.keyspace)
    if most is not None and not trims:
        test = f"{common.command('ZCARD', call.key)} >= {most} and not {score}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)


def add(t: Translator, call: BoundCall) -> Ex:
    words = [word for name, word in WORDS.items() if common.flag(t, call, name)]
    if len(words) > 1 and (set(words) & {"NX"} or set(words) >= {"GT", "LT"}):
        raise t.refuse(
            call.node, f"{' and '.join(words)} exclude each other", "drop one of the conditions"
        )
    member = _member(t, call)
    node = common.argument(call, "score")
    assert node is not None
    score = t.held(common.real_number(t, node))
    if "XX" not in words:
        _not_full(t, call, common.command("ZSCORE", call.key, member))
    lua = common.command(
        "ZADD",
        call.key,
        *(f"'{word}'" for word in words),
        "'CH'",
        common.float_argument(score),
        member,
    )
    more = [*_trim(call), *common.expire_lines(t, call)]
    if not call.used:
        common.write(t, call, lua, *more)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_changed"
    if not common.asks(t, call):
        return Ex(common.answered(t, call, wanted, f"{lua} == 1", *more, asks=True), Bool())
    old = common.read(t, call, "score_before", common.command("ZSCORE", call.key, member))
    tests = {"GT": f"{score.operand} > tonumber({old})", "LT": f"{score.operand} < tonumber({old})"}
    compared = next(
        (tests[word] for word in words if word in tests), f"{score.operand} ~= tonumber({old})"
    )
    if "NX" in words:
        changed = f"not {old}"
    elif "XX" in words:
        changed = f"{old} and {compared}"
    else:
        changed = f"not {old} or {compared}"
    name = t.local(wanted, f"({changed}) and true or false")
    common.write(t, call, lua, *more)
    return Ex(name, Bool())


def add_many(t: Translator, call: BoundCall) -> Ex:
    pairs = mapping(t, call, "scores")
    owner = f"a member of `{call.keyspace.name}`"
    names = [common.spelt(t, common.value(t, key, _kind(call), owner, call)) for key, _ in pairs]
    scores = [common.float_argument(t.held(common.real_number(t, value))) for _, value in pairs]
    most, trims = common.bound_of(call.keyspace)
    if most is not None and not trims:
        fresh = t.helper("fresh")
        new = common.read(
            t, call, f"{call.keyspace.name}_new",
            f"{fresh}('ZSCORE', {call.key}, {{ {', '.join(names)} }}, false)",
        )  # fmt: skip
        test = f"{common.command('ZCARD', call.key)} + {new} > {most}"
        t.guard(test, Full(most), call.key, reads=(call.keyspace.name,), what=call.what)
    # one after the other, as the accessor does: a member may stand there twice
    adds = [
        common.command("ZADD", call.key, "'CH'", s, n) for s, n in zip(scores, names, strict=True)
    ]
    more = [*_trim(call), *common.expire_lines(t, call)]
    if not call.used:
        common.write(t, call, *adds, *more)
        return common.NOTHING
    total = " + ".join(_last_only(pairs, names, adds))
    wanted = f"{call.keyspace.name}_changed"
    return Ex(common.answered(t, call, wanted, total, *more, asks=False), SIZE)


def _last_only(
    pairs: list[tuple[ast.expr, ast.expr]], names: list[str], adds: list[str]
) -> list[str]:
    """Of a member that stands in a mapping twice the last score counts, as in Python."""
    found: list[str] = []
    for at, (name, add) in enumerate(zip(names, adds, strict=True)):
        later = [
            f"{name} ~= {other}"
            for (key, _), other in zip(pairs[at + 1 :], names[at + 1 :], strict=True)
            if not (isinstance(key, ast.Constant) and isinstance(pairs[at][0], ast.Constant))
        ]
        found.append(f"({' and '.join(later)} and {add} or 0)" if later else add)
    return found


def increment(t: Translator, call: BoundCall) -> Ex:
    member = _member(t, call)
    node = common.argument(call, "by")
    by = t.expression(node) if node is not None else Ex("1", Float(), constant=1.0)
    # a number that is finite never makes one that is none of a score
    sure = isinstance(by.type, Int) or (isinstance(by.constant, float) and isfinite(by.constant))
    if node is not None:
        by = as_operand(t, node, by).typed(Float())
    most, trims = common.bound_of(call.keyspace)
    if not call.used and sure and (most is None or trims):
        lua = common.command("ZINCRBY", call.key, common.float_argument(t.held(by)), member)
        common.write(t, call, lua, *_trim(call), *common.expire_lines(t, call))
        return common.NOTHING
    before = common.read(t, call, "score_before", common.command("ZSCORE", call.key, member))
    _not_full(t, call, before)
    after = t.local("score_after", f"tonumber({before} or '0') + {by.operand}")
    t.fault(f"{after} ~= {after}", "a score that is no number")
    by = t.held(by)
    common.write(
        t,
        call,
        common.command("ZINCRBY", call.key, common.float_argument(by), member),
        *_trim(call),
        *common.expire_lines(t, call),
    )
    return Ex(after, Float())


def remove(t: Translator, call: BoundCall) -> Ex:
    nodes = common.several(call, "members")
    if not nodes:
        raise t.refuse(call.node, f"{call.what} names no members", "write one or more")
    found = common.members(t, nodes, _kind(call), f"a member of `{call.keyspace.name}`", call)
    lua = common.command("ZREM", call.key, common.spread(found))
    wanted = f"{call.keyspace.name}_removed"
    if not call.used or not common.asks(t, call):
        return answer_or_ask(t, call, found, lua, [], ("ZSCORE", "false"), wanted)
    # ZSCORE answers false for who is not there: the others are counted
    fresh = t.helper("fresh")
    table = common.as_table(found)
    distinct = t.local("distinct", "{}")
    each = t.name("each")
    t.code(f"for _, {each} in ipairs({table}) do", f"  {distinct}[{each}] = true", "end")
    total = t.local("total", "0")
    t.code(f"for _ in pairs({distinct}) do", f"  {total} = {total} + 1", "end")
    lua_count = f"{total} - {fresh}('ZSCORE', {call.key}, {table}, false)"
    name = common.read(t, call, wanted, lua_count)
    lines = [lua] if not isinstance(found, str) else [f"if #{found} > 0 then", f"  {lua}", "end"]
    common.write(t, call, *lines)
    return Ex(name, SIZE)


def remove_by_score(t: Translator, call: BoundCall) -> Ex:
    ends: list[str] = []
    for name, default in (("lowest", "'-inf'"), ("highest", "'+inf'")):
        node = common.argument(call, name)
        number = None if node is None else t.held(common.real_number(t, node))
        ends.append(default if number is None else common.float_argument(number))
    lua = common.command("ZREMRANGEBYSCORE", call.key, *ends)
    if not call.used:
        common.write(t, call, lua)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_removed"
    if common.asks(t, call):
        count = common.read(t, call, wanted, common.command("ZCOUNT", call.key, *ends))
        common.write(t, call, lua)
        return Ex(count, SIZE)
    return Ex(common.answered(t, call, wanted, lua, asks=True), SIZE)


def _pop(t: Translator, call: BoundCall, verb: str, reading: str, ranks: tuple[str, str]) -> Ex:
    node = common.argument(call, "count")
    count = common.whole_number(t, node) if node is not None else Ex("1", Int(1, 1), constant=1)
    if node is not None:
        common.at_least(t, count, node, 1, "count")
    count = t.held(count)
    if not call.used:
        common.write(t, call, common.command(verb, call.key, count.lua))
        return common.NOTHING
    last = "0" if count.constant == 1 else f"{count.operand} - 1"
    raw = common.read(
        t, call, f"{call.keyspace.name}_taken",
        common.command(reading, call.key, "0", last, "'WITHSCORES'"),
    )  # fmt: skip
    first, final = (end.replace("N", count.operand).replace("LAST", last) for end in ranks)
    common.write(t, call, common.command("ZREMRANGEBYRANK", call.key, first, final))
    most = most_of(call) if node is not None else 1
    return Ex(raw, Pairs(stored(_kind(call), call.key), Float(), most, call.key))


def pop_lowest(t: Translator, call: BoundCall) -> Ex:
    return _pop(t, call, "ZPOPMIN", "ZRANGE", ("0", "LAST"))


def pop_highest(t: Translator, call: BoundCall) -> Ex:
    return _pop(t, call, "ZPOPMAX", "ZREVRANGE", ("-N", "-1"))


def around(t: Translator, call: BoundCall) -> Ex:
    member = _member(t, call)
    node = common.argument(call, "distance")
    distance = common.whole_number(t, node) if node is not None else Ex("5", Int(5, 5), constant=5)
    if node is not None:
        common.at_least(t, distance, node, 0, "distance")
    near, most = t.name(f"{call.keyspace.name}_near"), call.keyspace.bound.max_items
    rank = common.read(t, call, "rank", common.command("ZREVRANK", call.key, member))
    d = distance.operand
    t.code(
        f"local {near} = {{}}",
        f"if {rank} then",
        "  -- a window that would stand over an end moves inwards",
        f"  local start = math.max(0, math.min({rank} - {d}, {common.command('ZCARD', call.key)} - 2 * {d} - 1))",
        f"  {near} = {common.command('ZREVRANGE', call.key, 'start', f'start + 2 * {d}', chr(39) + 'WITHSCORES' + chr(39))}",
        "end",
        reads=(call.keyspace.name,),
        what=call.what,
    )
    if expires(call.keyspace) and call.keyspace.lifetime.refresh == "on_access":
        line = common.command("PEXPIRE", call.key, common.ttl(t, call))
        t.code(f"if {rank} then", f"  {line}", "end")
    if isinstance(distance.constant, int):
        wide = 2 * distance.constant + 1
        most = wide if most is None else min(wide, most)
    return Ex(near, Pairs(stored(_kind(call), call.key), Float(), most, call.key))


METHODS: Methods = {
    "add": add,
    "add_many": add_many,
    "increment": increment,
    "remove": remove,
    "remove_by_score": remove_by_score,
    "pop_lowest": pop_lowest,
    "pop_highest": pop_highest,
    "around": around,
}
