"""What a call ended with: its value, or its error by class and attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redisspec.runtime.errors import RedisSpecError
from tests.operations.compare import Comparison
from tests.operations.model.errors import ArithmeticFault, Raised

ATTRIBUTES = {
    "BoundExceeded": ("key", "floor", "ceiling", "current", "requested"),
    "CollectionFull": ("key", "max_items"),
    "ValueTooLarge": ("key", "size", "max_bytes"),
    "DecodeError": ("key",),
    "ArithmeticFault": (),
    "EncodeError": (),
    "ResponseError": (),
}


@dataclass(frozen=True)
class Outcome:
    """`error` is the exception's class, None where there is a value."""

    value: Any = None
    error: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    text: str = field(default="", compare=False)


def of_model(run: Callable[[], Any]) -> Outcome:
    """What the model or the interpreter ended with; a fault of theirs passes through."""
    try:
        return Outcome(run())
    except Raised as error:
        return Outcome(None, error.name, error.attributes, str(error))
    except ArithmeticFault as error:
        return Outcome(None, "ArithmeticFault", {}, str(error))
    except RedisSpecError as error:
        return _known(error)


def of_package(run: Callable[[], Any]) -> Outcome:
    """What generated code ended with; whatever it raises is an outcome."""
    try:
        return Outcome(run())
    except Exception as error:
        if type(error).__name__ in ATTRIBUTES:
            return _known(error)
        names: tuple[str, ...] = getattr(error, "__match_args__", ())
        named = {name: getattr(error, name) for name in names}
        if error.args != tuple(named.values()):
            named["args"] = error.args
        return Outcome(None, type(error).__name__, named, str(error))


def _known(error: Exception) -> Outcome:
    name = type(error).__name__
    found = {one: getattr(error, one) for one in ATTRIBUTES[name]}
    return Outcome(None, name, found, str(error))


def same(comparison: Comparison, real: Outcome, model: Outcome) -> bool:
    """Whether both ended alike."""
    if real.error != model.error:
        return False
    if model.error is None:
        return comparison.same(real.value, model.value)
    loose = set()
    if model.attributes.get("requested") is not None:
        # what a `set`, or an offset, asked for: the language does not say how that is told
        loose = {"current", "requested"} | ({"key"} if not model.attributes["key"] else set())
    names = model.attributes.keys() - loose
    return real.attributes.keys() - loose == names and all(
        comparison.same(real.attributes[name], model.attributes[name]) for name in names
    )
