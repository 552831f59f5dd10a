"""What happens: effects, the units in which they reach a server, and how these follow each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from redisspec.ir.keypattern import KeyPattern
from redisspec.source.span import NOWHERE, Span

Provenance = Literal["constant", "parameter", "clock", "random", "reply", "formatted", "unknown"]


@dataclass(frozen=True, slots=True)
class Value:
    """An argument of a command with where it came from.

    `text` is the constant's text, the parameter's name, or what is known of the rest.
    """

    provenance: Provenance
    text: str = ""
    parts: tuple[Value, ...] = ()
    size: int = field(init=False, compare=False, repr=False, default=1)
    """How many values it is made of, itself counted: what is kept of one has a bound."""

    _hash: int = field(init=False, compare=False, repr=False, default=0)

    def __post_init__(self) -> None:
        if self.parts:
            object.__setattr__(self, "size", 1 + sum([part.size for part in self.parts]))

    def __hash__(self) -> int:
        # Trees of values are looked up far more often than they are made.
        if not self._hash:
            object.__setattr__(self, "_hash", hash((self.provenance, self.text, self.parts)))
        return self._hash

    def __reduce__(self) -> tuple[type[Value], tuple[Provenance, str, tuple[Value, ...]]]:
        # The hash of a text is another one in another process.
        return Value, (self.provenance, self.text, self.parts)


Action = Literal["reads", "writes", "creates", "grows", "trims", "expires", "clears_ttl", "deletes"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One command on one key pattern. `actions` come from the command table (ir/effects.py).

    `condition` names what the effect depends on: "NX", "XX", or a reply.
    """

    command: str
    key: KeyPattern | None
    actions: frozenset[Action]
    args: tuple[Value, ...] = ()
    condition: str | None = None
    span: Span = NOWHERE


UnitKind = Literal["command", "transaction", "script", "function"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What reaches the server atomically. A plain pipeline is several units."""

    kind: UnitKind
    effects: tuple[Effect, ...]
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Sequence:
    steps: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    condition: Value
    then: Flow
    otherwise: Flow | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    body: Flow
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    body: Flow
    handlers: tuple[Flow, ...] = ()
    final: Flow | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    kind: Literal["return", "raise", "break", "continue"]


Flow: TypeAlias = Unit | Sequence | Branch | Loop | Try | Exit

Retry = Literal["safe", "token", "never"]
"""safe: a second run changes nothing that matters (reads). token: an id makes it a no-op.
never: a lost reply is an unknown outcome."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A named flow with its retry class; `origin` says whose it is."""

    name: str
    flow: Flow
    retry: Retry
    parameters: tuple[str, ...] = ()
    origin: Literal["accessor", "operation", "python", "lua"] = "accessor"
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Client:
    """How a client is built: its kind and its settings."""

    kind: str
    settings: dict[str, Value] = field(default_factory=dict)
    span: Span = NOWHERE
