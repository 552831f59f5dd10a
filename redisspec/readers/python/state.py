"""What a reading of a procedure keeps: frames of functions, conditions, loops, and all that it noted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.module import (
    Batch,
    Guard,
    PyCall,
    PyClient,
    PyLoop,
    PyOther,
    PyReturn,
    PyScript,
    Site,
)

if TYPE_CHECKING:
    from redisspec.readers.python.files import PyFile
    from redisspec.readers.python.project import Project
    from redisspec.readers.python.symbols import Class, Function, Pipe, Symbol

MOST_STEPS = 6_000
"""From so many statements of a procedure on, functions are no longer read where they are called."""
MOST_DEPTH = 4
"""How deep functions are read where they are called."""


@dataclass(slots=True, eq=False)
class Frame:
    """A function while it is read. `name` is its qualified name; `returns` what it may return."""

    file: PyFile
    name: str
    locals: dict[str, Symbol]
    owner: Class | None = None
    is_async: bool = False
    returns: list[Symbol] = field(default_factory=list)
    yields: list[Symbol] = field(default_factory=list)
    each: Value | None = None
    """The variable of the loop around the last `yield`."""
    at_top: bool = False


@dataclass(slots=True, eq=False)
class State:
    """The state of one reading. While `quiet`, nothing is noted: only what names stand for is wanted."""

    project: Project
    frame: Frame
    quiet: int = 0
    guards: list[Guard] = field(default_factory=list)
    loops: list[PyLoop] = field(default_factory=list)
    tries: list[tuple[str, int]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    active: list[ast.AST] = field(default_factory=list)
    steps: int = 0
    building: int = 0
    """In how many loops that are read once an item."""
    made: int = 0
    statement: int = 0
    statements: int = 0
    calls: list[PyCall] = field(default_factory=list)
    others: list[PyOther] = field(default_factory=list)
    clients: list[PyClient] = field(default_factory=list)
    scripts: list[PyScript] = field(default_factory=list)
    returns: list[PyReturn] = field(default_factory=list)
    pipes: list[Pipe] = field(default_factory=list)
    awaited: ast.AST | None = None
    dropped: ast.AST | None = None
    deferred: dict[ast.AST, Function] = field(default_factory=dict)
    """Functions without a name that nothing has called yet."""
    partials: dict[ast.Call, ast.Lambda] = field(default_factory=dict)
    """What each `functools.partial` comes to."""
    left: list[list[dict[str, Symbol]]] = field(default_factory=list)
    """For each loop around, what names stand for where a `break` or `continue` leaves its body."""
    broken: list[list[tuple[Guard, ...]]] = field(default_factory=list)
    """For each loop around, under which conditions a `break` ends it."""

    def number(self) -> int:
        """A number that nothing else of this reading has."""
        self.made += 1
        return self.made

    def fresh(self, what: str) -> Value:
        """A value of which nothing is known but that it is none of the others."""
        return Value("unknown", f"{what} {self.number()}")

    @contextmanager
    def under(self, *guards: Guard) -> Iterator[None]:
        """What runs under some conditions; those learned inside end with it."""
        known = len(self.guards)
        self.guards += guards
        try:
            yield
        finally:
            del self.guards[known:]

    @contextmanager
    def looping(self, loop: PyLoop) -> Iterator[None]:
        """The body of a loop."""
        self.loops.append(loop)
        try:
            yield
        finally:
            self.loops.pop()

    @contextmanager
    def trying(self, part: str, number: int) -> Iterator[None]:
        """A part of a try statement."""
        self.tries.append((part, number))
        try:
            yield
        finally:
            self.tries.pop()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """What is read only to learn what a name stands for."""
        self.quiet += 1
        kept = self.guards, self.loops, self.tries, self.held, self.sites
        self.guards, self.loops, self.tries, self.held, self.sites = [], [], [], [], []
        try:
            yield
        finally:
            self.guards, self.loops, self.tries, self.held, self.sites = kept
            self.quiet -= 1

    @contextmanager
    def inside(self, frame: Frame, site: Site | None, node: ast.AST) -> Iterator[None]:
        """The body of a function that is read where it is called."""
        outer, known = self.frame, len(self.guards)
        tries = self.tries
        awaited, dropped = self.awaited, self.dropped
        self.frame = frame
        self.active.append(node)
        if site is not None:
            self.sites.append(site)
        try:
            yield
        finally:
            if site is not None:
                self.sites.pop()
            self.active.pop()
            self.frame = outer
            self.tries = tries
            self.awaited, self.dropped = awaited, dropped
            del self.guards[known:]


def new_batch(number: int, pipeline: int, transaction: bool | None) -> Batch:
    """An empty batch."""
    return Batch(pipeline, number, transaction)
