"""What a name can stand for while a script is read, and the scopes that names live in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from redisspec.ir.flows import Value
from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.values import NIL, as_number, number
from redisspec.readers.values import UNKNOWN, either, formed


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name of the server's own: `redis.call`, `KEYS`, `string.format`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionObject:
    """A function of the script, with the scope that it was made in."""

    node: lua.Function
    scope: Scope


@dataclass(slots=True, eq=False)
class TableObject:
    """A table of the script. `depth` is how many branches and loops were around its making.

    `open`: more elements may follow those of `items`; `extra` are some that do. `vague`: a named
    entry may have been set that is not known. `opaque`: nothing is known of it any more.
    """

    depth: int
    items: list[Symbol] = field(default_factory=list)
    named: dict[str, Symbol] = field(default_factory=dict)
    extra: list[Symbol] = field(default_factory=list)
    open: bool = False
    vague: bool = False
    opaque: bool = False

    def get(self, key: Value) -> Symbol:
        """The entry under a key."""
        if self.opaque or key.provenance != "constant":
            return UNKNOWN
        place = as_number(key)
        if place is None:
            return self.named.get(key.text, UNKNOWN if self.vague else NIL)
        if 1 <= place <= len(self.items) and place == int(place):
            return self.items[int(place) - 1]
        return UNKNOWN if self.open or self.vague else NIL

    def put(self, key: Value, symbol: Symbol, depth: int) -> None:
        """Set an entry; below a branch or loop that the table is older than, it may not be set."""
        place = as_number(key)
        certain = depth <= self.depth
        if key.provenance != "constant":
            self.vague = True
            if key.text == "#+1" and key.provenance == "formatted":
                self.append(symbol, depth)
            else:
                self.opaque = True
        elif place is None:
            self.named[key.text] = symbol if certain else UNKNOWN
        elif place == len(self.items) + 1 and not self.open:
            self.append(symbol, depth)
        elif 1 <= place <= len(self.items) and place == int(place):
            self.items[int(place) - 1] = symbol if certain else UNKNOWN
        else:
            self.open = self.vague = True

    def append(self, symbol: Symbol, depth: int) -> None:
        """Add an element at the end."""
        if depth <= self.depth and not self.open:
            self.items.append(symbol)
        else:
            self.open = True
            self.extra.append(symbol)

    def size(self) -> Value:
        """Its length."""
        return UNKNOWN if self.open or self.opaque else number(len(self.items))


Symbol: TypeAlias = Value | Builtin | FunctionObject | TableObject


@dataclass(slots=True, eq=False)
class Scope:
    """The locals of a block: each name has a cell, whose content is in the reader's store."""

    parent: Scope | None = None
    cells: dict[str, int] = field(default_factory=dict)

    def find(self, name: str) -> int | None:
        """The cell of the nearest local of that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.cells:
                return scope.cells[name]
            scope = scope.parent
        return None


def joined(one: Symbol, other: Symbol) -> Symbol:
    """What a name stands for where two paths meet."""
    if one is other or one == other:
        return one
    if isinstance(one, Value) and isinstance(other, Value):
        return either(one, other)
    return UNKNOWN


def as_value(symbol: Symbol, deep: int = 4) -> Value:
    """The symbol as a value of the IR; a table as its elements and its named entries."""
    match symbol:
        case Value():
            return symbol
        case Builtin(name):
            return Value("parameter", name) if name in ("KEYS", "ARGV") else UNKNOWN
        case FunctionObject():
            return Value("unknown", "function")
        case TableObject():
            if symbol.opaque or deep == 0:
                return Value("unknown", "table")
            parts = [as_value(item, deep - 1) for item in symbol.items]
            parts += [formed(f"{k}=", as_value(v, deep - 1)) for k, v in symbol.named.items()]
            if symbol.open or symbol.vague:
                parts += [Value("unknown", "…")]
            return formed("{}", *parts)
