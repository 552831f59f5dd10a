"""Finds the names that a script writes without declaring them."""

from __future__ import annotations

from collections.abc import Iterator

from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.script import GlobalWrite
from redisspec.readers.lua.walk import expressions, operands, statements
from redisspec.source.span import Span


def global_writes(chunk: lua.Chunk) -> tuple[GlobalWrite, ...]:
    """Every assignment to a global, the first of each name with the place for its `local`."""
    found = list(_Finder().block(chunk.body, frozenset()))
    seen: set[str] = set()
    named: list[GlobalWrite] = []
    for write, at in found:
        first = write.name not in seen
        seen.add(write.name)
        fits = first and at is not None and _only_inside(chunk, write.name, at)
        named.append(write if fits else GlobalWrite(write.name, write.span))
    return tuple(named)


def _only_inside(chunk: lua.Chunk, name: str, block: lua.Block) -> bool:
    """Whether all that speaks of the name stands in this block, so that a local there is enough."""
    return _count(chunk.body, name) == _count(block, name)


def _count(block: lua.Block, name: str) -> int:
    return sum(
        isinstance(expression, lua.Name) and expression.name == name for expression in _names(block)
    )


def _names(block: lua.Block) -> Iterator[lua.Expression]:
    for statement in statements(block):
        waiting = list(expressions(statement))
        if isinstance(statement, lua.FunctionStatement):
            waiting.append(statement.target)
        while waiting:
            expression = waiting.pop()
            yield expression
            waiting += operands(expression)
            if isinstance(expression, lua.Function):
                yield from _names(expression.body)


class _Finder:
    """Walks blocks with the names that are local in them."""

    def block(
        self, block: lua.Block, known: frozenset[str]
    ) -> Iterator[tuple[GlobalWrite, lua.Block | None]]:
        """The writes of a block; with each the rest of the block where a local would do."""
        for place, statement in enumerate(block):
            for expression in expressions(statement):
                yield from self._expression(expression, known)
            match statement:
                case lua.Local(names):
                    known |= set(names)
                case lua.Assignment(targets):
                    rest = block[place:]
                    for target in targets:
                        if isinstance(target, lua.Name) and target.name not in known:
                            alone = len(targets) == 1 and not _reads(statement, target.name)
                            yield self._write(target, statement.span, rest if alone else None)
                case lua.FunctionStatement(lua.Name(name) as target, function, local):
                    if local:
                        known |= {name}
                    elif name not in known:
                        yield self._write(target, statement.span, block[place:])
                    yield from self._function(function, known)
                case lua.FunctionStatement(_, function):
                    yield from self._function(function, known)
                case lua.Do(body) | lua.While(_, body) | lua.Repeat(body):
                    yield from self.block(body, known)
                case lua.If(clauses, otherwise):
                    for _, body in clauses:
                        yield from self.block(body, known)
                    yield from self.block(otherwise or (), known)
                case lua.Count(name, _, _, _, body):
                    yield from self.block(body, known | {name})
                case lua.Each(names, _, body):
                    yield from self.block(body, known | set(names))

    def _write(
        self, target: lua.Name, statement: Span, rest: lua.Block | None
    ) -> tuple[GlobalWrite, lua.Block | None]:
        at = statement._replace(end_line=statement.line, end_column=statement.column)
        return GlobalWrite(target.name, target.span, at if rest is not None else None), rest

    def _expression(
        self, expression: lua.Expression, known: frozenset[str]
    ) -> Iterator[tuple[GlobalWrite, lua.Block | None]]:
        waiting = [expression]
        while waiting:
            one = waiting.pop()
            if isinstance(one, lua.Function):
                yield from self._function(one, known)
            waiting += operands(one)

    def _function(
        self, function: lua.Function, known: frozenset[str]
    ) -> Iterator[tuple[GlobalWrite, lua.Block | None]]:
        yield from self.block(function.body, known | set(function.parameters))


def _reads(statement: lua.Assignment, name: str) -> bool:
    waiting = list(statement.values)
    while waiting:
        one = waiting.pop()
        if isinstance(one, lua.Name) and one.name == name:
            return True
        waiting += operands(one)
    return False
