"""What a name can stand for while Python is read: values, clients, functions, classes, modules."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from redisspec.ir.flows import Value
from redisspec.readers.python.module import ClientKind
from redisspec.readers.python.values import NONE, TRUE
from redisspec.readers.values import UNKNOWN, either, formed

if TYPE_CHECKING:
    from redisspec.readers.python.files import PyFile
    from redisspec.readers.python.module import Batch


@dataclass(frozen=True, slots=True)
class External:
    """A name outside the project: `redis.Redis`, `time.time`."""

    dotted: str


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the project, as an imported module."""

    file: PyFile


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the project; `owner` is its class, `bound` what it is called on."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    file: PyFile
    owner: Class | None = None
    bound: Symbol | None = None
    closure: Mapping[str, Symbol] = field(default_factory=dict)
    arguments: tuple[Symbol, ...] = ()
    """Those that functools.partial gave already."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    file: PyFile


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a project's class. `attributes` are those that are known; `where` tells it from others."""

    cls: Class
    where: Value
    attributes: dict[str, Symbol] = field(default_factory=dict)
    ready: bool = False
    client: Client | None = None
    """Itself a client: its class comes from redis-py's."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client, pool, lock, script …; `key` is a lock's name, `text` a script's Lua."""

    kind: ClientKind
    where: Value
    aio: bool | None = None
    certain: bool = False
    key: Value | None = None
    text: Value | None = None
    settings: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Pipe:
    """A pipeline with what it has queued."""

    number: int
    where: Value
    aio: bool | None
    certain: bool
    transaction: bool | None
    batch: Batch
    watching: bool = False
    watched: bool = False
    keys: frozenset[Value] = frozenset()
    """What it watches, as far as that is known."""
    queued: list[Value] = field(default_factory=list)
    module: str = ""
    """What its commands begin with: `pipe.json()`."""
    given: bool = False
    """It was handed in, and may not be there: `pipe=None`."""


@dataclass(frozen=True, slots=True)
class Method:
    """A command that is not called yet: `get = client.get`."""

    base: Client | Pipe
    name: str


@dataclass(slots=True, eq=False)
class Entries:
    """A dictionary; `open` says that there may be more in it than is known."""

    items: dict[str, Symbol] = field(default_factory=dict)
    keys: dict[str, Value] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple or a list as it is written; `open` says that more may follow.

    `each`: the one item stands for objects that a loop makes, and this is the loop's variable.
    """

    items: tuple[Symbol, ...]
    open: bool = False
    is_list: bool = False
    each: Value | None = None


def objects(made: Symbol, each: Value | None) -> Items | None:
    """What a generator or a comprehension gives, where that is objects of a project's class."""
    return Items((made,), open=True, each=each) if isinstance(made, Instance) else None


Symbol: TypeAlias = (
    Value
    | External
    | Module
    | Function
    | Class
    | Instance
    | Client
    | Pipe
    | Method
    | Entries
    | Items
)


def as_value(symbol: Symbol, deep: int = 4) -> Value:
    """The symbol as a value of the IR."""
    match symbol:
        case Value():
            return symbol
        case External(dotted):
            return Value("parameter", dotted)
        case Function():
            return Value("unknown", "function")
        case Client() | Pipe() | Instance():
            return symbol.where
        case Method(base, name):
            return formed("." + name, base.where)
        case Items(items) if deep:
            parts = tuple(as_value(one, deep - 1) for one in items)
            return formed("()", *parts)
        case Entries() if deep:
            parts = tuple(
                formed(f"{name}=", as_value(one, deep - 1), *_chosen(symbol, name))
                for name, one in symbol.items.items()
            )
            return formed("{}", *parts)
    return UNKNOWN


def _chosen(entries: Entries, name: str) -> tuple[Value, ...]:
    """The key of an entry where the text does not say it: the member of `{member: score}`."""
    key = entries.keys.get(name)
    return () if key is None or key.provenance == "constant" else (key,)


def join(one: Symbol, other: Symbol) -> Symbol:
    """What a name stands for where two paths meet: where either is a client, it may be one."""
    if one is other or one == other:
        return one
    if isinstance(one, Value) and isinstance(other, Value):
        return either(one, other)
    for mine, theirs in ((one, other), (other, one)):
        if isinstance(mine, Client) and not isinstance(theirs, Client):
            # What is None on one way is not called on that way.
            return mine
    if isinstance(one, Client) and isinstance(other, Client):
        return one
    for mine, theirs in ((one, other), (other, one)):
        if isinstance(mine, Items) and mine.each is not None and isinstance(theirs, Items):
            # The list as it was before the loop that fills it.
            return mine
        if isinstance(mine, Pipe | Instance | Function | Method) and theirs == NONE:
            return mine
        if isinstance(mine, Pipe) and isinstance(theirs, Value):
            # `pipe or client.pipeline()`: one that was handed in is somebody else's to execute.
            mine.batch.escaped = True
            return mine
    if isinstance(one, Entries) and isinstance(other, Entries):
        return _joined_entries(one, other)
    if isinstance(one, Items) and isinstance(other, Items) and len(one.items) == len(other.items):
        return Items(tuple(map(join, one.items, other.items)), one.open or other.open, one.is_list)
    return either(as_value(one), as_value(other))


def _joined_entries(one: Entries, other: Entries) -> Entries:
    # A setting that only one way gives is given as far as a rule that misses it is concerned.
    items = dict(one.items)
    for name, symbol in other.items.items():
        items[name] = join(items[name], symbol) if name in items else symbol
    return Entries(items, {**one.keys, **other.keys}, one.open or other.open)


def is_given(symbol: Symbol) -> bool | None:
    """Whether an optional argument is there: False for None and False, None where that is not known."""
    if isinstance(symbol, Value):
        if symbol.provenance == "constant":
            return not (symbol.parts and symbol.text in ("None", "False"))
        if symbol == TRUE:
            return True
        return None
    return True
