"""What one Python file does to keys, small enough to be handed around: for rules over all files of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from redisspec.lint.declared import declared
from redisspec.lint.pyfacts import is_setting, outermost, window_in
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.ir.keypattern import KeyPattern
    from redisspec.lint.declared import Declared
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall
    from redisspec.source.span import Span


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One command on one key at one place. `key` is equal for keys that are made in the same way.

    `shape` is the text of its pattern with the holes left open, None where nothing of it is known. `expires` says
    whether the key has its TTL by this command or by another in the same procedure: `maybe` where a condition
    decides. `function` is the procedure's qualified name, `own` says that the command stands in it itself. `window`
    is what in the key bears a date. `open` says that what is added is not a constant: there may be ever more of it.
    `declared` is what the spec says of the key.
    """

    key: Value
    pattern: KeyPattern
    name: str
    server: str
    command: str
    actions: frozenset[str]
    condition: str | None
    expires: Literal["yes", "maybe", "no"]
    window: str | None
    function: str
    own: bool
    span: Span
    open: bool = False
    declared: Declared | None = None
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What one file does to keys."""

    path: str
    uses: tuple[KeyUse, ...]


def facts_of(context: PyContext) -> KeyFacts:
    """The facts of one file."""
    module = context.module
    return KeyFacts(module.source.path, tuple(_uses(context)))


def _uses(context: PyContext) -> Iterator[KeyUse]:
    shapes: dict[KeyPattern, str | None] = {}
    for procedure in context.procedures:
        expiring = [
            (call, key)
            for call in procedure.calls
            for key, effect in zip(call.keys, call.effects, strict=False)
            if "expires" in effect.actions
        ]
        for call in procedure.calls:
            for key, effect in zip(call.keys, call.effects, strict=False):
                expires: Literal["yes", "maybe", "no"] = "no"
                if "expires" in effect.actions:
                    given = {"ex", "px", "exat", "pxat"} & call.arguments.keys()
                    expires = "maybe" if given and given <= call.maybe else "yes"
                else:
                    for other, its in expiring:
                        if its.value == key.value:
                            sure = set(other.guards) <= set(call.guards)
                            expires = "yes" if sure else "maybe" if expires == "no" else expires
                if key.pattern not in shapes:
                    shapes[key.pattern] = _shape_of(key.pattern)
                yield KeyUse(
                    key.value,
                    key.pattern,
                    key.name,
                    call.receiver.where.text,
                    effect.command,
                    effect.actions,
                    effect.condition,
                    expires,
                    window_in(key),
                    procedure.name,
                    not call.sites,
                    outermost(call),
                    _is_open(call),
                    declared(context.spec, key.pattern),
                    shapes[key.pattern],
                )


def _shape_of(pattern: KeyPattern) -> str | None:
    shape = pattern.glob()
    return shape if shape.strip("*?[]") else None


_ITEMS = ("*values", "mapping", "value", "key", "items")


def _is_open(call: PyCall) -> bool:
    """Whether a call adds what is no constant: a field or member of which there may be ever more."""
    if call.command in ("HSET", "HSETNX", "HINCRBY", "HMSET"):
        given = [call.argument("key"), call.argument("mapping"), call.argument("items")]
    else:
        given = [call.argument(name) for name in _ITEMS]
    return any(
        leaf.provenance not in ("constant",) and not is_setting(leaf.text)
        for value in given
        if value is not None
        for leaf in leaves(value)
    )
