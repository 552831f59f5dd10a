"""What an operation compiles to: its script, and all that a caller of it must know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from redisspec.ir.flows import Procedure, Retry
from redisspec.ir.model import Keyspace, Operation
from redisspec.ir.types import ValueType

# --- what the caller computes ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the operation."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal of the steps, as a Python value (int, str, bool)."""

    value: int | str | bool


@dataclass(frozen=True, slots=True)
class Item:
    """Each item of a list parameter: what a loop's variable stands for."""

    param: str


KeyArgument: TypeAlias = Param | Constant | Item


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key of KEYS: of a keyspace, by the arguments of its `key` method in order.

    Where an argument is an Item, it is a key for each item of `each` (the list parameters that
    are walked together, as zip does); such groups stand behind the single keys.
    """

    keyspace: Keyspace
    arguments: tuple[KeyArgument, ...]
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """One element of ARGV: a parameter, encoded by its type.

    `exact` says that the script reckons with it: an int is then refused beyond 2^53 - 1.
    `optional`: two elements, 1 and the value, or 0 and an empty text for None.
    """

    param: str
    type: ValueType
    exact: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list parameter: how many items, then each encoded by its type."""

    param: str
    type: ValueType
    exact: bool = False


@dataclass(frozen=True, slots=True)
class TtlOf:
    """The TTL of a keyspace's key in milliseconds, with the declared jitter.

    `chosen` names the parameter (seconds, or None) by which the caller chooses it.
    """

    keyspace: Keyspace
    chosen: str | None = None


ArgvTerm: TypeAlias = Value | Items | TtlOf

# --- what it answers ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of the spec's types (`T | none` is OptionalOf); an int may come as an integer or as text."""

    type: ValueType


@dataclass(frozen=True, slots=True)
class RecordOf:
    """The record of a hash keyspace: the values of its fields in order, nil for a missing one."""

    keyspace: Keyspace


@dataclass(frozen=True, slots=True)
class EntriesOf:
    """Entries of a stream keyspace, as XRANGE answers them."""

    keyspace: Keyspace


@dataclass(frozen=True, slots=True)
class ListedOf:
    """An array; `kind` is the Python collection."""

    item: Result
    kind: Literal["list", "set"] = "list"


@dataclass(frozen=True, slots=True)
class ScoredOf:
    """Members and scores in turn, as ZRANGE WITHSCORES answers them."""

    member: ValueType


@dataclass(frozen=True, slots=True)
class MapOfPairs:
    """Keys and values in turn, as HGETALL answers them."""

    key: ValueType
    value: ValueType


@dataclass(frozen=True, slots=True)
class TupleOf:
    """An array with an element for each item."""

    items: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class OptionalOf:
    """nil for None, else the result."""

    inner: Result


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """What PTTL answers: a timedelta, None for -2, timedelta.max for -1."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """None."""


Result: TypeAlias = (
    Plain
    | RecordOf
    | EntriesOf
    | ListedOf
    | ScoredOf
    | MapOfPairs
    | TupleOf
    | OptionalOf
    | Milliseconds
    | Nothing
)

# --- how it is refused ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raised:
    """An error of the operation's own: the class, and its attributes with their types."""

    error: str
    attributes: tuple[tuple[str, ValueType], ...] = ()


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """BoundExceeded: the key and the count as it stands follow."""

    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Refused:
    """BoundExceeded of a number that was asked for: the key and that number follow."""

    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Full:
    """CollectionFull: the key follows."""

    max_items: int


@dataclass(frozen=True, slots=True)
class TooLarge:
    """ValueTooLarge: the key and the size follow."""

    max_bytes: int


@dataclass(frozen=True, slots=True)
class Corrupt:
    """DecodeError: the key and what stood there follow."""

    expected: str


@dataclass(frozen=True, slots=True)
class Fault:
    """ArithmeticFault: nothing follows."""

    reason: str


Refusal: TypeAlias = Raised | OutOfBounds | Refused | Full | TooLarge | Corrupt | Fault


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation, checked and compiled.

    `lua` is the whole script; `keys` and `argv` say how a caller makes KEYS and ARGV; `result`
    and `refusals` how the reply is read (`wrapped`: a success comes as {0, value}). A reply that
    begins with n is the n-th of `refusals`, counted from 1.
    """

    operation: Operation
    server: str
    lua: str
    keys: tuple[KeyUse, ...]
    argv: tuple[ArgvTerm, ...]
    result: Result
    wrapped: bool
    refusals: tuple[Refusal, ...]
    retry: Retry
    procedure: Procedure


# --- operations that are not atomic -----------------------------------------------


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """A call of an accessor's method, with its arguments in their order and by name.

    With `each` it is made for every item of these list parameters, walked together as zip does;
    `target` is the variable that its result goes to, which such a step has not.
    """

    keyspace: Keyspace
    method: str
    arguments: tuple[KeyArgument, ...] = ()
    named: tuple[tuple[str, KeyArgument], ...] = ()
    each: tuple[str, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class PipelineOperation:
    """An operation with `atomic: false`: its calls are sent together, in the written order.

    `returned` is the target whose value is the result, `result` what that is; None and Nothing
    where it returns nothing.
    """

    operation: Operation
    steps: tuple[PipelineStep, ...]
    result: Result = Nothing()
    returned: str | None = None


AnyOperation: TypeAlias = CompiledOperation | PipelineOperation
