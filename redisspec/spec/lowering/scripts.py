"""The `keys:` of a script of the user's own: each a keyspace, with the parameters that its key takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from redisspec.diagnostics.diagnostic import Related
from redisspec.diagnostics.suggest import nearest
from redisspec.ir.keypattern import Parameter, ParameterType
from redisspec.ir.model import Keyspace, ScriptKey
from redisspec.ir.types import Enum, Scalar, ValueType
from redisspec.source.nodes import ScalarNode
from redisspec.spec.grammar import GrammarError, either, quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.names import check_name
from redisspec.spec.report import hint, within
from redisspec.spec.unknown import no_keyspace

_KEY = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:\(\s*(.*?)\s*\)\s*)?", re.DOTALL)
_NAME = re.compile(r"[^\s,]+(?:\s+[^\s,]+)*")

_SCALARS: Final[Mapping[str, tuple[str, ...]]] = {
    "int": ("int",),
    "uuid": ("uuid",),
    "date": ("date",),
    "month": ("date",),
    "isoweek": ("date",),
    "hour": ("datetime",),
    "str": ("str", "slug"),
    "encoded": ("str", "slug"),
    "slug": ("slug", "str"),
    "hex": ("str", "slug"),
}
"""The types of values that a parameter of a key takes, the first being the one to write."""


def script_keys(
    context: Context,
    entry: Entry,
    params: Mapping[str, ValueType],
    keyspaces: Mapping[str, Keyspace | None],
) -> tuple[ScriptKey, ...]:
    """The keys in the order of KEYS; None stands for a keyspace that could not be read."""
    section = entry.mapping("keys")
    found: list[ScriptKey] = []
    for name, node in section.entries if section is not None else ():
        try:
            check_name(name.text, "key")
        except GrammarError as error:
            context.report.grammar(name, error)
        if isinstance(node, ScalarNode) and not node.broken:
            made = _key(context, name, node, params, keyspaces)
            if made is not None:
                found.append(made)
    _check_servers(context, entry, found, keyspaces)
    return tuple(found)


def _key(
    context: Context,
    name: ScalarNode,
    node: ScalarNode,
    params: Mapping[str, ValueType],
    keyspaces: Mapping[str, Keyspace | None],
) -> ScriptKey | None:
    match = _KEY.fullmatch(node.text)
    if match is None:
        context.report.error(
            node,
            f"{quoted(node.text)} names no key",
            hint(node, "write a keyspace, and what its key takes: `stock(shop_id, sku)`"),
        )
        return None
    word = match[1]
    if word not in keyspaces:
        place = within(node, match.start(1), match.end(1))
        context.report.error(place, *no_keyspace(word, keyspaces, context.policy(word)))
        return None
    keyspace = keyspaces[word]
    if keyspace is None:
        return None
    wanted = keyspace.pattern.parameters
    if match[2] is None:
        places = [(parameter.name, (match.start(1), match.end(1))) for parameter in wanted]
    else:
        start = match.start(2)
        places = [
            (one[0], (start + one.start(), start + one.end())) for one in _NAME.finditer(match[2])
        ]
    if len(places) != len(wanted):
        shown = ", ".join(parameter.name for parameter in wanted)
        context.report.error(
            node,
            f"the key of `{word}` takes {either([p.name for p in wanted], 'and') or 'nothing'}; "
            f"{len(places)} {'is' if len(places) == 1 else 'are'} given",
            f"write `{word}({shown})`" if wanted else f"write `{word}`",
            (Related(keyspace.spans.get("key", keyspace.span), "the key"),),
        )
        return None
    sound = [
        _check_parameter(context, node, given, place, parameter, params, keyspace)
        for (given, place), parameter in zip(places, wanted, strict=True)
    ]
    if not all(sound):
        return None
    return ScriptKey(name.text, word, tuple(given for given, _ in places), node.span)


def _check_parameter(
    context: Context,
    node: ScalarNode,
    given: str,
    place: tuple[int, int],
    parameter: Parameter,
    params: Mapping[str, ValueType],
    keyspace: Keyspace,
) -> bool:
    span = within(node, *place)
    related = (Related(keyspace.spans.get("key", keyspace.span), "the key"),)
    kind = params.get(given)
    if kind is None:
        near = nearest(given, params)
        context.report.error(
            span,
            f"`params` has no {quoted(given)}, which the key of `{keyspace.name}` takes",
            f"write `{near}`"
            if near
            else f"add `{parameter.name}: {_written(parameter.type)}` there",
            related,
        )
        return False
    if not key_takes(parameter.type, kind):
        context.report.error(
            span,
            f"{quoted(given)} is no {parameter.type.text}, which the key of `{keyspace.name}` "
            "takes",
            f"declare `{given}: {_written(parameter.type)}`",
            related,
        )
        return False
    return True


def key_takes(kind: ParameterType, value: ValueType) -> bool:
    """Whether a value of that type may stand for the key's parameter."""
    if kind.name == "enum":
        return isinstance(value, Enum) and set(value.members) <= set(kind.members)
    if isinstance(value, Enum):
        return kind.name in {"str", "encoded", "slug", "hex"}
    return isinstance(value, Scalar) and value.name in _SCALARS[kind.name]


def _written(kind: ParameterType) -> str:
    """The type of a parameter of an operation that the key's takes."""
    return kind.text if kind.name == "enum" else _SCALARS[kind.name][0]


def _check_servers(
    context: Context,
    entry: Entry,
    keys: list[ScriptKey],
    keyspaces: Mapping[str, Keyspace | None],
) -> None:
    servers: dict[str, ScriptKey] = {}
    for key in keys:
        keyspace = keyspaces[key.keyspace]
        if keyspace is not None:
            servers.setdefault(keyspace.server, key)
    if len(servers) > 1:
        first, second, *_ = servers.values()
        context.report.error(
            second.span,
            f"operation `{entry.name}` has keys on the servers {either(list(servers), 'and')}: "
            "no step spans two",
            "keep to the keyspaces of one server",
            (Related(first.span, "a key on the other"),),
        )
