"""What is known of a Lua script once it is read: its calls, their keys, its conditions, its replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from redisspec.ir.flows import Effect, Procedure, Value
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Keyspace
from redisspec.readers.lua.syntax import Chunk
from redisspec.source.span import Span
from redisspec.source.text import SourceText

Declared: TypeAlias = Keyspace | KeyPattern | None
"""What KEYS[n] is: of a keyspace, of a pattern, or nothing is known of it."""

KeyKind = Literal["declared", "some", "argument", "constant", "derived", "built", "unknown"]
"""declared: KEYS[n]. some: an element of KEYS. argument: an element of ARGV. constant: a text of the
script. derived: begins with an element of KEYS, or is made of KEYS and constants alone. built: made
of what else there is (ARGV, a reply). unknown: nothing is known of it, so nothing is said about it."""


@dataclass(frozen=True, slots=True)
class LuaKey:
    """A key that a command touches. `index` is n of KEYS[n] or ARGV[n], None where it varies.

    `role` is the key's place among the command's key specs (1 for the destination of RENAME).
    """

    kind: KeyKind
    value: Value
    pattern: KeyPattern
    span: Span
    index: int | None = None
    role: int = 0
    keyspace: Keyspace | None = None

    @property
    def name(self) -> str:
        """How a message names it: `KEYS[1]`, or the key's pattern."""
        return self.value.text if self.kind in ("declared", "argument") else self.pattern.text


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that holds (or, with `holds` false, does not) where something runs."""

    condition: Value
    holds: bool


@dataclass(frozen=True, slots=True)
class LuaLoop:
    """A loop. `over` is what it walks or tests; `bound` how often it runs at the most.

    `endless` says that its condition never ends it, `leaves` that something inside may.
    """

    kind: Literal["for", "each", "while", "repeat"]
    over: Value
    span: Span
    bound: int | None = None
    endless: bool = False
    leaves: bool = False
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LuaCall:
    """A call of the server, the `number`-th of its script. `command` is None where a variable names it; `named_by` is its value.

    `words` are the words after the command with their places; with `open` an unknown number of
    them follows. `keys_known` says that `keys` are all that the command touches. `effects` are
    one a key, or one without a key. `guards` are the conditions under which it runs, `loops` how
    many loops are around it. `dropped` says that nobody takes its reply.
    """

    number: int
    command: str | None
    named_by: Value
    words: tuple[Value, ...]
    spans: tuple[Span, ...]
    open: bool
    keys: tuple[LuaKey, ...]
    keys_known: bool
    effects: tuple[Effect, ...]
    guards: tuple[Guard, ...]
    loops: int
    protected: bool
    dropped: bool
    span: Span

    def word(self, place: int) -> str | None:
        """The constant at a place among the words, in upper case; None where it is none."""
        if place < len(self.words) and self.words[place].provenance == "constant":
            return self.words[place].text.upper()
        return None


@dataclass(frozen=True, slots=True)
class LuaReply:
    """What a script returns at one place. `span` is the expression's, `statement` the return's;
    `calls_before` says how many calls the script made until there."""

    value: Value
    guards: tuple[Guard, ...]
    span: Span
    statement: Span
    calls_before: int


@dataclass(frozen=True, slots=True)
class LuaTest:
    """A value whose truth decides; `negated` is set for `not value`, whose span it then has."""

    value: Value
    negated: bool
    span: Span
    operand: Span


@dataclass(frozen=True, slots=True)
class LuaUnpack:
    """An `unpack` of something into the arguments of a call or into values."""

    value: Value
    ranged: bool
    span: Span


@dataclass(frozen=True, slots=True)
class LuaText:
    """A value that Lua turns into text: by `..`, `tostring` or `string.format`."""

    value: Value
    how: str
    span: Span


@dataclass(frozen=True, slots=True)
class GlobalWrite:
    """An assignment to a name that no `local` declares; `fix_at` is where `local ` may be put."""

    name: str
    span: Span
    fix_at: Span | None = None


@dataclass(frozen=True, slots=True)
class LuaScript:
    """A script as it was read. `procedure` has its effects; its whole flow is one atomic step.

    `keys` and `argv` are the numbers of the elements that it uses; `some_keys` and `some_argv` say
    that it uses others by a variable number. `key_values` are uses of KEYS elements as values.
    `functions` are the functions that a library registers, each as a script of its own.
    """

    name: str
    source: SourceText
    chunk: Chunk
    procedure: Procedure
    declared: tuple[Declared, ...]
    calls: tuple[LuaCall, ...]
    replies: tuple[LuaReply, ...]
    tests: tuple[LuaTest, ...]
    loops: tuple[LuaLoop, ...]
    unpacks: tuple[LuaUnpack, ...]
    texts: tuple[LuaText, ...]
    globals: tuple[GlobalWrite, ...]
    key_values: tuple[tuple[int, Span, str], ...]
    keys: tuple[int, ...]
    argv: tuple[int, ...]
    some_keys: bool
    some_argv: bool
    functions: tuple[LuaScript, ...] = ()
