"""Steps of Python that touch several keys on a cluster, and whether those share a slot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.readers.python.values import JOIN

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import Batch, PyCall, PyKey, PyProcedure

_EACH = "each of"
# A cluster client sends these key by key.
_SPLIT = frozenset(("DEL", "UNLINK", "EXISTS", "TOUCH"))


def steps_apart(context: PyContext) -> Iterator[tuple[PyCall, PyKey, PyKey]]:
    """Each call at which a step meets a key of another slot, with the two keys; the same key twice: many of one kind."""
    by_spec = context.spec is not None and all(
        server.topology == "cluster" for server in context.spec.servers.values()
    )
    clusters = {
        call.receiver.where
        for procedure in context.procedures
        for call in procedure.calls
        if call.receiver.kind == "cluster"
    }
    if not by_spec and not clusters:
        return
    for procedure in context.procedures:
        for step in _steps(procedure):
            # A client whose kind is not known is a cluster's where the spec says so.
            if by_spec or step[0].receiver.where in clusters:
                yield from _apart(step)


def _steps(procedure: PyProcedure) -> Iterator[list[PyCall]]:
    """The commands that reach the server in one step: each by itself, or a transaction."""
    batches: dict[Batch, list[PyCall]] = {}
    for call in own_calls(procedure):
        if not call.keys:
            continue
        if call.batch is None or not call.batch.transaction:
            if call.receiver.kind != "pipeline" and call.command in _SPLIT:
                continue
            yield [call]
        else:
            batches.setdefault(call.batch, []).append(call)
    yield from batches.values()


def _apart(step: Sequence[PyCall]) -> Iterator[tuple[PyCall, PyKey, PyKey]]:
    known: list[tuple[PyKey, tuple[Value, ...]]] = []
    for call in step:
        for key in call.keys:
            value = key.value
            if value.text == _EACH and value.provenance == "formatted" and value.parts:
                slot = slot_parts(value.parts[0])
                if slot is not None and call.command != "EVAL" and not _is_fixed(slot):
                    yield call, key, key
                    return
                continue
            slot = slot_parts(value)
            if slot is None:
                continue
            other = next((its for its, theirs in known if _differ(theirs, slot)), None)
            if other is not None:
                yield call, other, key
                return
            known.append((key, slot))


def _is_fixed(slot: Sequence[Value]) -> bool:
    return all(part.provenance == "constant" for part in slot)


def _differ(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether two texts that decide a slot are different ones; a prefix that both have may bear the tag."""
    return one != other and (one[0].provenance == "constant" or one[0] != other[0])


def slot_parts(key: Value) -> tuple[Value, ...] | None:
    """What of a key decides its slot: what stands in braces, else all of it; None where that is not known."""
    parts = key.parts if key.provenance == "formatted" and key.text == JOIN else (key,)
    if not any(part.provenance == "constant" for part in parts):
        return None
    inside: list[Value] | None = None
    for part in parts:
        if part.provenance != "constant":
            if inside is not None:
                inside.append(part)
            continue
        text = part.text
        if inside is None:
            _, brace, text = text.partition("{")
            if not brace:
                continue
            inside = []
        tag, closing, _ = text.partition("}")
        if tag:
            inside.append(type(part)("constant", tag))
        if closing:
            return tuple(inside) or tuple(parts)
    return tuple(parts)
