"""Pipelines: what they queue, when they send it, and what they watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from redisspec.ir.flows import Value
from redisspec.readers.python.state import new_batch
from redisspec.readers.python.symbols import Pipe
from redisspec.readers.python.values import truth
from redisspec.readers.values import formed

if TYPE_CHECKING:
    from redisspec.readers.python.module import Batch
    from redisspec.readers.python.state import State
    from redisspec.readers.python.symbols import Client
    from redisspec.source.span import Span


def pipe_from(
    state: State, where: Value, aio: bool | None, *, certain: bool, transaction: bool | None
) -> Pipe:
    """A new pipeline."""
    number = state.number()
    pipe = Pipe(
        number, where, aio, certain, transaction, new_batch(state.number(), number, transaction)
    )
    state.pipes.append(pipe)
    return pipe


def transaction_of(given: Value | None, kind: str) -> bool | None:
    """Whether a pipeline is a transaction: by default it is, but on a cluster."""
    if given is None:
        return kind != "cluster"
    return truth(given)


def execute(state: State, pipe: Pipe) -> Value:
    """Send what is queued; the reply is made of those of the commands."""
    pipe.batch.executed = True
    reply = formed("()", *pipe.queued)
    _begin_again(state, pipe)
    return reply


def reset(state: State, pipe: Pipe) -> None:
    """Forget what is queued."""
    pipe.batch.reset = True
    _begin_again(state, pipe)


def _begin_again(state: State, pipe: Pipe) -> None:
    pipe.queued = []
    pipe.watching = pipe.watched = False
    pipe.keys = frozenset()
    pipe.batch = new_batch(state.number(), pipe.number, pipe.transaction)


Kept: TypeAlias = "list[tuple[Pipe, Batch, list[Value], bool, bool, frozenset[Value]]]"
"""What pipelines had queued and watched at some point."""


def keep(state: State) -> Kept:
    """What the pipelines have queued and watch now."""
    return [
        (one, one.batch, list(one.queued), one.watching, one.watched, one.keys)
        for one in state.pipes
    ]


def put_back(kept: Kept) -> None:
    """Forget what a branch did that nothing comes after: `if late: pipe.execute(); return`."""
    for pipe, batch, queued, watching, watched, keys in kept:
        pipe.batch, pipe.queued = batch, queued
        pipe.watching, pipe.watched, pipe.keys = watching, watched, keys


def watch(pipe: Pipe, keys: Iterable[Value] = ()) -> None:
    """From here on commands run at once, until `multi`."""
    pipe.watching = pipe.watched = True
    pipe.keys |= frozenset(keys)


def watches(pipe: Pipe, client: Client, keys: Sequence[tuple[Value, Span, int]]) -> bool:
    """Whether what the client does to these keys is watched by the pipeline, though it is another connection."""
    return (
        pipe.watched
        and bool(keys)
        and pipe.where == client.where
        and all(key in pipe.keys for key, _, _ in keys)
    )


def multi(pipe: Pipe) -> None:
    """From here on commands are queued, as one transaction."""
    pipe.watching = False
    pipe.batch.transaction = True
    pipe.batch.watches = pipe.watched
