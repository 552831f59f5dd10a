"""What an accessor offers, as data: every emitter reads these, none adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from redisspec.ir.flows import Retry
from redisspec.ir.types import ValueType

# --- arguments ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plain:
    """A Python type that is passed as it is: `int`, `float | None`, `bool`."""

    annotation: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One value of a spec type, encoded before it is sent."""

    type: ValueType


@dataclass(frozen=True, slots=True)
class StoredEach:
    """Several values of a spec type: variadic (`*members`), or an iterable."""

    type: ValueType
    variadic: bool = True


@dataclass(frozen=True, slots=True)
class StoredPairs:
    """A mapping from a spec type to another, or to a plain `float` (scores)."""

    key: ValueType
    value: ValueType | Literal["float"]


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """The keyspace's own record class."""


ArgumentType: TypeAlias = Plain | Stored | StoredEach | StoredPairs | WholeRecord


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument beside the key's parameters; `default` is a Python literal."""

    name: str
    type: ArgumentType
    default: str | None = None
    keyword: bool = False


# --- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const:
    text: str | int


@dataclass(frozen=True, slots=True)
class Key:
    """The key itself."""


@dataclass(frozen=True, slots=True)
class Ttl:
    """The TTL in milliseconds, with the declared jitter or the caller's choice; 0 for never."""


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument as it is, or through a check of the runtime (`check_offset`, with its limits)."""

    name: str
    check: str | None = None
    limits: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Negated:
    """An integer argument with its sign turned, through a check of the runtime."""

    name: str
    check: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """An argument encoded by its type; a StoredEach or StoredPairs is spread."""

    name: str


@dataclass(frozen=True, slots=True)
class FieldsOf:
    """The record's fields and values; `counted` puts their number first, the absent ones last."""

    name: str
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """`token` and the argument, where it is not None."""

    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A Python expression over plain arguments, for what no other term says."""

    expression: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a function of the runtime makes of some arguments (by name) and constants.

    With `spread` it is a tuple, of which each item is sent.
    """

    function: str
    arguments: tuple[str | int, ...]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class ScriptSha:
    """The SHA-1 of a script of templates/lua."""

    name: str


Term: TypeAlias = (
    Const | Key | Ttl | Arg | Negated | Encoded | FieldsOf | Given | Raw | Checked | ScriptSha
)

# --- replies ------------------------------------------------------------------

ReplyKind = Literal[
    "none",  # nothing to tell
    "int",
    "bool",
    "count",  # an integer where a missing key is 0
    "ttl",  # timedelta, or None without a key
    "float_or_none",
    "int_or_none",
    "text",  # a stream's ID
    "value",  # the value, or None
    "values",  # list
    "value_set",
    "first_value",  # the first of a list, or None
    "optional_values",  # list with None
    "scored",  # list of (member, score)
    "record",  # the keyspace's record, or None
    "field",  # a field's value, or None
    "map",  # dict
    "bools",  # list of bool
    "entries",  # stream entries
    "stream_read",  # the entries of XREAD's one stream
    "added",  # an integer, or CollectionFull
    "added_flag",  # a bool, or CollectionFull
    "added_none",  # nothing, or CollectionFull
    "added_text",  # a stream's ID, or CollectionFull
    "added_int_value",  # a field's new int value, or CollectionFull
    "added_float",  # a float, or CollectionFull
    "bounded",  # a counter's value, or BoundExceeded
    "bit",
    "bit_position",  # int or None
    "bit_positions",  # list of int
    "distances",  # list of (member, metres)
    "coordinates",  # (longitude, latitude) or None
]


@dataclass(frozen=True, slots=True)
class Reply:
    """How a reply is read; `type` is the value's or the field's type."""

    kind: ReplyKind
    type: ValueType | None = None
    limits: tuple[int | None, ...] = ()


# --- bodies -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One round trip: a command, or a script called as one."""

    terms: tuple[Term, ...]
    reply: Reply
    retry: Retry = "never"


Special = Literal[
    "get_many",  # the values of several keys: MGET
    "call_many",  # one command a key, in one pipeline
    "set_many",  # one write a key, in one pipeline
    "save",  # the record from its fields
    "update",  # some of the record's fields
    "iterate",  # a list, page by page
    "in_portions",  # one call a thousand members; in a batch it is one
    "scan_members",  # SSCAN, ZSCAN, HSCAN
    "append",  # a stream entry from its fields
    "count_merged",  # PFCOUNT over several keys
    "combine",  # SINTER, SUNION, SDIFF within a slot
    "read",  # XREAD
    "scan",
    "delete_all",
]


@dataclass(frozen=True, slots=True)
class Custom:
    """A body that an emitter knows by name; `call` is the single step that it repeats."""

    kind: Special
    call: Call | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an accessor.

    `commands` are what reaches the server in one atomic step (for `Custom`: a step each), as
    (command, arguments that decide its effects); `script` names the script that runs them.
    `keyed` says that the key's parameters come first in its signature.
    """

    name: str
    doc: str
    body: Call | Custom
    arguments: tuple[Argument, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    script: str | None = None
    keyed: bool = True
