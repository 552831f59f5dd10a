"""A method of an accessor as source lines: its signature, its docstring, its one step."""

from __future__ import annotations

from redisspec.codegen.python import replies, specials, terms, values
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    call,
    docstring,
    lines,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.view import View
from redisspec.ir.methods import (
    Argument,
    Call,
    Encoded,
    Method,
    Plain,
    Stored,
    StoredEach,
    StoredPairs,
    WholeRecord,
)

BODY = 2 * STEP

_EMPTY = {"int": "0", "bools": "[]", "optional_values": "[]"}


def method_lines(view: View, method: Method) -> list[str]:
    """The method in the view's mode; none where the mode has no such method (batches)."""
    if not isinstance(method.body, Call):
        return specials.special_lines(view, method, method.body)
    body = method.body
    result = replies.returns(view, body.reply)
    head = signature(
        method.name,
        (*self_and_key(view, method), *own_parameters(view, method)),
        shown_result(view, result),
        is_async=view.mode == "aio",
    )
    return [
        *head,
        *docstring(method.doc, BODY),
        *_nothing_to_do(view, method, body),
        *send(view, method, body, view.key_call()),
    ]


def self_and_key(view: View, method: Method) -> tuple[str, ...]:
    return ("self", *(view.key_parameters() if method.keyed else ()))


def shown_result(view: View, result: str) -> str:
    if view.mode != "batch":
        return result
    return f"{view.module.runtime('batch', 'Pending')}[{result}]"


def own_parameters(view: View, method: Method) -> tuple[str, ...]:
    """The arguments beside the key, the keyword ones behind a star."""
    out: list[str] = []
    starred = False
    for argument in method.arguments:
        if argument.keyword and not starred:
            starred = True
            out.append("*")
        if isinstance(argument.type, StoredEach) and argument.type.variadic:
            starred = True
        out.append(parameter(view, argument))
    return tuple(out)


def parameter(view: View, argument: Argument) -> str:
    name = view.own(argument.name)
    star = ""
    kind = argument.type
    module = view.module
    if isinstance(kind, Plain):
        shown = replies.builtins_of(view, kind.annotation)
    elif isinstance(kind, Stored):
        shown = values.annotation(module, kind.type)
    elif isinstance(kind, WholeRecord):
        shown = view.record()
    elif isinstance(kind, StoredEach):
        shown = values.annotation(module, kind.type)
        if kind.variadic:
            star = "*"
        else:
            shown = f"{module.use('collections.abc', 'Collection')}[{shown}]"
    else:
        assert isinstance(kind, StoredPairs)
        value = (
            module.builtin("float")
            if kind.value == "float"
            else values.annotation(module, kind.value)
        )
        key = values.annotation(module, kind.key)
        shown = f"{module.use('collections.abc', 'Mapping')}[{key}, {value}]"
    default = f" = {_default(view, argument.default)}" if argument.default is not None else ""
    return f"{star}{name}: {shown}{default}"


def _default(view: View, text: str) -> str:
    if text in {"inf", "-inf"}:
        return text.replace("inf", view.module.use("math", "inf"))
    return text


def _nothing_to_do(view: View, method: Method, body: Call) -> list[str]:
    """Answers at once where there is nothing to send: Redis refuses a command without members."""
    spread = [
        term.name
        for term in body.terms
        if isinstance(term, Encoded)
        and any(a.name == term.name and isinstance(a.type, StoredEach) for a in method.arguments)
    ]
    empty = _EMPTY.get(body.reply.kind)
    if method.script is not None and body.retry != "safe":
        return []  # a script that writes renews the TTL all the same
    if not spread or empty is None:
        return []
    answer = f"self._lane.known({empty})" if view.mode == "batch" else empty
    pad = " " * BODY
    return [f"{pad}if not {view.own(spread[0])}:", f"{pad}    return {answer}"]


def send(view: View, method: Method, body: Call, key: Expression) -> list[str]:
    """`return self._lane.call((…), decode, RETRY)`."""
    retry = view.module.runtime("retry", body.retry.upper())
    step = call(
        view.lane,
        terms.command(view, method, body.terms, key),
        replies.decoder(view, body.reply, method.name),
        retry,
    )
    if body.reply.kind == "none" and view.mode != "batch":
        return lines(prefixed(view.awaited, step), BODY)
    return returned(prefixed(view.awaited, step), BODY)
