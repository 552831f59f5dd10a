"""What a `for` walks through: its head in Lua, its bound, and what its variables are."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from redisspec.operations.compiled import Item
from redisspec.operations.translate.numbers import as_lua_number, none_help, numeric, unreadable_int
from redisspec.operations.translate.parts import from_stored
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import (
    EXACT,
    STR,
    Bool,
    Entries,
    Entry,
    Float,
    Int,
    Listing,
    NoneT,
    Optional,
    Pairs,
    Static,
    Text,
    Tuple,
    as_number,
    joined,
    shown,
)

MOST_ROUNDS: Final = 10_000
"""How often all loops of an operation together may go round: the server does nothing else meanwhile."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A loop's head, its bound, and what sets its variables when a round begins.

    `bind` gives the steps' variables their values; it may put code at the round's beginning.
    """

    head: str
    most: int
    bind: Callable[[Translator], dict[str, Ex]]
    steady: bool = True


def walk(t: Translator, node: ast.For) -> Walk:
    """What the loop walks through."""
    for name in _targets(t, node.target):
        if name.id in t.keyspaces or name.id in t.operation.params:
            raise t.refuse(
                name, f"`{name.id}` is declared in this spec already", "choose another name"
            )
    source = node.iter
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Name):
        made = _FUNCTIONS.get(source.func.id)
        if made is not None:
            if source.keywords:
                raise t.refuse(
                    source.keywords[0].value, f"`{source.func.id}` takes no keywords here"
                )
            return made(t, node, source)
    return _plain(t, node.target, source)


def _targets(t: Translator, target: ast.expr) -> list[ast.Name]:
    if isinstance(target, ast.Name):
        return [target]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for each in target.elts for name in _targets(t, each)]
    raise t.refuse(target, "a loop sets names")


def _name(t: Translator, target: ast.expr) -> str:
    if not isinstance(target, ast.Name):
        raise t.refuse(target, "one name stands here: the items are no pairs")
    return target.id


def _pair(t: Translator, target: ast.expr, count: int) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List) and len(target.elts) == count:
        return target.elts
    raise t.refuse(target, f"{count} names stand here, such as `{', '.join('ab'[:count])}`")


# --- what is walked -----------------------------------------------------------------


def _plain(t: Translator, target: ast.expr, source: ast.expr) -> Walk:
    ex = t.expression(source)
    static = ex.type
    if isinstance(static, Listing):
        index = t.name("i")
        table = _table(t, ex)
        most = _bounded(t, source, static.most)
        name = _name(t, target)
        return Walk(
            f"for {index} = 1, #{table}",
            most,
            lambda t: {
                name: _item(
                    t, name, static, f"{table}[{index}]", _known(static, (static.param,)), index
                )
            },
        )
    if isinstance(static, Pairs):
        return _pairs(t, target, source, ex, static)
    if isinstance(static, Entries):
        return _entries(t, target, source, ex, static)
    if isinstance(static, Tuple):
        return _display(t, target, source, ex)
    if isinstance(static, Optional | NoneT):
        raise t.refuse(
            source,
            f"{shown(static)} cannot be walked through",
            none_help(source),
        )
    raise t.refuse(
        source, f"{shown(static)} cannot be walked through", "a loop goes through a list"
    )


def _table(t: Translator, ex: Ex) -> str:
    lua = t.table(ex)
    return lua if lua.isidentifier() else t.local("list", lua)


def _bounded(t: Translator, source: ast.expr, most: int | None) -> int:
    if most is None:
        raise t.refuse(
            source,
            "nothing bounds how many items this loop goes through",
            "give the keyspace a `max_items`, or read a page: `latest(…)`, `top(…)` with a constant",
        )
    return most


def _known(static: Listing, params: tuple[str | None, ...]) -> tuple[Item | None, tuple[str, ...]]:
    if static.param is None:
        return None, ()
    return Item(static.param), tuple(each for each in params if each is not None)


def _item(
    t: Translator,
    name: str,
    static: Listing,
    raw: str,
    known: tuple[Item | None, tuple[str, ...]],
    index: str,
) -> Ex:
    """A loop's variable for an item of a list."""
    lua = t.variable(name)
    item = static.item
    if isinstance(item, Optional):
        raw = f"{raw} or nil"
    made = Ex(
        lua, item, names=frozenset((name,)), known=known[0], each=known[1], index=index, name=name
    )
    inner = item.inner if isinstance(item, Optional) else item
    key = static.origin or "''"
    if isinstance(inner, Float) and static.sure:
        t.code(f"local {lua} = tonumber({raw})")
        return made
    if isinstance(inner, Int) and name in t.facts.numbers:
        if static.param is not None:
            t.exact_lists.add(static.param)
            t.code(f"local {lua} = tonumber({raw})")
            return made.typed(as_number(inner))
        t.code(f"local {lua} = {raw}")
        return _numbered(t, made, inner, key)
    if isinstance(inner, Float) and static.param is not None:
        t.code(f"local {lua} = tonumber({raw})")
        return made
    if isinstance(inner, Bool) and static.param is not None:
        t.code(f"local {lua} = {raw} == '1'")
        return made
    t.code(f"local {lua} = {raw}")
    if isinstance(inner, Float | Bool):
        read = from_stored(t, made, key, name)
        return replace(read, name=name)
    return made


def _numbered(t: Translator, made: Ex, inner: Int, key: str) -> Ex:
    raw = made.lua
    name = t.local(f"{raw}_number", f"{raw} and {t.helper('int')}({raw})")
    unreadable_int(t, f"{raw} and not {name}", raw, key)
    static: Static = as_number(inner)
    if isinstance(made.type, Optional):
        t.code(f"{name} = {name} or nil")
        static = Optional(static)
    return replace(made, lua=name, type=static)


def _pairs(t: Translator, target: ast.expr, source: ast.expr, ex: Ex, static: Pairs) -> Walk:
    most = _bounded(t, source, static.most)
    table = ex.lua if ex.lua.isidentifier() else t.local("pairs", ex.lua)
    index = t.name("i")
    if static.mapping:
        raise t.refuse(
            source, "a map is walked through by its items", f"write `{ast.unparse(source)}.items()`"
        )
    first, second = (_name(t, each) for each in _pair(t, target, 2))
    step = "" if static.nested else ", 2"
    places = (
        (f"{table}[{index}][1]", f"{table}[{index}][2]")
        if static.nested
        else (f"{table}[{index}]", f"{table}[{index} + 1]")
    )

    def bind(t: Translator) -> dict[str, Ex]:
        found: dict[str, Ex] = {}
        for name, kind, raw in (
            (first, static.first, places[0]),
            (second, static.second, places[1]),
        ):
            # a score is a number, whoever wrote it
            listing = Listing(kind, most, static.origin, sure=kind is static.second)
            found[name] = _item(t, name, listing, raw, (None, ()), index)
        return found

    return Walk(f"for {index} = 1, #{table}{step}", most, bind)


def _entries(t: Translator, target: ast.expr, source: ast.expr, ex: Ex, static: Entries) -> Walk:
    most = _bounded(t, source, static.most)
    table = ex.lua if ex.lua.isidentifier() else t.local("entries", ex.lua)
    index = t.name("i")
    first, second = (_name(t, each) for each in _pair(t, target, 2))

    def bind(t: Translator) -> dict[str, Ex]:
        entry, number = t.variable(second), t.variable(first)
        t.code(f"local {entry} = {table}[{index}]", f"local {number} = {entry}[1]")
        return {
            first: Ex(number, STR, names=frozenset((first,)), name=first),
            second: Ex(
                entry,
                Entry(static.keyspace, static.origin),
                names=frozenset((second,)),
                name=second,
            ),
        }

    return Walk(f"for {index} = 1, #{table}", most, bind)


def _display(t: Translator, target: ast.expr, source: ast.expr, ex: Ex) -> Walk:
    """`for x in (a, b)`: values of one type."""
    name = _name(t, target)
    if not ex.parts:
        raise t.refuse(source, "there is nothing to go through")
    parts = list(ex.parts)
    if any(isinstance(part.type, Int) and not part.type.text for part in parts):
        parts = [
            as_lua_number(t, source, part) if isinstance(part.type, Int) else part for part in parts
        ]
    static: Static = parts[0].type
    for part in parts[1:]:
        both = joined(static, part.type)
        if both is None:
            raise t.refuse(
                source,
                f"this has {shown(static)} and {shown(part.type)}",
                "write values of one type",
            )
        static = both
    if isinstance(static, Optional | NoneT | Tuple | Listing | Pairs):
        raise t.refuse(source, f"{shown(static)} is not walked through here")
    if isinstance(static, Text) and static.literal is not None:
        static = Text(static.type)
    if name in t.facts.numbers and isinstance(static, Int) and static.text:
        parts = [as_lua_number(t, source, part) for part in parts]
        static = as_number(static)
    table = t.local("list", f"{{ {', '.join(part.lua for part in parts)} }}")
    index = t.name("i")

    def bind(t: Translator) -> dict[str, Ex]:
        lua = t.variable(name)
        t.code(f"local {lua} = {table}[{index}]")
        return {name: Ex(lua, static, names=frozenset((name,)), name=name)}

    return Walk(f"for {index} = 1, {len(parts)}", len(parts), bind)


def _range(t: Translator, node: ast.For, source: ast.Call) -> Walk:
    name = _name(t, node.target)
    parts = [numeric(t, each) for each in source.args]
    if not 1 <= len(parts) <= 3:
        raise t.refuse(source, "`range` takes one to three ints")
    for at, part in zip(source.args, parts, strict=True):
        if not isinstance(part.type, Int):
            raise t.refuse(at, "`range` takes ints")
    start = parts[0] if len(parts) > 1 else Ex("0", Int(0, 0), constant=0)
    stop = parts[1] if len(parts) > 1 else parts[0]
    step = parts[2] if len(parts) > 2 else Ex("1", Int(1, 1), constant=1)
    by = step.constant
    if not isinstance(by, int) or by == 0:
        raise t.refuse(source.args[-1], "the step of a `range` is a constant other than 0")
    assert isinstance(start.type, Int)
    assert isinstance(stop.type, Int)
    span = stop.type.high - start.type.low if by > 0 else start.type.high - stop.type.low
    most = max(0, -(-span // abs(by)))
    if most > MOST_ROUNDS:
        raise t.refuse(
            source,
            f"this loop may go round {most:,} times, and nothing else runs on the server meanwhile",
            f"write a constant: at most {MOST_ROUNDS:,} rounds; or `min(…, 100)`",
        )
    last = f"{stop.operand} - {1 if by > 0 else -1}".replace("- -1", "+ 1")
    head = f"for {t.variable(name)} = {start.lua}, {last}{'' if by == 1 else f', {by}'}"
    low, high = (
        sorted((max(start.type.low, -EXACT), min(stop.type.high, EXACT)))
        if by > 0
        else sorted((max(stop.type.low, -EXACT), min(start.type.high, EXACT)))
    )
    found = Ex(t.variable(name), Int(low, high), names=frozenset((name,)), name=name)
    return Walk(head, most, lambda _: {name: found}, steady=not (start.names | stop.names))


def _enumerate(t: Translator, node: ast.For, source: ast.Call) -> Walk:
    if len(source.args) != 1:
        raise t.refuse(source, "`enumerate` takes one list here, and counts from 0")
    counter, item = _pair(t, node.target, 2)
    name = _name(t, counter)
    inner = source.args[0]
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "zip":
        fake = ast.copy_location(ast.For(item, inner, [], []), node)
        found = _zip(t, fake, inner)
    else:
        found = _plain(t, item, inner)
    index = found.head.split()[1]
    steps_by_two = found.head.endswith(", 2")

    def bind(t: Translator) -> dict[str, Ex]:
        made = found.bind(t)
        lua = t.variable(name)
        t.code(f"local {lua} = {f'({index} - 1) / 2' if steps_by_two else f'{index} - 1'}")
        made[name] = Ex(lua, Int(0, found.most), names=frozenset((name,)), name=name)
        return made

    return Walk(found.head, found.most, bind, found.steady)


def _zip(t: Translator, node: ast.For, source: ast.Call) -> Walk:
    if len(source.args) < 2:
        raise t.refuse(source, "`zip` takes two lists or more")
    targets = [_name(t, each) for each in _pair(t, node.target, len(source.args))]
    lists: list[tuple[str, Listing]] = []
    most: list[int] = []
    for at in source.args:
        ex = t.expression(at)
        if not isinstance(ex.type, Listing):
            raise t.refuse(at, f"`zip` takes lists, and this is {shown(ex.type)}")
        most.append(_bounded(t, at, ex.type.most))
        lists.append((_table(t, ex), ex.type))
    index = t.name("i")
    sizes = ", ".join(f"#{table}" for table, _ in lists)

    def bind(t: Translator) -> dict[str, Ex]:
        return {
            name: _item(
                t, name, static, f"{table}[{index}]", _known(static, (static.param,)), index
            )
            for name, (table, static) in zip(targets, lists, strict=True)
        }

    return Walk(f"for {index} = 1, math.min({sizes})", min(most), bind)


_FUNCTIONS = {"range": _range, "enumerate": _enumerate, "zip": _zip}
