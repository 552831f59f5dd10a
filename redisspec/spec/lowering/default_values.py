"""Whether a field's default is a value of its type, decided when the spec is read."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.types import (
    Enum,
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    RecordRef,
    Scalar,
    ValueType,
)
from redisspec.spec.grammar import GrammarError, either, quoted
from redisspec.spec.types import format_type

if TYPE_CHECKING:
    from redisspec.spec.lowering.context import Context


def check_default(kind: ValueType, value: object, context: Context) -> object:
    """The default as the JSON value that stands for it. Raises GrammarError."""
    match kind:
        case Maybe(inner):
            return None if value is None else check_default(inner, value, context)
        case Scalar(name):
            return _scalar(name, value)
        case Enum(members):
            if not isinstance(value, str) or value not in members:
                near = nearest(str(value), members)
                raise GrammarError(
                    f"the default {quoted(_shown(value))} is no member of the `enum`",
                    help_=f"write `{near}`" if near else f"write {either(members)}",
                )
            return value
        case ListOf(item):
            if not isinstance(value, list):
                raise _mismatch(kind, value, "write a list, such as `[]`")
            return [check_default(item, each, context) for each in value]
        case MapOf(inner):
            if not isinstance(value, dict):
                raise _mismatch(kind, value, "write a mapping, such as `{}`")
            return {key: check_default(inner, each, context) for key, each in value.items()}
        case Json(inner):
            return _json(value) if inner is None else check_default(inner, value, context)
        case RecordRef() | Imported():
            raise GrammarError(
                f"a field of the type `{format_type(kind)}` has no default",
                help_=f"make it `{format_type(kind)} | none` with `default: null`",
            )


def _mismatch(kind: ValueType, value: object, help_: str | None = None) -> GrammarError:
    shown = format_type(kind)
    if value is None:
        help_ = f"make the type `{shown} | none`, or drop the default"
    return GrammarError(f"the default {quoted(_shown(value))} is no `{shown}`", help_=help_)


def _shown(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(name: str, value: object) -> object:
    kind = Scalar(name)  # type: ignore[arg-type]  # a scalar's name, as the caller matched it
    if name == "str":
        if isinstance(value, str):
            return value
        help_ = f'write `"{_shown(value)}"`, in quotes' if isinstance(value, (int, float)) else None
        raise _mismatch(kind, value, help_)
    if name == "bool":
        if isinstance(value, bool):
            return value
        raise _mismatch(kind, value, "write `true` or `false`")
    if name == "int":
        if type(value) is int:
            return value
        raise _mismatch(kind, value, "write a whole number without quotes")
    if name == "float":
        if type(value) in (int, float) and math.isfinite(value):  # type: ignore[arg-type]  # a number by the test before
            return float(value)  # type: ignore[arg-type]  # the same
        raise _mismatch(kind, value, "write a finite number without quotes")
    if name == "bytes":
        raise GrammarError(
            "a field of the type `bytes` has no default",
            help_="make it `bytes | none` with `default: null`",
        )
    return _text_form(name, kind, value)


def _text_form(name: str, kind: ValueType, value: object) -> object:
    if name == "decimal" and type(value) in (int, float):
        value = str(value)
    if not isinstance(value, str):
        raise _mismatch(kind, value, _EXAMPLES[name])
    try:
        sound = _is_text_of(name, value)
    except (ValueError, ArithmeticError):
        sound = False
    if not sound:
        raise _mismatch(kind, value, _EXAMPLES[name])
    return value


def _is_text_of(name: str, text: str) -> bool:
    # These modules are slow to import, and few specs have such a default.
    if name == "decimal":
        from decimal import Decimal  # noqa: PLC0415 - few defaults need it

        return text.isascii() and Decimal(text).is_finite()
    if name == "uuid":
        from uuid import UUID  # noqa: PLC0415 - few defaults need it

        return str(UUID(text)) == text
    if name == "slug":
        return re.fullmatch(r"[a-z0-9_-]+", text) is not None
    from datetime import date, datetime  # noqa: PLC0415 - few defaults need it

    if name == "date":
        return date.fromisoformat(text).isoformat() == text
    return datetime.fromisoformat(text).tzinfo is not None


_EXAMPLES = {
    "decimal": 'write a number, or its text such as `"1.50"`',
    "datetime": "write one with its zone, such as `2026-11-22T14:30:00Z`",
    "date": "write one such as `2026-11-22`",
    "uuid": "write one such as `0190f3a2-7c1e-7b3a-9d5e-3f2a1b4c5d6e`",
    "slug": "write lower-case letters, digits, `_` and `-`",
}


def _json(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise GrammarError(
            f"the default {quoted(value)} is not in JSON", help_="write a finite number"
        )
    for each in (
        value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    ):
        _json(each)
    return value
