"""`errors.py`: a class for each error that an operation raises by name."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import (
    STEP,
    Group,
    assignment,
    call,
    docstring,
    lines,
    signature,
)
from redisspec.codegen.python.module import Module, member_order
from redisspec.operations.compiled import CompiledOperation, Raised


def raised_by(operations: Iterable[CompiledOperation]) -> dict[str, tuple[Raised, list[str]]]:
    """Each error with the names of the operations that raise it, by name."""
    found: dict[str, tuple[Raised, list[str]]] = {}
    for one in operations:
        for refusal in one.refusals:
            if isinstance(refusal, Raised):
                names = found.setdefault(refusal.error, (refusal, []))[1]
                if one.operation.name not in names:
                    names.append(one.operation.name)
    return dict(sorted(found.items(), key=lambda item: member_order(item[0])))


def errors_text(operations: Iterable[CompiledOperation], header: str) -> str | None:
    """The module; None where no operation raises an error of its own."""
    errors = raised_by(operations)
    if not errors:
        return None
    names = {name for raised, _ in errors.values() for name, _ in raised.attributes}
    module = Module(frozenset({*errors, *names}))
    base = module.runtime("errors", "OperationError")
    exported = Group("__all__ = [", tuple(values.text(name) for name in errors), "]")
    body = [line for raised, by in errors.values() for line in _class(module, base, raised, by)]
    return module.text(header, "The errors of the operations.", [*lines(exported, 0), *body])


def _class(module: Module, base: str, raised: Raised, by: list[str]) -> list[str]:
    names = tuple(name for name, _ in raised.attributes)
    head = ["", "", f"class {raised.error}({base}):", *docstring(f"Raised by {_all(by)}.", STEP)]
    if not names:
        return head
    given = (f"{name}: {values.annotation(module, kind)}" for name, kind in raised.attributes)
    tuple_ = Group("__match_args__ = (", tuple(map(values.text, names)), ")")
    return [
        *head,
        "",
        *lines(tuple_, STEP),
        "",
        *signature("__init__", ("self", *given), "None"),
        *lines(call(f"{base}.__init__", "self", *names), 2 * STEP),
        *(line for name in names for line in assignment(f"self.{name}", name, 2 * STEP)),
    ]


def _all(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
