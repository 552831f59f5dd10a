"""The units inside a flow, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.flows import Branch, Loop, Sequence, Try, Unit

if TYPE_CHECKING:
    from redisspec.ir.flows import Flow


def units_of(flow: Flow) -> Iterator[Unit]:
    """Every unit that the flow can reach; iterative, since read code nests as deep as it likes."""
    waiting: list[Flow] = [flow]
    while waiting:
        step = waiting.pop()
        inner: list[Flow | None]
        match step:
            case Unit():
                yield step
                continue
            case Sequence(steps):
                inner = list(steps)
            case Branch(_, then, otherwise):
                inner = [then, otherwise]
            case Loop(body):
                inner = [body]
            case Try(body, handlers, final):
                inner = [body, *handlers, final]
            case _:
                continue
        waiting.extend(one for one in reversed(inner) if one is not None)
