"""Make `shapes.py` from the models: `python -m redisspec.spec.shape_tables > …/shapes.py`."""

from __future__ import annotations

import sys
import types
import typing
from typing import Annotated, Any, Literal, get_args, get_origin

from redisspec.spec.models import base, document, keyspace, policies, server, values
from redisspec.spec.models.base import Model

_HEAD = '''\
"""The shapes of the spec's mappings as tables, made from the models by `shape_tables.py`.

Not edited by hand: a test holds it against the models.
"""

from typing import Final

from redisspec.spec.shape import (
    ANY,
    FLAG,
    INTEGER,
    SCALAR,
    TEXT,
    WHOLE,
    Entries,
    Items,
    Settings,
)

'''


def tables() -> str:
    """The text of `shapes.py`."""
    done: dict[type[Model], str] = {}
    out: list[str] = []
    for model in (
        values.FieldSettings,
        values.TtlSettings,
        values.DefaultTtl,
        server.ServerSettings,
        document.PythonSettings,
        document.Defaults,
        keyspace.KeyspaceSettings,
        policies.NearSettings,
        policies.CacheSettings,
        policies.RateLimitSettings,
        policies.LockSettings,
        policies.SessionSettings,
        policies.BackoffSettings,
        policies.DeadLetterSettings,
        policies.QueueSettings,
        policies.ChannelSettings,
        policies.IdempotencySettings,
        policies.OperationSettings,
        document.Document,
    ):
        name = _constant(model)
        done[model] = name
        hints = typing.get_type_hints(model, include_extras=True)
        required: list[str] = []
        lines: list[str] = []
        for attribute, info in model.model_fields.items():
            key = info.alias or attribute
            if info.is_required():
                required.append(key)
            # A section's entries are looked at one by one, so that one mistake spoils one entry.
            section = model is document.Document and key in SECTIONS
            kind = "Entries(ANY)" if section else _kind(hints[attribute], done)
            lines.append(f'        "{key}": {kind},')
        out.append(f"{name}: Final = Settings(\n    {{")
        out.extend(lines)
        listed = "".join(f'"{key}", ' for key in required).rstrip()
        if len(required) > 1:
            listed = listed.rstrip(",")
        out.append("    }," if required else "    }")
        if required:
            out.append(f"    ({listed}),")
        out.append(")")
    return _HEAD + "\n".join(out) + "\n"


SECTIONS = (
    "server", "servers", "python", "defaults", "types", "keyspaces", "caches", "rate_limits", "locks",
    "sessions", "queues", "channels", "idempotency", "operations",
)  # fmt: skip


def _constant(model: type[Model]) -> str:
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in model.__name__).strip("_")
    return words.removesuffix("_settings").upper()


def _kind(hint: Any, done: dict[type[Model], str], short: bool = False) -> str:
    scalar = _scalar_kind(hint)
    if scalar is not None:
        return scalar
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = arguments[0]
        if isinstance(inner, types.UnionType) or get_origin(inner) is typing.Union:
            settings = get_args(inner)[1]
            return _kind(get_args(settings)[0], done, short=True)
        return _kind(inner, done, short)
    if origin is Literal:
        words = ", ".join(f'"{word}"' for word in arguments)
        return f"frozenset({{{words}}})"
    if origin is list:
        return f"Items({_kind(arguments[0], done)})"
    tail = ", short=True" if short else ""
    if origin is dict:
        return f"Entries({_kind(arguments[1], done)}{tail})"
    if isinstance(hint, type) and issubclass(hint, Model):
        return f"{done[hint]}._replace(short=True)" if short else done[hint]
    raise TypeError(f"no shape is known for {hint!r}")


_CHECKED: dict[Any, str] = {base.scalar: "SCALAR", base.text: "TEXT", base.whole: "WHOLE"}


def _scalar_kind(hint: Any) -> str | None:
    for metadata in getattr(hint, "__metadata__", ()):
        found = _CHECKED.get(getattr(metadata, "func", None))
        if found is not None:
            return found
    if hint == base.Integer:
        return "INTEGER"
    if hint == base.Flag:
        return "FLAG"
    return "ANY" if hint == base.Anything else None


if __name__ == "__main__":
    sys.stdout.write(tables())
