"""Defaults of fields as Python source: a literal where one says it, else made of the JSON."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import Expression, Group, prefixed
from redisspec.codegen.python.module import Module
from redisspec.ir.types import UNSET, Enum, Field, Maybe, Scalar


def inner_type(field: Field) -> object:
    return field.type.inner if isinstance(field.type, Maybe) else field.type


def literal_default(field: Field) -> str | None:
    """The default as an immutable literal; None where there is no default or it is not one."""
    if field.default is UNSET:
        return "None" if isinstance(field.type, Maybe) else None
    if field.default is None:
        return "None"
    kind, default = inner_type(field), field.default
    if isinstance(default, str) and (
        isinstance(kind, Enum) or (isinstance(kind, Scalar) and kind.name in {"str", "slug"})
    ):
        return values.text(default)
    if isinstance(kind, Scalar) and isinstance(default, bool | int | float):
        if kind.name == "float":
            return repr(float(default))
        if kind.name in {"int", "bool"}:
            return repr(default)
    return None


def made_default(module: Module, field: Field) -> Expression:
    """An expression that makes the default anew, from its JSON data."""
    literal = literal_default(field)
    if literal is not None:
        return literal
    kind = field.type.inner if isinstance(field.type, Maybe) else field.type
    return values.from_json(module, kind, json_literal(field.default))


def json_literal(data: object) -> Expression:
    """JSON data as Python source, strings as ruff writes them."""
    if isinstance(data, str):
        return values.text(data)
    if isinstance(data, list):
        return Group("[", tuple(json_literal(item) for item in data), "]")
    if isinstance(data, dict):
        pairs = data.items()
        items = (
            prefixed(f"{values.text(str(key))}: ", json_literal(value)) for key, value in pairs
        )
        return Group("{", tuple(items), "}")
    return repr(data)


def is_given(field: Field) -> bool:
    """Whether a record can be made without the field."""
    return field.default is not UNSET or isinstance(field.type, Maybe)
