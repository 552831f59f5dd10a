"""The syntax of Lua 5.1 as data: what the parser leaves of a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from redisspec.source.span import Span

# --- expressions ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """nil, a boolean, a number or a text."""

    value: str | float | bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Vararg:
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`table.field` (the key is then a constant) or `table[key]`."""

    table: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call; `method` is set for `object:method(…)`."""

    function: Expression
    arguments: tuple[Expression, ...]
    span: Span
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    parameters: tuple[str, ...]
    variadic: bool
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """`{…}`: each item with its key, or None for the next place."""

    items: tuple[tuple[Expression | None, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Parenthesized:
    """`(…)`, which cuts several values down to one."""

    inner: Expression
    span: Span


Expression: TypeAlias = (
    Constant
    | Vararg
    | Name
    | Index
    | Invocation
    | Function
    | Table
    | Unary
    | Binary
    | Parenthesized
)

# --- statements -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Local:
    names: tuple[str, ...]
    values: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Assignment:
    targets: tuple[Expression, ...]
    values: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose values nobody takes."""

    call: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class FunctionStatement:
    """`function target(…)`; with `local` its name is a new local of the block."""

    target: Expression
    function: Function
    local: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Do:
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class While:
    condition: Expression
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Block
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """The conditions with their blocks in order, then the block of `else`."""

    clauses: tuple[tuple[Expression, Block], ...]
    otherwise: Block | None
    span: Span


@dataclass(frozen=True, slots=True)
class Count:
    """`for name = start, stop, step do`."""

    name: str
    start: Expression
    stop: Expression
    step: Expression | None
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Each:
    """`for names in expressions do`."""

    names: tuple[str, ...]
    expressions: tuple[Expression, ...]
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    values: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Break:
    span: Span


Statement: TypeAlias = (
    Local
    | Assignment
    | Call
    | FunctionStatement
    | Do
    | While
    | Repeat
    | If
    | Count
    | Each
    | Return
    | Break
)
Block: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A whole script; `shebang` is its first line where that is `#!…`."""

    body: Block
    shebang: str
    span: Span
    comments: tuple[tuple[int, int], ...] = ()
