"""Sessions: what their declaration must keep to, and the pattern of their keys."""

from __future__ import annotations

from typing import Final

from redisspec.ir.keypattern import KeyPattern, Literal, Parameter, ParameterType
from redisspec.ir.types import Enum, Field, Scalar
from redisspec.source.nodes import Node, ScalarNode
from redisspec.spec.durations import format_duration
from redisspec.spec.grammar import quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.names import class_name

ATTRIBUTES: Final = ("handle", "created_at", "expires_at")
"""What every session has beside its user and its fields."""

_IDENTIFYING: Final = ("int", "str", "slug", "uuid")


def session_pattern(base: str) -> KeyPattern:
    """The pattern of the sessions' own keys: the tag of the user, and the digest of the secret."""
    tag = Parameter("user", ParameterType("hex", length=32))
    digest = Parameter("session", ParameterType("hex", length=64))
    return KeyPattern((Literal(f"{base}:{{"), tag, Literal("}:"), digest))


def session_key(
    context: Context, node: ScalarNode, written: KeyPattern
) -> tuple[KeyPattern | None, bool]:
    """The same for a declared key, which is what the keys begin with; whether it is sound."""
    text = "".join(part.text for part in written.parts if isinstance(part, Literal))
    if written.parameters or "{" in text or "}" in text:
        context.report.error(
            node,
            "a session's key is a word before the session's own part: it takes neither a "
            "parameter nor a hash tag",
            "write what tells users apart below `user`: their sessions share a slot by themselves",
        )
        return None, False
    return session_pattern(text), True


def check_session(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    """Report what does not go together in a declaration."""
    idle, absolute = settings.get("idle_ms"), settings.get("absolute_ms")
    if isinstance(idle, int) and isinstance(absolute, int) and absolute < idle:
        context.report.error(
            entry.values["absolute"],
            f"`absolute` is shorter than `idle` ({format_duration(idle)}): no session would ever "
            "be idle that long",
            f"write at least `{format_duration(idle)}`",
        )
    if "max_per_user" in entry.values and not {"user"} & (entry.values.keys() | entry.wrong):
        context.report.error(
            entry.place("max_per_user"),
            "`max_per_user` stands without `user`: nobody knows whose sessions they are",
            "write `user: {user_id: int}`",
        )
    context.claim_class(f"{class_name(entry.name)}Session", f"session `{entry.name}`", entry.owner)
    _check_user(context, entry, settings)
    _check_fields(context, entry, settings)


def _check_user(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    node, kinds = entry.mapping("user"), settings.get("user")
    if node is None or not isinstance(kinds, dict):
        return
    if not node.entries and "user" not in entry.wrong:
        context.report.error(
            entry.place("user"), "`user` names nothing", "write `user: {user_id: int}`, or drop it"
        )
    for key, value in node.entries:
        kind = kinds[key.text]
        known = isinstance(kind, Enum) or (isinstance(kind, Scalar) and kind.name in _IDENTIFYING)
        if not known:
            context.report.error(
                value,
                f"`{key.text}` cannot tell users apart by a value of this type",
                "a user is known by values of `int`, `str`, `slug`, `uuid` or `enum(a | b)`",
            )


def _check_fields(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    user, fields = entry.mapping("user"), settings.get("fields")
    users = {key.text: key for key, _ in user.entries} if user is not None else {}
    for name, key in users.items():
        if name in ATTRIBUTES:
            _refuse(context, key, name)
    for field in fields if isinstance(fields, tuple) else ():
        if not isinstance(field, Field):
            continue
        place = _field_place(entry, field.name)
        if field.name in ATTRIBUTES:
            _refuse(context, place, field.name)
        elif field.name in users:
            context.report.error(
                place,
                f"`{field.name}` is part of `user` already",
                "drop the field: a session that is loaded says whose it is",
            )
        elif field.stored.startswith(":"):
            context.report.error(
                place,
                f"{quoted(field.stored)} begins with a colon, as only what is stored beside the "
                "fields does",
                "store the field under another name",
            )


def _refuse(context: Context, place: Node, name: str) -> None:
    context.report.error(
        place,
        f"every session has its own `{name}` already",
        f"choose another name, such as `own_{name}`, or drop it",
    )


def _field_place(entry: Entry, name: str) -> Node:
    node = entry.mapping("fields")
    return (node.key(name) if node is not None else None) or entry.place("fields")
