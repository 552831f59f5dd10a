"""The whole text of an operation's script: its header, its helpers, its steps."""

from __future__ import annotations

from collections.abc import Iterator

from redisspec.operations.compiled import (
    ArgvTerm,
    Constant,
    Corrupt,
    Fault,
    Full,
    Item,
    Items,
    KeyUse,
    OutOfBounds,
    Param,
    Raised,
    Refusal,
    Refused,
    TooLarge,
    TtlOf,
)
from redisspec.operations.lua.helpers import helper_lines
from redisspec.operations.lua.text import comment
from redisspec.operations.translate.parameters import argv as value_arguments
from redisspec.operations.translate.parameters import lists
from redisspec.operations.translate.results import is_compound
from redisspec.operations.translate.state import Translator, bound_pattern
from redisspec.operations.types import NoneT, shown
from redisspec.spec.types import format_type


def script_text(
    t: Translator, steps: list[str], *, later: bool
) -> tuple[str, tuple[KeyUse, ...], tuple[ArgvTerm, ...]]:
    """The script, the keys that its caller names and the arguments that it passes, in order."""
    values, value_lines = value_arguments(t)
    at = 1 + sum(2 if getattr(term, "optional", False) else 1 for term in values)
    ttl_lines: list[str] = []
    ttls: list[TtlOf] = []
    for name, term in t.ttls.values():
        ttl_lines.append(f"local {name} = ARGV[{at}]")
        ttls.append(term)
        at += 1
    items, list_lines = lists(t, at)
    single = [(name, use) for name, use in t.keys.values() if not use.each]
    groups = [(name, use) for name, use in t.keys.values() if use.each]
    key_lines = [f"local {name} = KEYS[{n}]" for n, (name, _) in enumerate(single, 1)]
    group_lines: list[str] = []
    offset = str(len(single))
    for name, use in groups:
        group_lines.append(f"local {name} = {offset}")
        offset = f"{name} + {_size(t, use)}"
    keys = tuple(use for _, use in (*single, *groups))
    argv: tuple[ArgvTerm, ...] = (*values, *ttls, *items)
    helpers = helper_lines(set(t.helpers), t.helper_numbers)
    lines = [
        *_header(t, keys, argv),
        "local call = redis.call",
        *(["local later = {}"] if later else []),
        "",
        *helpers,
        *key_lines,
        *value_lines,
        *ttl_lines,
        *list_lines,
        *group_lines,
        *(["local time = call('TIME')"] if t.clock else []),
        *(["local now = iso(tonumber(time[1]), tonumber(time[2]))"] if "iso" in t.helpers else []),
        *(f"local {t.variable(name)}" for name in t.declared),
        "",
        *steps,
    ]
    return _tidy(lines), keys, argv


def _size(t: Translator, use: KeyUse) -> str:
    sizes = [f"#{t.variable(name)}" for name in use.each]
    return sizes[0] if len(sizes) == 1 else f"math.min({', '.join(sizes)})"


def _tidy(lines: list[str]) -> str:
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).rstrip("\n") + "\n"


# --- the header ---------------------------------------------------------------------------


def _header(t: Translator, keys: tuple[KeyUse, ...], argv: tuple[ArgvTerm, ...]) -> list[str]:
    operation = t.operation
    said = (operation.doc or "").strip().split("\n")[0]
    out = [comment(f"Operation {operation.name} of {t.program.name}.{f' {said}' if said else ''}")]
    at = 1
    for use in keys:
        shown = f"{use.keyspace.name}({', '.join(map(_argument, use.arguments))})"
        place = f"KEYS[{at}…]" if use.each else f"KEYS[{at}] "
        out.append(comment(f"{place}  {shown}  {use.keyspace.pattern.text}"))
        at += 1
    at = 1
    for term in argv:
        match term:
            case TtlOf(keyspace):
                out.append(comment(f"ARGV[{at}]   the TTL of {keyspace.name} in milliseconds"))
            case Items(param, kind):
                out.append(
                    comment(f"ARGV[{at}…]  {param}: how many, then each ({format_type(kind)})")
                )
            case _:
                both = " (1 and the value, or 0)" if term.optional else ""
                out.append(comment(f"ARGV[{at}]   {term.param}: {format_type(term.type)}{both}"))
                at += 1 if term.optional else 0
        at += 1
    out.append(comment(f"Reply    {_reply(t)}"))
    out += [comment(f"         {{ {n}, … }} {_refused(each)}") for each, n in t.refusals.items()]
    return out + [comment(f"redisspec: {accepted}") for accepted in _accepted(t, keys)]


def _accepted(t: Translator, keys: tuple[KeyUse, ...]) -> Iterator[str]:
    """What the spec says with a reason, said again for who lints the script by itself."""
    made = {effect.key for effect in t.effects if "creates" in effect.actions}
    spaces = {
        use.keyspace.name: use.keyspace
        for use in keys
        if not made.isdisjoint((use.keyspace.pattern, bound_pattern(use.keyspace, use.arguments)))
    }
    for_ever = [name for name, space in spaces.items() if space.lifetime.ttl_ms is None]
    if for_ever:
        yield f"ignore-file[missing-ttl] declared to live for ever: {', '.join(for_ever)}"
    endless = [
        name
        for name, space in spaces.items()
        if space.structure == "stream" and space.bound.max_items is None
    ]
    if endless:
        yield f"ignore-file[xadd-no-maxlen] declared to have no bound: {', '.join(endless)}"


def _argument(known: Param | Constant | Item) -> str:
    match known:
        case Param(name):
            return name
        case Item(name):
            return f"each of {name}"
        case Constant(value):
            return repr(value)


def _reply(t: Translator) -> str:
    found = [static for _, static in t.returned if not isinstance(static, NoneT)]
    if not found:
        return "nil"
    return f"{{ 0, {shown(found[0])} }}" if is_compound(found[0]) else shown(found[0])


def _refused(refusal: Refusal) -> str:
    match refusal:
        case Raised(error, attributes):
            names = ", ".join(name for name, _ in attributes)
            return f"{error}({names})"
        case OutOfBounds(floor, ceiling):
            return f"BoundExceeded: the key and the count, which would leave {floor} to {ceiling}"
        case Refused(floor, ceiling):
            return (
                f"BoundExceeded: the key and the number, which is not within {floor} to {ceiling}"
            )
        case Full(most):
            return f"CollectionFull: the key, which holds {most} items"
        case TooLarge(most):
            return f"ValueTooLarge: the key and the size, which is more than {most} bytes"
        case Corrupt(expected):
            return f"DecodeError: the key and what stands there instead of {expected}"
        case Fault(reason):
            return f"ArithmeticFault: {reason}"
