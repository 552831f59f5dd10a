"""What is known of a Python file once it is read: its calls of Redis, their keys, their conditions.

A procedure is a function (or the file's own statements) with every call that it makes of Redis, those
of the project's functions that it calls among them: they are read where they are called, with what they
are given. A call that stands in another function says by which places it was reached (`sites`).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from redisspec.ir.flows import Effect, Value

if TYPE_CHECKING:
    from redisspec.ir.keypattern import KeyPattern
    from redisspec.source.span import Span
    from redisspec.source.text import SourceText

ClientKind = Literal[
    "client", "cluster", "sentinel", "pipeline", "pool", "pubsub", "lock", "script", "module",
]  # fmt: skip
"""module: what `client.json()` and the like give. script: of `register_script`."""


class Handed(ast.Call):
    """A call that stands in the source as a function that is handed on: `to_thread(client.get, key)`."""


@dataclass(frozen=True, slots=True)
class PyKey:
    """A key that a call touches. `role` is its place among the command's key specs (1: a destination).

    Two keys with the same `value` are the same key for sure, as far as the procedure goes. `pattern`
    has a hole for what is not known; `name` is how a message calls it: `cart:{user_id}`.
    """

    value: Value
    pattern: KeyPattern
    name: str
    span: Span
    role: int = 0


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that holds (or, with `holds` false, does not) where something runs."""

    condition: Value
    holds: bool


@dataclass(frozen=True, slots=True, eq=False)
class PyLoop:
    """A loop or comprehension. `over` is what it walks (a while loop: its condition).

    `small` says that it walks a written list of a few items or a short range; `endless` is `while
    True`; `leaves` says that something inside may end it early (break, return, raise).
    """

    kind: Literal["for", "while", "comprehension"]
    over: Value
    variable: Value
    span: Span
    small: bool = False
    endless: bool = False
    leaves: bool = False
    bound: int | None = None


@dataclass(slots=True, eq=False)
class Batch:
    """The commands that a pipeline sends together.

    `transaction` is None where it is not known. `executed` says that an `execute()` sends them; without
    one they are lost, unless the pipeline was handed on (`escaped`). `pipeline` numbers the pipeline,
    so that what was read under its WATCH can be told (`watches`: it watched before the batch).
    """

    pipeline: int
    number: int
    transaction: bool | None
    watches: bool = False
    executed: bool = False
    escaped: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A call of a project's function that was read in place of the call."""

    node: ast.Call | ast.expr
    function: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """What a call was made on. Two receivers with the same `where` are the same server for sure.

    `aio` is None where it is not known. `certain`: it is Redis by a constructor, an annotation or an
    import, not only by the methods that are called on it.
    """

    kind: ClientKind
    where: Value
    aio: bool | None
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class PyCall:
    """A call of Redis, the `number`-th of its procedure, in the order in which they are written.

    `command` is None where a variable names it, and for what is no command (`lock`, `pipeline`).
    `arguments` are by redis-py's parameter names; a bare `*` in front of one holds the rest as the
    parts of one value, and `**` says that more may be given by name. `maybe` names the parameters that are given and may be None or False.
    `effects` are one a key, or one without a key; `keys_known` says that `keys` are all that it touches.

    `guards` are the conditions under which it runs, `loops` the loops around it from the outermost on,
    `tries` the parts of `try` statements (`body`, `handler`, `else`, `finally`, each with the number of
    its statement). `held` are the locks that are held: "redis" or "process". `watched`: it runs at
    once, on a pipeline that watches. `batch` is the pipeline's that queues it, None where it is sent
    at once. `statement` tells which statement of the source it belongs to. `sites` lead from the
    procedure to the function that it stands in; empty where it stands in the procedure itself.
    `dropped`: nobody takes its reply. `awaited`: it stands under `await`. `function` is the qualified
    name of the function that it stands in, and `in_async` says that this is a coroutine.
    """

    number: int
    method: str
    command: str | None
    receiver: Receiver
    keys: tuple[PyKey, ...]
    keys_known: bool
    arguments: Mapping[str, Value]
    maybe: frozenset[str]
    effects: tuple[Effect, ...]
    reply: Value
    guards: tuple[Guard, ...]
    loops: tuple[PyLoop, ...]
    tries: tuple[tuple[str, int], ...]
    held: tuple[str, ...]
    watched: int | None
    batch: Batch | None
    statement: int
    sites: tuple[Site, ...]
    dropped: bool
    awaited: bool
    function: str
    in_async: bool
    node: ast.Call
    span: Span

    @property
    def key(self) -> PyKey | None:
        """The first key."""
        return self.keys[0] if self.keys else None

    def argument(self, *names: str) -> Value | None:
        """The first of these parameters that is given."""
        for name in names:
            if name in self.arguments:
                return self.arguments[name]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class PyOther:
    """A call of something that is not Redis, by its full name (`pickle.loads`, `time.sleep`).

    `after` is how many calls of Redis came before it.
    """

    name: str
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]
    guards: tuple[Guard, ...]
    loops: tuple[PyLoop, ...]
    sites: tuple[Site, ...]
    awaited: bool
    in_async: bool
    after: int
    node: ast.Call
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class PyClient:
    """A client, pool or lock that is built. `name` is the constructor's full name.

    `settings` are what it is given by name, with the place of each; `open` says that more may be given
    by what could not be read (`**options`, a URL that may carry settings does not count).
    `per_call` says that it is built each time that a function runs, by no cache or singleton.
    """

    name: str
    kind: ClientKind
    aio: bool | None
    settings: Mapping[str, Value]
    spans: Mapping[str, Span]
    open: bool
    positional: tuple[Value, ...]
    per_call: bool
    function: str
    sites: tuple[Site, ...]
    node: ast.Call
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class PyScript:
    """Lua that stands in the file as a text; "" where the text is not known.

    `places` are the offsets in the source of each letter of the text, and of its end; empty where that
    cannot be told, and `span`, its literal's, is all that is known. `value` is what it is made of. `interpolated`: it is put together from parts that vary.
    `sent`: a call sends or registers it, else it only looks like Lua for Redis.
    """

    text: str
    value: Value
    span: Span
    places: tuple[int, ...]
    interpolated: bool
    sent: bool
    procedure: str


@dataclass(frozen=True, slots=True, eq=False)
class PyReturn:
    """A `return` of the procedure itself; `after` is how many calls came before it."""

    value: Value
    guards: tuple[Guard, ...]
    after: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class PyProcedure:
    """A function, by its qualified name ("Cart.add"), or "<module>".

    `defaults` are the values of parameters that have one. `is_async`: a coroutine.
    """

    name: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, Value]
    is_async: bool
    decorators: tuple[str, ...]
    calls: tuple[PyCall, ...]
    others: tuple[PyOther, ...]
    returns: tuple[PyReturn, ...]
    span: Span
    node: ast.AST


@dataclass(frozen=True, slots=True, eq=False)
class PyModule:
    """A file as it was read."""

    source: SourceText
    tree: ast.Module
    name: str
    procedures: tuple[PyProcedure, ...] = ()
    clients: tuple[PyClient, ...] = ()
    scripts: tuple[PyScript, ...] = ()
