"""Methods that read page by page."""

from __future__ import annotations

from dataclasses import replace

from redisspec.codegen.python import methods, replies, terms, values
from redisspec.codegen.python.layout import (
    Group,
    assignment,
    call,
    flat,
    lines,
    prefixed,
    returned,
)
from redisspec.codegen.python.specials.shared import BODY, PAD, head_of, iterator, step_of
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Custom, Encoded, Method, StoredEach


def _yielded(view: View, source: str) -> list[str]:
    if view.mode == "aio":
        return [f"{PAD}    for _item in {source}:", f"{PAD}        yield _item"]
    return [f"{PAD}    yield from {source}"]


def iterate(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = step_of(body)
    item = replies.annotation_of(view, view.keyspace.value)
    page = call(view.module.runtime("checks", "check_positive"), view.own("page"))
    send = call(
        "self._lane.call",
        '("LRANGE", _key, _start, _start + _step - 1)',
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", "SAFE"),
    )
    parameters = ("self", *view.key_parameters(), *methods.own_parameters(view, method))
    return [
        *head_of(view, method, parameters, f"{iterator(view)}[{item}]"),
        *assignment("_key", view.key_call(), BODY),
        f"{PAD}_start = 0",
        *assignment("_step", page, BODY),
        f"{PAD}while True:",
        *assignment("_items", prefixed(view.awaited, send), BODY + 4),
        *_yielded(view, "_items"),
        f"{PAD}    if len(_items) < _step:",
        f"{PAD}        return",
        f"{PAD}    _start += _step",
    ]


def in_portions(view: View, method: Method, body: Custom) -> list[str]:
    """A call a portion of the members, one after the other: no call keeps the server busy for long."""
    step = step_of(body)
    if view.mode == "batch":
        return methods.method_lines(view, replace(method, body=step))
    (encoded,) = (one for one in step.terms if isinstance(one, Encoded))
    (argument,) = method.arguments
    assert isinstance(argument.type, StoredEach)
    most = view.keyspace.bound.max_bytes
    each = values.encode(view.module, argument.type.type, "item", most)
    given = Group("[", (flat(each), f"for item in {view.own(argument.name)}"), "]", comma=False)
    before = tuple(one for one in step.terms if one is not encoded)
    command = terms.command(view, method, before, "_key")
    send = call(
        view.lane,
        Group("(", (*command.items, "*_part"), ")"),
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", step.retry.upper()),
    )
    result = replies.returns(view, step.reply)
    parts = call(view.module.runtime("results", "portions"), "_given")
    parameters = ("self", *view.key_parameters(), *methods.own_parameters(view, method))
    return [
        *head_of(view, method, parameters, result),
        *assignment("_key", view.key_call(), BODY),
        *assignment("_given", given, BODY),
        f"{PAD}_found: {result} = []",
        *lines(prefixed("for _part in ", parts, ":"), BODY),
        *lines(prefixed(f"_found += {view.awaited}", send), BODY + 4),
        f"{PAD}return _found",
    ]


def scan_members(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    module = view.module
    kind = view.keyspace.value
    assert kind is not None
    value = replies.annotation_of(view, kind)
    if body.detail == "SSCAN":
        item = value
        decoder = view.constant(
            "_values", call(module.runtime("replies", "listed"), view.decoder(kind))
        )
    elif body.detail == "ZSCAN":
        item = f"{module.builtin('tuple')}[{value}, {module.builtin('float')}]"
        decoder = view.constant(
            "_scored", call(module.runtime("replies", "scored"), view.decoder(kind))
        )
    else:
        key = view.keyspace.map_key
        assert key is not None
        item = f"{module.builtin('tuple')}[{replies.annotation_of(view, key)}, {value}]"
        made = call(
            module.runtime("results", "map_of"),
            view.decoder(key, "_decode_key"),
            view.decoder(kind),
        )
        decoder = view.constant("_map", made)
    page = call(
        "self._lane.call",
        f'("{body.detail}", _key, _cursor, "COUNT", 500)',
        module.runtime("replies", "scan_page"),
        module.runtime("retry", "SAFE"),
    )
    keyed = module.runtime("results", "keyed")
    pairs = ".items()" if body.detail == "HSCAN" else ""
    source = f"{keyed}(_key, {decoder}, _page){pairs}"
    return [
        *head_of(view, method, ("self", *view.key_parameters()), f"{iterator(view)}[{item}]"),
        *assignment("_key", view.key_call(), BODY),
        f"{PAD}_cursor = 0",
        f"{PAD}while True:",
        *assignment("_cursor, _page", prefixed(view.awaited, page), BODY + 4),
        *_yielded(view, source),
        f"{PAD}    if _cursor == 0:",
        f"{PAD}        return",
    ]


def read(view: View, method: Method, body: Custom) -> list[str]:
    step = step_of(body)
    module = view.module
    decoder = replies.decoder(view, step.reply, method.name)
    if view.mode == "batch":
        command = Group(
            "(",
            (
                '"XREAD"',
                '"COUNT"',
                view.own("count"),
                '"STREAMS"',
                view.key_call(),
                call(view.module.runtime("checks", "check_entry_id"), view.own("after")),
            ),
            ")",
        )
        # a pipeline cannot wait
        arguments = tuple(argument for argument in method.arguments if argument.name != "wait")
        doc = Method(method.name, method.doc.split("\n")[0], body, arguments)
        parameters = methods.own_parameters(view, doc)
        return [
            *head_of(
                view,
                doc,
                ("self", *view.key_parameters(), *parameters),
                replies.returns(view, step.reply),
            ),
            *returned(call(view.lane, command, decoder, module.runtime("retry", "SAFE")), BODY),
        ]
    send = call(
        "self._lane.read_stream",
        view.key_call(),
        call(view.module.runtime("checks", "check_entry_id"), view.own("after")),
        view.own("count"),
        view.own("wait"),
        decoder,
    )
    parameters = ("self", *view.key_parameters(), *methods.own_parameters(view, method))
    return [
        *head_of(view, method, parameters, replies.returns(view, step.reply)),
        *returned(prefixed(view.awaited, send), BODY),
    ]
