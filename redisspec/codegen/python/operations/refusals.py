"""How an operation is refused: the makers of its exceptions, and a sentence about them."""

from __future__ import annotations

from textwrap import fill

from redisspec.codegen.python.layout import Expression, call
from redisspec.codegen.python.operations.results import Decoders
from redisspec.codegen.python.values import text
from redisspec.operations.compiled import (
    Corrupt,
    Fault,
    Full,
    OutOfBounds,
    Plain,
    Raised,
    Refusal,
    Refused,
    TooLarge,
)
from redisspec.spec.grammar import either

_CLASSES: dict[type[Refusal], str] = {
    OutOfBounds: "BoundExceeded",
    Refused: "BoundExceeded",
    Full: "CollectionFull",
    TooLarge: "ValueTooLarge",
    Corrupt: "DecodeError",
    Fault: "ArithmeticFault",
}


def refusal_terms(decoders: Decoders, refusals: tuple[Refusal, ...]) -> tuple[Expression, ...]:
    """The makers of the exceptions, in the order of their numbers."""
    return tuple(_term(decoders, refusal) for refusal in refusals)


def _term(decoders: Decoders, refusal: Refusal) -> Expression:
    module = decoders.module
    match refusal:
        case Raised(error, attributes):
            kind = module.use(f"{module.root}errors", error)
            return call(
                module.runtime("operations", "raised"),
                kind,
                *(decoders.of(Plain(kind)) for _, kind in attributes),
            )
        case OutOfBounds(floor, ceiling):
            name = module.runtime("operations", "out_of_bounds")
            return call(name, f"{floor:_}", f"{ceiling:_}")
        case Refused(floor, ceiling):
            name = module.runtime("operations", "out_of_range")
            return call(name, f"{floor:_}", f"{ceiling:_}")
        case Full(most):
            return call(module.runtime("operations", "full"), f"{most:_}")
        case TooLarge(most):
            return call(module.runtime("operations", "too_large"), f"{most:_}")
        case Corrupt(expected):
            return call(module.runtime("operations", "corrupt"), text(expected))
        case Fault(reason):
            return call(module.runtime("operations", "fault"), text(reason))


def told(refusals: tuple[Refusal, ...]) -> str:
    """`Raises OutOfStock or BoundExceeded: nothing is changed then.`"""
    own = [one.error for one in refusals if isinstance(one, Raised)]
    found = {_CLASSES[type(one)] for one in refusals if not isinstance(one, Raised)}
    names = list(dict.fromkeys([*own, *(name for name in _CLASSES.values() if name in found)]))
    if not names:
        return ""
    return wrapped(f"Raises {either(names).replace('`', '')}; nothing is changed then.")


def wrapped(sentence: str) -> str:
    """A sentence of ours in the lines of a docstring."""
    return fill(sentence, 79, break_long_words=False, break_on_hyphens=False)
