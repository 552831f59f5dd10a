"""What a reading of a script keeps: the store of its locals, its flow, and all that it noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from redisspec.ir.flows import Flow, Value
from redisspec.ir.flows import Sequence as Steps
from redisspec.readers.lua.script import (
    Declared,
    Guard,
    LuaCall,
    LuaLoop,
    LuaReply,
    LuaTest,
    LuaText,
    LuaUnpack,
)
from redisspec.readers.lua.symbols import FunctionObject, Scope, Symbol
from redisspec.readers.values import UNKNOWN
from redisspec.source.span import Span

MOST_STEPS = 40_000
"""From so many statements on, functions are no longer read where they are called."""


@dataclass(slots=True, eq=False)
class State:
    """The state of one reading. `returns` collects those of the function that is being read."""

    declared: tuple[Declared, ...]
    scope: Scope = field(default_factory=Scope)
    store: dict[int, Symbol] = field(default_factory=dict)
    made: int = 0
    globals: dict[str, Symbol] = field(default_factory=dict)
    flow: list[Flow] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    depth: int = 0
    loops: int = 0
    steps: int = 0
    active: list[FunctionObject] = field(default_factory=list)
    returns: list[list[Symbol]] | None = None
    functions: list[FunctionObject] = field(default_factory=list)
    called: set[FunctionObject] = field(default_factory=set)
    registered: list[tuple[str, FunctionObject]] = field(default_factory=list)
    calls: list[LuaCall] = field(default_factory=list)
    replies: list[LuaReply] = field(default_factory=list)
    tests: list[LuaTest] = field(default_factory=list)
    found_loops: list[LuaLoop] = field(default_factory=list)
    unpacks: list[LuaUnpack] = field(default_factory=list)
    texts: list[LuaText] = field(default_factory=list)
    key_values: list[tuple[int, Span, str]] = field(default_factory=list)
    used: dict[str, set[int]] = field(default_factory=lambda: {"KEYS": set(), "ARGV": set()})
    some: set[str] = field(default_factory=set)

    # --- names ----------------------------------------------------------------------

    def declare(self, name: str, symbol: Symbol) -> None:
        """A new local of the present scope."""
        self.made += 1
        self.scope.cells[name] = self.made
        self.store[self.made] = symbol

    def assign(self, name: str, symbol: Symbol) -> None:
        """Give a local, or a global, another value."""
        cell = self.scope.find(name)
        if cell is not None:
            self.store[cell] = symbol
        else:
            # A branch that sets a global is not undone, so its value is not trusted.
            self.globals[name] = symbol if self.depth == 0 else UNKNOWN

    def value_of(self, name: str) -> Symbol | None:
        """What a name stands for; None where the script nowhere gives it a value."""
        cell = self.scope.find(name)
        if cell is None:
            return self.globals.get(name)
        # A function may have been made on a path that was left since.
        return self.store.get(cell, UNKNOWN)

    @contextmanager
    def block(self, parent: Scope | None = None) -> Iterator[None]:
        """A scope of its own; conditions that were learned inside end with it."""
        outer, known = self.scope, len(self.guards)
        self.scope = Scope(parent if parent is not None else outer)
        try:
            yield
        finally:
            self.scope = outer
            del self.guards[known:]

    # --- flow -----------------------------------------------------------------------

    @contextmanager
    def branch(self, *guards: Guard) -> Iterator[list[Flow]]:
        """What runs under some conditions; yields the steps that it turns out to have."""
        outer, known = self.flow, len(self.guards)
        self.flow = []
        self.guards += guards
        self.depth += 1
        try:
            yield self.flow
        finally:
            self.depth -= 1
            self.flow = outer
            del self.guards[known:]


def sequence(steps: list[Flow]) -> Flow:
    """The steps as one flow."""
    return steps[0] if len(steps) == 1 else Steps(tuple(steps))


def holds(condition: Value) -> Guard:
    return Guard(condition, True)


def fails(condition: Value) -> Guard:
    return Guard(condition, False)
