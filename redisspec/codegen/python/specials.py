"""The methods that are more than one command: many keys, records by fields, pages, scans."""

from __future__ import annotations

import re
from collections.abc import Callable

from redisspec.codegen.python import methods, replies, terms, values
from redisspec.codegen.python.defaults import is_given, literal_default
from redisspec.codegen.python.layout import (
    Expression,
    Group,
    assignment,
    call,
    docstring,
    fits,
    flat,
    lines,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Call, Custom, Encoded, Method
from redisspec.ir.types import Field, Maybe

BODY = 8
PAD = " " * BODY


def special_lines(view: View, method: Method, body: Custom) -> list[str]:
    return _EMITTERS[body.kind](view, method, body)


def _head(
    view: View, method: Method, parameters: tuple[str, ...], result: str, *, plain: bool = False
) -> list[str]:
    is_async = view.mode == "aio"
    shown = result if plain else methods.shown_result(view, result)
    return [
        *signature(method.name, parameters, shown, is_async=is_async),
        *docstring(method.doc, BODY),
    ]


def _step(body: Custom) -> Call:
    assert body.call is not None
    return body.call


# --- several keys ---------------------------------------------------------------


def _keys_parameter(view: View) -> str:
    return f"keys: {view.module.use('collections.abc', 'Iterable')}[{view.keys_annotation()}]"


def _get_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = _step(body)
    result = f"{view.module.builtin('list')}[{replies.returns(view, step.reply)}]"
    decoder = replies.decoder(view, step.reply, method.name)
    keys = Group("[", (view.key_of_each(), "for key in keys"), "]", comma=False)
    send = prefixed(view.awaited, call("self._lane.mget", keys, decoder))
    return [*_head(view, method, ("self", _keys_parameter(view)), result), *returned(send, BODY)]


def _call_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = _step(body)
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
        *_head(view, method, ("self", _keys_parameter(view)), result),
        *returned(prefixed(view.awaited, send), BODY),
    ]


def _listed(command: Group) -> Group:
    return Group("[", (command, "for key in keys"), "]", comma=False)


def _set_many(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = _step(body)
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
        *_head(view, method, ("self", parameter, *others), "None"),
        *lines(prefixed(view.awaited, send), BODY),
    ]


def _combine(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = _step(body)
    names = Group("[", (view.key_of_each(), "for key in keys"), "]", comma=False)
    empty = "set()" if view.module.builtin("set") == "set" else f"{view.module.builtin('set')}()"
    send = call(
        "self._lane.call",
        f'("{body.detail}", *_names)',
        replies.decoder(view, step.reply, method.name),
        view.module.runtime("retry", "SAFE"),
    )
    return [
        *_head(view, method, ("self", _keys_parameter(view)), replies.returns(view, step.reply)),
        *assignment("_names", names, BODY),
        f"{PAD}if not _names:",
        f"{PAD}    return {empty}",
        f"{PAD}self._lane.one_slot(_names)",
        *returned(prefixed(view.awaited, send), BODY),
    ]


def _count_merged(view: View, method: Method, body: Custom) -> list[str]:
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
        *_head(view, method, ("self", _keys_parameter(view)), view.module.builtin("int")),
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


# --- records by their fields ------------------------------------------------------


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


def _save(view: View, method: Method, body: Custom) -> list[str]:
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
    return [*_head(view, method, parameters, "None"), *tail]


def _append(view: View, method: Method, body: Custom) -> list[str]:
    step = _step(body)
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
        *_head(view, method, parameters, view.module.builtin("str")),
        *returned(prefixed(view.awaited, send), BODY),
    ]


def _update(view: View, method: Method, body: Custom) -> list[str]:
    module = view.module
    unchanged = module.runtime("unchanged", "UNCHANGED")
    kind = module.runtime("unchanged", "Unchanged")
    fields = tuple(
        f"{f.name}: {values.annotation(module, f.type)} | {kind} = {unchanged}"
        for f in view.keyspace.fields
    )
    encodable = module.runtime("retry", "Encodable")
    parameters = ("self", *view.key_parameters(), "*", *fields, *_own_ttl(view, method))
    out = _head(view, method, parameters, module.builtin("bool"))
    out.append(f"{PAD}_changed: {module.builtin('list')}[{encodable}] = []")
    optional = any(isinstance(f.type, Maybe) for f in view.keyspace.fields)
    if optional:
        out.append(f"{PAD}_removed: {module.builtin('list')}[{encodable}] = []")
    for field in view.keyspace.fields:
        out += _changed_field(view, field, kind)
    step = _step(body)
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


def _changed_field(view: View, field: Field, kind: str) -> list[str]:
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


# --- pages and scans ----------------------------------------------------------------


def _iterator(view: View) -> str:
    return view.module.use("collections.abc", "AsyncIterator" if view.mode == "aio" else "Iterator")


def _yielded(view: View, source: str) -> list[str]:
    if view.mode == "aio":
        return [f"{PAD}    for _item in {source}:", f"{PAD}        yield _item"]
    return [f"{PAD}    yield from {source}"]


def _iterate(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    step = _step(body)
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
        *_head(view, method, parameters, f"{_iterator(view)}[{item}]"),
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


def _scan_members(view: View, method: Method, body: Custom) -> list[str]:
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
        *_head(view, method, ("self", *view.key_parameters()), f"{_iterator(view)}[{item}]"),
        *assignment("_key", view.key_call(), BODY),
        f"{PAD}_cursor = 0",
        f"{PAD}while True:",
        *assignment("_cursor, _page", prefixed(view.awaited, page), BODY + 4),
        *_yielded(view, source),
        f"{PAD}    if _cursor == 0:",
        f"{PAD}        return",
    ]


def _read(view: View, method: Method, body: Custom) -> list[str]:
    step = _step(body)
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
                view.own("after"),
            ),
            ")",
        )
        # a pipeline cannot wait
        arguments = tuple(argument for argument in method.arguments if argument.name != "wait")
        doc = Method(method.name, method.doc.split("\n")[0], body, arguments)
        parameters = methods.own_parameters(view, doc)
        return [
            *_head(
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
        view.own("after"),
        view.own("count"),
        view.own("wait"),
        decoder,
    )
    parameters = ("self", *view.key_parameters(), *methods.own_parameters(view, method))
    return [
        *_head(view, method, parameters, replies.returns(view, step.reply)),
        *returned(prefixed(view.awaited, send), BODY),
    ]


def key_pattern_parts(view: View) -> tuple[str, str]:
    """The SCAN glob and the regular expression of the keys, both behind the namespace."""
    namespace = f"{view.keyspace.namespace}:"
    return view.keyspace.pattern.glob()[len(namespace) :], view.keyspace.pattern.regex()


def _parsed(view: View) -> Expression:
    """The parameters of the match `_found`: bare where there is one, else a tuple."""
    out: list[Expression] = []
    for position, parameter in enumerate(view.parameters, 1):
        kind = parameter.type
        extra: tuple[Expression, ...] = ()
        if kind.name == "enum":
            extra = (values.members_tuple(kind.members),)
        elif kind.name == "hex":
            extra = (str(kind.length),)
        out.append(
            call(view.module.runtime("keys", f"parse_{kind.name}"), f"_found[{position}]", *extra)
        )
    return out[0] if len(out) == 1 else Group("(", tuple(out), ")")


def _matching(view: View) -> str:
    """The name of the function from a key behind the prefix to its parameters, or None."""
    module = view.module
    _, regex = key_pattern_parts(view)
    literal = regex_literal(regex, view.keyspace.namespace)
    compile_ = module.use("re", "compile")
    keys = module.builtin("str")
    result = view.keys_annotation()
    body = [
        *signature("_parameters", (f"key: {keys}",), f"{result} | None", indent=0),
        '    """The parameters of a key behind the namespace; None for what is no such key."""',
        f"    _found = {compile_}({view.constant('_KEY', literal)}).fullmatch(key)",
        "    if _found is None:",
        "        return None",
        "    try:",
        *_parameters_made(view, result),
    ]
    view.constants.setdefault("_parameters", ["", "", *body, "", ""])
    return "_parameters"


def _parameters_made(view: View, result: str) -> list[str]:
    """The rest of `_parameters`; mypy finds one literal's type only where nothing but it fits."""
    failed = ["    except ValueError:", "        return None"]
    if len(view.parameters) == 1 and view.parameters[0].type.name == "enum":
        made = assignment(f"_value: {result}", _parsed(view), 8)
        return [*made, *failed, "    return _value"]
    return [*returned(_parsed(view), 8), *failed]


def regex_literal(regex: str, namespace: str) -> str:
    """The pattern's regular expression without its namespace, as a raw string."""
    for head in (re.escape(namespace) + ":", re.escape(f"{namespace}:"), f"{namespace}:"):
        if regex.startswith(head):
            regex = regex[len(head) :]
            break
    if '"' not in regex and not regex.endswith("\\"):
        return f'r"{regex}"'
    return values.text(regex)


def _scan(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    glob, _ = key_pattern_parts(view)
    escape = view.module.runtime("results", "glob_escape")
    name = view.constant("_GLOB", values.text(glob))
    keys = call("self._lane.scan", f"{escape}(self._prefix) + {name}")
    loop = "async for" if view.mode == "aio" else "for"
    head = f"{PAD}{loop} _key in "
    name = _matching(view)
    return [
        *_head(view, method, ("self",), f"{_iterator(view)}[{view.keys_annotation()}]"),
        *lines(prefixed(head.strip() + " ", keys, ":"), BODY),
        f"{PAD}    _found = {name}(_key[len(self._prefix) :])",
        f"{PAD}    if _found is not None:",
        f"{PAD}        yield _found",
    ]


def _delete_all(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    module = view.module
    loop = "async for" if view.mode == "aio" else "for"
    name = view.keyspace.name
    confirm = module.runtime("results", "confirmed")
    return [
        *_head(
            view, method, ("self", *methods.own_parameters(view, method)), module.builtin("int")
        ),
        *lines(call(confirm, view.own("confirm"), values.text(name)), BODY),
        f"{PAD}_count = 0",
        f"{PAD}_keys: {module.builtin('list')}[{module.builtin('str')}] = []",
        f"{PAD}{loop} _found in self.scan():",
        f"{PAD}    _keys.append(self.key({'_found' if len(view.parameters) == 1 else '*_found'}))",
        f"{PAD}    if len(_keys) == 1_000:",
        f"{PAD}        _count += {view.awaited}self._lane.unlink(_keys)",
        f"{PAD}        _keys = []",
        f"{PAD}return _count + {view.awaited}self._lane.unlink(_keys)",
    ]


_EMITTERS: dict[str, Callable[[View, Method, Custom], list[str]]] = {
    "get_many": _get_many,
    "call_many": _call_many,
    "set_many": _set_many,
    "save": _save,
    "update": _update,
    "iterate": _iterate,
    "scan_members": _scan_members,
    "append": _append,
    "count_merged": _count_merged,
    "combine": _combine,
    "read": _read,
    "scan": _scan,
    "delete_all": _delete_all,
}
