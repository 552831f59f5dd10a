"""Methods on every key of a keyspace: found by SCAN, read back into parameters."""

from __future__ import annotations

import re

from redisspec.codegen.python import methods, values
from redisspec.codegen.python.layout import (
    Expression,
    Group,
    assignment,
    call,
    lines,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.specials.shared import BODY, PAD, head_of, iterator
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Custom, Method


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


def scan(view: View, method: Method, body: Custom) -> list[str]:
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
        *head_of(view, method, ("self",), f"{iterator(view)}[{view.keys_annotation()}]"),
        *lines(prefixed(head.strip() + " ", keys, ":"), BODY),
        f"{PAD}    _found = {name}(_key[len(self._prefix) :])",
        f"{PAD}    if _found is not None:",
        f"{PAD}        yield _found",
    ]


def delete_all(view: View, method: Method, body: Custom) -> list[str]:
    if view.mode == "batch":
        return []
    module = view.module
    loop = "async for" if view.mode == "aio" else "for"
    name = view.keyspace.name
    confirm = module.runtime("results", "confirmed")
    return [
        *head_of(
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
