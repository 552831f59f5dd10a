"""An accessor's methods as procedures of the IR: what each does, in which atomic step, how it may be retried."""

from __future__ import annotations

from redisspec.ir.effects import effect
from redisspec.ir.flows import Effect, Procedure, Retry, Unit, Value
from redisspec.ir.methods import Call, Const, Key, Method, ScriptSha
from redisspec.ir.model import Keyspace

_UNKNOWN = Value("parameter", "?")


def procedures(keyspace: Keyspace, methods: tuple[Method, ...]) -> tuple[Procedure, ...]:
    """One procedure a method; the flow of one that works on many keys is that of one key."""
    return tuple(_procedure(keyspace, method) for method in methods)


def _procedure(keyspace: Keyspace, method: Method) -> Procedure:
    call = method.body if isinstance(method.body, Call) else method.body.call
    if method.script is None and call is not None and any(isinstance(t, Key) for t in call.terms):
        effects: tuple[Effect, ...] = (_of_terms(keyspace, call),)
    else:
        effects = tuple(_of_words(keyspace, words) for words in method.commands)
    names = (
        tuple(parameter.name for parameter in keyspace.pattern.parameters) if method.keyed else ()
    )
    own = tuple(argument.name for argument in method.arguments)
    return Procedure(
        f"{keyspace.name}.{method.name}",
        Unit("script" if method.script else "command", effects, keyspace.span),
        call.retry if call is not None else _retry(effects),
        (*names, *own),
        "accessor",
        keyspace.span,
    )


def _retry(effects: tuple[Effect, ...]) -> Retry:
    changes = any("writes" in one.actions or "deletes" in one.actions for one in effects)
    return "never" if changes else "safe"


def _of_terms(keyspace: Keyspace, call: Call) -> Effect:
    """A plain command: its constants are known, the rest are arguments."""
    terms = [term for term in call.terms if not isinstance(term, Key | ScriptSha)]
    head, *rest = terms
    name = str(head.text) if isinstance(head, Const) else ""
    return effect(name, keyspace.pattern, [_value(term) for term in rest])


def _value(term: object) -> Value:
    return Value("constant", str(term.text)) if isinstance(term, Const) else _UNKNOWN


def _of_words(keyspace: Keyspace, words: tuple[str, ...]) -> Effect:
    """A command of a script: `?` stands for an argument."""
    name, *rest = words
    values = [_UNKNOWN if word == "?" else Value("constant", word) for word in rest]
    return effect(name, keyspace.pattern, values)
