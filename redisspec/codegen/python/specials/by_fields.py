"""Methods that take a record or an entry by its fields."""

from __future__ import annotations

from redisspec.codegen.python import methods, replies, terms, values
from redisspec.codegen.python.defaults import is_given, literal_default
from redisspec.codegen.python.layout import (
    Expression,
    Group,
    call,
    lines,
    prefixed,
    returned,
)
from redisspec.codegen.python.specials.shared import BODY, PAD, head_of, step_of
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Custom, Method
from redisspec.ir.types import Field, Maybe


def field_parameters(view: View) -> tuple[str, ...]:
    """The fields as keyword parameters, those with defaults last."""
    required, optional = [], []
    for field in view.keyspace.fields:
        shown = f"{field.name}: {values.annotation(view.module, field.type)}"
        if not is_given(field):
            required.append(shown)
            continue
        literal = literal_default(field)
        if literal is None or literal == "None":
            optional.append(f"{_or_none(shown)} = None")
        else:
            optional.append(f"{shown} = {literal}")
    return (*required, *optional)


def _or_none(parameter: str) -> str:
    return parameter if parameter.endswith("| None") else f"{parameter} | None"


def _made_record(view: View) -> Expression:
    return call(view.record(), *(f"{field.name}={field.name}" for field in view.keyspace.fields))


def _own_ttl(view: View, method: Method) -> tuple[str, ...]:
    own = methods.own_parameters(view, method)
    return tuple(text for text in own if text != "*")


def save(view: View, method: Method, body: Custom) -> list[str]:
    ttl = tuple(f"{view.own(a.name)}={view.own(a.name)}" for a in method.arguments)
    made = call(
        "self.set", *(parameter.name for parameter in view.parameters), _made_record(view), *ttl
    )
    parameters = (
        "self",
        *view.key_parameters(),
        "*",
        *field_parameters(view),
        *_own_ttl(view, method),
    )
    tail = (
        returned(made, BODY) if view.mode == "batch" else lines(prefixed(view.awaited, made), BODY)
    )
    return [*head_of(view, method, parameters, "None"), *tail]


def append(view: View, method: Method, body: Custom) -> list[str]:
    step = step_of(body)
    parameters = (
        "self",
        *view.key_parameters(),
        "*",
        *field_parameters(view),
        *_own_ttl(view, method),
    )
    fields = Group("*_encode(", (_made_record(view),), ")")
    command = terms.command(view, method, step.terms, view.key_call())
    send = call(
        view.lane,
        Group("(", (*command.items, fields), ")"),
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", "NEVER"),
    )
    return [
        *head_of(view, method, parameters, view.module.builtin("str")),
        *returned(prefixed(view.awaited, send), BODY),
    ]


def update(view: View, method: Method, body: Custom) -> list[str]:
    module = view.module
    unchanged = module.runtime("unchanged", "UNCHANGED")
    kind = module.runtime("unchanged", "Unchanged")
    fields = tuple(
        f"{f.name}: {values.annotation(module, f.type)} | {kind} = {unchanged}"
        for f in view.keyspace.fields
    )
    encodable = module.runtime("retry", "Encodable")
    parameters = ("self", *view.key_parameters(), "*", *fields, *_own_ttl(view, method))
    out = head_of(view, method, parameters, module.builtin("bool"))
    out.append(f"{PAD}_changed: {module.builtin('list')}[{encodable}] = []")
    optional = any(isinstance(f.type, Maybe) for f in view.keyspace.fields)
    if optional:
        out.append(f"{PAD}_removed: {module.builtin('list')}[{encodable}] = []")
    for field in view.keyspace.fields:
        out += changed_field(view, field, kind)
    step = step_of(body)
    command = terms.command(view, method, step.terms, view.key_call())
    rest = (
        f"{module.builtin('len')}(_changed)",
        "*_changed",
        *(("*_removed",) if optional else ()),
    )
    send = call(
        view.lane,
        Group("(", (*command.items, *rest), ")"),
        module.runtime("replies", "as_bool"),
        module.runtime("retry", "NEVER"),
    )
    return [*out, *returned(prefixed(view.awaited, send), BODY)]


def changed_field(view: View, field: Field, kind: str) -> list[str]:
    own = field.name
    stored = values.text(field.stored)
    inner = field.type.inner if isinstance(field.type, Maybe) else field.type
    encoded = values.encode(view.module, inner, own, view.keyspace.bound.max_bytes)
    pair = Group("_changed += (", (stored, encoded), ")")
    check = view.module.builtin("isinstance")
    if not isinstance(field.type, Maybe):
        given = Group(f"if not {check}(", (own, kind), "):")
        return [*lines(given, BODY), *lines(pair, BODY + 4)]
    return [
        f"{PAD}if {own} is None:",
        *lines(call("_removed.append", stored), BODY + 4),
        *lines(Group(f"elif not {check}(", (own, kind), "):"), BODY),
        *lines(pair, BODY + 4),
    ]
