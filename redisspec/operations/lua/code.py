"""The pieces of a script while it is put together: what each does decides where it may stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from redisspec.source.span import Span


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the operation: where it stands, and its own text."""

    span: Span
    text: str


@dataclass(slots=True)
class Code:
    """Lines that write nothing. `fails`: they may refuse the call. `reads` names the keyspaces
    whose stored data they look at; `what` says what reads, for messages."""

    lines: list[str]
    step: Step
    fails: bool = False
    reads: frozenset[str] = frozenset()
    what: str = ""


@dataclass(slots=True)
class Write:
    """Lines that write to keyspaces and can no longer be refused.

    `answers`: they set a variable to what the server answered, so that they cannot be held back;
    `site` is the place of the call where its answer could be asked for before instead.
    """

    lines: list[str]
    step: Step
    writes: frozenset[str]
    what: str
    answers: bool = False
    site: tuple[int, int] | None = None


@dataclass(slots=True)
class If:
    """A branch. `steady`: nothing in its condition is assigned anew later, so that it may wait.

    `chained`: the otherwise block is one If, written as `elif`.
    """

    condition: str
    then: Block
    otherwise: Block
    step: Step
    steady: bool = False
    chained: bool = False


@dataclass(slots=True)
class For:
    """A loop: `head` is all before `do`, `bind` sets its variables; `wrap` puts the body into repeat … until true, so that
    `break` there is Python's continue. `stop` is the flag by which a wrapped body ends the loop."""

    head: str
    bind: list[str]
    body: Block
    step: Step
    steady: bool = False
    wrap: bool = False
    stop: str = ""


@dataclass(slots=True)
class Leave:
    """`break` or `continue`, as Lua."""

    lines: list[str]
    step: Step


@dataclass(slots=True)
class Refuse:
    """The end of the script that changes nothing: the steps' own `raise`."""

    line: str
    step: Step


@dataclass(slots=True)
class Return:
    """The end of the script: `lines` make the reply, the last of them returns it."""

    lines: list[str]
    step: Step


Piece: TypeAlias = Code | Write | If | For | Leave | Refuse | Return
Block: TypeAlias = list[Piece]


@dataclass(slots=True)
class Traits:
    """What a piece may do: refuse the call, end it well, write, and to what."""

    fails: bool = False
    returns: bool = False
    leaves: bool = False
    sets: bool = False
    first_failure: Step | None = None
    writes: list[Write] = field(default_factory=list)


def traits(pieces: Block) -> Traits:
    """What any of the pieces may do."""
    found = Traits()
    for piece in pieces:
        match piece:
            case Code():
                _fails(found, piece.fails, piece.step)
                found.sets = True
            case Refuse():
                _fails(found, True, piece.step)
            case Write():
                found.writes.append(piece)
                found.sets = found.sets or piece.answers
            case Return():
                found.returns = True
            case Leave():
                found.leaves = True
            case If():
                _merge(found, traits(piece.then))
                _merge(found, traits(piece.otherwise))
            case For():
                inner = traits(piece.body)
                inner.leaves = False
                _merge(found, inner)
    return found


def _fails(found: Traits, fails: bool, step: Step) -> None:
    if fails and not found.fails:
        found.fails, found.first_failure = True, step


def _merge(found: Traits, inner: Traits) -> None:
    _fails(found, inner.fails, inner.first_failure) if inner.first_failure else None
    found.returns = found.returns or inner.returns
    found.leaves = found.leaves or inner.leaves
    found.sets = found.sets or inner.sets
    found.writes += inner.writes
