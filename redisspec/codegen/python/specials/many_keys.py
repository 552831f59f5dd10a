"""Methods on many keys at once: in one round trip, a node on a cluster."""

from __future__ import annotations

from redisspec.codegen.python import methods, replies, terms, values
from redisspec.codegen.python.layout import (
    Group,
    assignment,
    call,
    fits,
    flat,
    lines,
    prefixed,
    returned,
)
from redisspec.codegen.python.specials.shared import BODY, PAD, head_of, step_of
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Custom, Encoded, Method


def _keys_parameter(view: View) -> str:
    return f"keys: {view.module.use('collections.abc', 'Iterable')}[{view.keys_annotation()}]"


def get_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = step_of(body)
    result = f"{view.module.builtin('list')}[{replies.returns(view, step.reply)}]"
    decoder = replies.decoder(view, step.reply, method.name)
    keys = Group("[", (view.key_of_each(), "for key in keys"), "]", comma=False)
    send = prefixed(view.awaited, call("self._lane.mget", keys, decoder))
    return [*head_of(view, method, ("self", _keys_parameter(view)), result), *returned(send, BODY)]


def call_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = step_of(body)
    result = f"{view.module.builtin('list')}[{replies.returns(view, step.reply)}]"
    command = terms.command(view, method, step.terms, view.key_of_each())
    each = Group("[", (flat(command), "for key in keys"), "]", comma=False)
    send = call(
        "self._lane.fan",
        each if fits(flat(command), 59) else _listed(command),
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", "SAFE"),
    )
    return [
        *head_of(view, method, ("self", _keys_parameter(view)), result),
        *returned(prefixed(view.awaited, send), BODY),
    ]


def _listed(command: Group) -> Group:
    return Group("[", (command, "for key in keys"), "]", comma=False)


def set_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = step_of(body)
    kind = view.keyspace.value
    mapping = view.module.use("collections.abc", "Mapping")
    parameter = f"values: {mapping}[{view.keys_annotation()}, {replies.annotation_of(view, kind)}]"
    others = methods.own_parameters(view, method)
    command = Group(
        "(",
        tuple(
            values.encode(view.module, kind, "value", view.keyspace.bound.max_bytes)
            if isinstance(one, Encoded) and kind is not None
            else terms.term(view, method, one, view.key_of_each())
            for one in step.terms
        ),
        ")",
    )
    each = Group("[", (command, "for key, value in values.items()"), "]", comma=False)
    send = call(
        "self._lane.fan",
        each,
        view.module.runtime("replies", "as_none"),
        view.module.runtime("retry", "NEVER"),
    )
    return [
        *head_of(view, method, ("self", parameter, *others), "None"),
        *lines(prefixed(view.awaited, send), BODY),
    ]


def combine(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = step_of(body)
    names = Group("[", (view.key_of_each(), "for key in keys"), "]", comma=False)
    empty = "set()" if view.module.builtin("set") == "set" else f"{view.module.builtin('set')}()"
    send = call(
        "self._lane.call",
        f'("{body.detail}", *_names)',
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", "SAFE"),
    )
    return [
        *head_of(view, method, ("self", _keys_parameter(view)), replies.returns(view, step.reply)),
        *assignment("_names", names, BODY),
        f"{PAD}if not _names:",
        f"{PAD}    return {empty}",
        f"{PAD}self._lane.one_slot(_names)",
        *returned(prefixed(view.awaited, send), BODY),
    ]


def count_merged(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    names = Group("[", (view.key_of_each(), "for key in keys"), "]", comma=False)
    safe = view.module.runtime("retry", "SAFE")
    as_int = view.module.runtime("replies", "as_int")
    one = call("self._lane.call", '("PFCOUNT", *_names)', as_int, safe)
    registers = call(
        "self._lane.mget", "_names", view.module.runtime("replies", "as_optional_bytes")
    )
    sha = view.module.use(f"{view.module.root}_scripts", "HYPERLOGLOG_MERGE_COUNT")
    scratch = 'f"{self._prefix}{{{_names[0]}}}:merge"'
    both = ("_scratch", 'f"{_scratch}:other"')
    command = Group("(", ('"EVALSHA"', sha, "2", *both, "*_found"), ")")
    merged = call("self._lane.call", command, as_int, safe)
    loop = f"for raw in {view.awaited}{flat(registers)}"
    found = Group("[", ("raw", loop, "if raw is not None"), "]", comma=False)
    return [
        *head_of(view, method, ("self", _keys_parameter(view)), view.module.builtin("int")),
        *assignment("_names", names, BODY),
        f"{PAD}if not _names:",
        f"{PAD}    return 0",
        f"{PAD}if self._lane.share_slot(_names):",
        *returned(prefixed(view.awaited, one), BODY + 4),
        *assignment("_found", found, BODY),
        f"{PAD}if not _found:",
        f"{PAD}    return 0",
        *assignment("_scratch", scratch, BODY),
        *returned(prefixed(view.awaited, merged), BODY),
    ]
