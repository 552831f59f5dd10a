"""Counters: reckoned with in the script, so that a refusal comes before the first write."""

from __future__ import annotations

from redisspec.operations.compiled import OutOfBounds, Refused
from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.numbers import unreadable_int
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import EXACT, Int
from redisspec.structures.common import expires, renews
from redisspec.structures.counter import limits


def _limits(call: BoundCall) -> tuple[int, int]:
    return limits(call.keyspace) or (-EXACT, EXACT)


def get(t: Translator, call: BoundCall) -> Ex:
    if call.keyspace.name in t.facts.reckoned:
        found = _count(t, call)
        common.renew(t, call)
        return found
    low, high = _limits(call)
    lua = common.command("GET", call.key)
    if expires(call.keyspace) and call.keyspace.lifetime.refresh == "on_access":
        lua = common.command("GETEX", call.key, "'PX'", common.ttl(t, call))
    name = common.read(t, call, f"{call.keyspace.name}_count", f"{lua} or '0'")
    return Ex(name, Int(low, high, text=True, origin=call.key))


def _count(t: Translator, call: BoundCall) -> Ex:
    """The count as this script leaves it, as a Lua number."""
    keyspace = call.keyspace
    static = Int(*_limits(call))
    if keyspace.name in t.facts.shared:
        latest = t.latest.get(keyspace.name)
        if latest is not None and latest[0] is t.out and latest[1] == call.key:
            return Ex(latest[2], static)
        if call.key in t.counted:
            known = f"{t.helper('counts')}[{call.key}]"
            return Ex(t.local(f"{keyspace.name}_count", known), static)
        t.counted.add(call.key)
        name = t.local(f"{keyspace.name}_count", f"{t.helper('count_of')}({call.key})")
        there = f"({common.command('GET', call.key)} or '')"
        unreadable_int(t, f"not {name}", there, call.key)
        t.latest[keyspace.name] = t.out, call.key, name
        return Ex(name, static)
    found = t.cells.get(keyspace.name)
    if found is None:
        if t.depth > 0:
            # what is first read in a branch or a loop is not known behind it
            t.facts.shared.add(keyspace.name)
        found = t.cells[keyspace.name] = t.name(f"{keyspace.name}_count")
        digits = f"{common.command('GET', call.key)} or '0'"
        t.code(f"local {found} = {t.helper('int')}({digits})")
        unreadable_int(t, f"not {found}", common.command("GET", call.key), call.key)
    return Ex(found, static, names=frozenset((f"*{found}",)))


def _leave(t: Translator, call: BoundCall, count: str) -> None:
    """Note what the count is from here on."""
    # another key of the keyspace may be the same one
    t.latest.pop(call.keyspace.name, None)
    if call.keyspace.name in t.facts.shared:
        t.code(f"{t.helper('counts')}[{call.key}] = {count}")
    else:
        t.code(f"{t.cells[call.keyspace.name]} = {count}")


def _add(t: Translator, call: BoundCall, sign: str) -> Ex:
    t.facts.reckoned.add(call.keyspace.name)
    node = common.argument(call, "by")
    by = common.whole_number(t, node) if node is not None else Ex("1", Int(1, 1), constant=1)
    assert isinstance(by.type, Int)
    before = _count(t, call)
    low, high = _limits(call)
    after = t.local(f"{call.keyspace.name}_after", f"{before.lua} {sign} {by.operand}")
    up, down = (by.type.high > 0, by.type.low < 0)
    if sign == "-":
        up, down = down, up
    tests = [f"{after} > {high}"] if up else []
    tests += [f"{after} < {low}"] if down else []
    if tests:
        # a counter that somebody else took beyond its bounds may still come back
        t.guard(" or ".join(reversed(tests)), OutOfBounds(low, high), call.key, before.lua)
    amount = common.digits(t, by)
    if amount == by.lua:
        amount = t.held(by).lua
    _leave(t, call, after)
    t.latest[call.keyspace.name] = t.out, call.key, after
    verb = "INCRBY" if sign == "+" else "DECRBY"
    common.write(t, call, common.command(verb, call.key, amount), *common.expire_lines(t, call))
    return Ex(after, Int(low, high))


def increment(t: Translator, call: BoundCall) -> Ex:
    return _add(t, call, "+")


def decrement(t: Translator, call: BoundCall) -> Ex:
    return _add(t, call, "-")


def set_(t: Translator, call: BoundCall) -> Ex:
    t.facts.reckoned.add(call.keyspace.name)
    node = common.argument(call, "value")
    assert node is not None
    value = common.whole_number(t, node)
    assert isinstance(value.type, Int)
    low, high = _limits(call)
    tests = [f"{value.operand} > {high}"] if value.type.high > high else []
    tests += [f"{value.operand} < {low}"] if value.type.low < low else []
    if tests:
        t.guard(" or ".join(tests), Refused(low, high), call.key, value.lua)
    value = t.held(value)
    if call.keyspace.name in t.facts.shared or call.keyspace.name in t.cells:
        _leave(t, call, value.lua)
    else:
        if t.depth > 0:
            t.facts.shared.add(call.keyspace.name)
        cell = t.cells[call.keyspace.name] = t.name(f"{call.keyspace.name}_count")
        t.code(f"local {cell} = {value.lua}")
    common.write(t, call, *set_lines(t, call, value.lua))
    return common.NOTHING


def set_lines(t: Translator, call: BoundCall, value: str) -> list[str]:
    """SET with the TTL that the lifetime wants."""
    keyspace = call.keyspace
    if not expires(keyspace):
        return [common.command("SET", call.key, value)]
    anew = common.command("SET", call.key, value, "'PX'", common.ttl(t, call))
    if renews(keyspace):
        return [anew]
    kept = common.command("SET", call.key, value, "'KEEPTTL'")
    return [
        f"if {common.command('PTTL', call.key)} > 0 then",
        f"  {kept}",
        "else",
        f"  {anew}",
        "end",
    ]


METHODS: Methods = {"get": get, "increment": increment, "decrement": decrement, "set": set_}
