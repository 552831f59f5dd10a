"""The parts of a command as Python expressions."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import Expression, Group, call, flat, prefixed
from redisspec.codegen.python.view import View, argument_named
from redisspec.ir.methods import (
    Arg,
    Checked,
    Const,
    Encoded,
    FieldsOf,
    Given,
    Key,
    Method,
    Negated,
    Raw,
    Stored,
    StoredEach,
    StoredPairs,
    Term,
    Ttl,
)


def command(view: View, method: Method, terms: tuple[Term, ...], key: Expression) -> Group:
    """The command as a tuple display."""
    return Group("(", tuple(term(view, method, one, key) for one in terms), ")")


def term(view: View, method: Method, one: Term, key: Expression) -> Expression:
    match one:
        case Const(str() as text):
            return values.text(text)
        case Const(text):
            return f"{text:_}"
        case Key():
            return key
        case Ttl():
            return ttl(view, method)
        case Arg(name, None):
            return view.own(name)
        case Arg(name, check, limits):
            assert check is not None
            function = view.module.runtime("checks", check)
            return call(
                function, view.own(name), *(f"{limit:_}" for limit in limits if limit is not None)
            )
        case Negated(name, check):
            return prefixed("-", call(view.module.runtime("checks", check), view.own(name)))
        case Encoded(name):
            return encoded(view, method, name)
        case FieldsOf(name):
            return Group("*_encode(", (view.own(name),), ")")
        case Given(name, token):
            return f'*(("{token}", {view.own(name)}) if {view.own(name)} is not None else ())'
        case Raw(expression):
            return _renamed(view, method, expression)
        case Checked(function, arguments, spread):
            shown = (view.own(a) if isinstance(a, str) else str(a) for a in arguments)
            made = call(view.module.runtime("checks", function), *shown)
            return prefixed("*", made) if spread else made
        case _:
            name = one.name
            return view.module.use(f"{view.module.root}_scripts", name.upper())


def _renamed(view: View, method: Method, expression: str) -> str:
    for argument in method.arguments:
        own = view.own(argument.name)
        if own != argument.name:
            expression = expression.replace(argument.name, own)
    return expression


def ttl(view: View, method: Method) -> Expression:
    """The TTL in milliseconds: a number, drawn with jitter, or the caller's choice."""
    lifetime = view.keyspace.lifetime
    if lifetime.ttl_ms is None:
        return "0"
    made: Expression = f"{lifetime.ttl_ms:_}"
    if lifetime.max_ms is not None and any(argument.name == "ttl" for argument in method.arguments):
        chosen = view.module.runtime("ttl", "chosen")
        made = call(chosen, view.own("ttl"), made, f"{lifetime.max_ms:_}")
    if lifetime.jitter:
        made = call(view.module.runtime("ttl", "jittered"), made, repr(lifetime.jitter))
    return made


def encoded(view: View, method: Method, name: str) -> Expression:
    """An argument as what is sent; several values are spread."""
    kind = argument_named(method, name).type
    own = view.own(name)
    most = view.keyspace.bound.max_bytes
    if isinstance(kind, Stored):
        return values.encode(view.module, kind.type, own, most)
    if isinstance(kind, StoredEach):
        each = values.encode(view.module, kind.type, "item", most)
        return Group("*(", (flat(each), f"for item in {own}"), ")", comma=False)
    assert isinstance(kind, StoredPairs)
    key: Expression
    if kind.value == "float":
        score = call(view.module.runtime("checks", "check_score"), "score")
        pair = Group("(", (score, values.encode(view.module, kind.key, "member", most)), ")")
        loop = f"for member, score in {own}.items()"
    else:
        key = values.encode(view.module, kind.key, "key")
        value = values.encode(view.module, kind.value, "value", most)
        pair = Group("(", (key, value), ")")
        loop = f"for key, value in {own}.items()"
    return Group("*(", ("part", loop, f"for part in {flat(pair)}"), ")", comma=False)


def sent(view: View, function: str, *arguments: Expression) -> Expression:
    return prefixed(view.awaited, call(function, *arguments))
