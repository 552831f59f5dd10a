"""What calls of Python's own functions and of methods of plain values come to."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from redisspec.ir.flows import Value
from redisspec.readers.python.symbols import Entries, Instance, Items, Symbol, as_value
from redisspec.readers.python.values import CLOCK, constant, formatted, is_text, joined
from redisspec.readers.values import RANDOM, formed

CLOCKS: Final = frozenset(
    [
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "django.utils.timezone.now",
        "pendulum.now",
        "arrow.now",
        "arrow.utcnow",
        "time.localtime",
        "time.gmtime",
        "time.strftime",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "timezone.now",
    ]
)
CHANCE: Final = (
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid7", "secrets.", "os.urandom", "random.", "os.getpid", "socket.gethostname",
    "shortuuid.", "ulid.", "nanoid.", "threading.get_ident",
)  # fmt: skip
_TEXT_METHODS: Final = frozenset(("encode", "decode", "__str__", "hex"))
CHANGES: Final = frozenset(
    ("append", "extend", "insert", "add", "update", "remove", "discard", "pop", "popitem", "sort",
     "reverse", "setdefault", "clear")
)  # fmt: skip
"""Methods of Python's collections that change them in place."""


def reckon(operator: type[ast.operator], one: float, other: float) -> float | None:
    """Plain arithmetic on literals."""
    match operator:
        case ast.Add:
            return one + other
        case ast.Sub:
            return one - other
        case ast.Mult:
            return one * other
        case ast.Div:
            return one / other if other else None
        case ast.FloorDiv:
            return one // other if other else None
    return None


def compare(operator: type[ast.cmpop], one: float, other: float) -> bool | None:
    """Comparison of literals."""
    match operator:
        case ast.Lt:
            return one < other
        case ast.LtE:
            return one <= other
        case ast.Gt:
            return one > other
        case ast.GtE:
            return one >= other
    return None


def of_function(
    name: str, arguments: Sequence[Symbol], keywords: Mapping[str, Symbol]
) -> Symbol | None:
    """What a call of a function outside the project gives; None where nothing special is known."""
    values = [as_value(one) for one in arguments]
    if name in CLOCKS:
        return CLOCK if not values else formed("call:" + name, CLOCK, *values)
    if name.startswith(CHANCE):
        return RANDOM
    if name in ("str", "bytes", "builtins.str") and values:
        return values[0]
    if name in ("list", "tuple", "set", "sorted", "reversed", "frozenset", "iter") and arguments:
        first = arguments[0]
        return first if isinstance(first, Items) else formed("list", values[0])
    if name in ("list", "tuple", "set") and not arguments:
        return Items((), is_list=True)
    if name == "dict":
        return _dictionary(arguments, keywords)
    if name == "map" and len(arguments) == 2 and values[0].text in ("str", "bytes"):
        return arguments[1] if isinstance(arguments[1], Items) else formed("list", values[1])
    if name == "type" and len(arguments) == 1 and isinstance(arguments[0], Instance):
        return arguments[0].cls
    return None


def _dictionary(arguments: Sequence[Symbol], keywords: Mapping[str, Symbol]) -> Symbol:
    found = Entries()
    if arguments:
        first = arguments[0]
        if isinstance(first, Entries):
            found.items.update(first.items)
            found.keys.update(first.keys)
            found.open = first.open
        else:
            found.open = True
    for name, symbol in keywords.items():
        found.items[name] = symbol
        found.keys[name] = constant(name)
    return found


def of_method(
    base: Value, method: str, arguments: Sequence[Symbol], keywords: Mapping[str, Symbol]
) -> Symbol:
    """What a method of a plain value gives."""
    values = [as_value(one) for one in arguments]
    if method in _TEXT_METHODS and all(one.provenance == "constant" for one in values):
        # `codec.decode(reply)` is of somebody else: here an encoding is given at most.
        return base
    if method == "format" and is_text(base):
        return formatted(base, values, {name: as_value(one) for name, one in keywords.items()})
    if method == "join" and base.provenance == "constant" and arguments:
        first = arguments[0]
        if isinstance(first, Items) and not first.open:
            parts: list[Value] = []
            for place, one in enumerate(first.items):
                if place:
                    parts.append(base)
                parts.append(as_value(one))
            return joined(parts)
    if method in ("strip", "lower", "upper", "rstrip", "lstrip") and base.provenance == "constant":
        return constant(getattr(base.text, method)()) if not values else base
    if (
        method == "replace"
        and all(one.provenance == "constant" for one in (base, *values[:2]))
        and len(values) == 2
    ):
        return constant(base.text.replace(values[0].text, values[1].text))
    return formed("." + method, base, *values, *(as_value(one) for one in keywords.values()))


def of_entries(
    entries: Entries, method: str, arguments: Sequence[Symbol], keywords: Mapping[str, Symbol]
) -> Symbol | None:
    """What a method of a dictionary gives, and does to it."""
    if method == "update":
        for one in arguments:
            if isinstance(one, Entries):
                entries.items.update(one.items)
                entries.keys.update(one.keys)
                entries.open = entries.open or one.open
            else:
                entries.open = True
        for name, symbol in keywords.items():
            entries.items[name] = symbol
            entries.keys[name] = constant(name)
        return constant(None)
    if method in ("get", "pop", "setdefault") and arguments:
        key = as_value(arguments[0])
        found = entries.items.get(key.text) if key.provenance == "constant" else None
        if method == "setdefault" and found is None and len(arguments) > 1:
            entries.items[key.text] = arguments[1]
            entries.keys[key.text] = key
            return arguments[1]
        if method == "pop" and found is not None:
            del entries.items[key.text]
            entries.keys.pop(key.text, None)
        return found
    if method == "copy":
        return Entries(dict(entries.items), dict(entries.keys), entries.open)
    if method == "keys":
        return Items(tuple(entries.keys.values()), entries.open)
    if method == "values":
        return Items(tuple(entries.items.values()), entries.open)
    if method == "items":
        pairs = (
            Items((entries.keys.get(name, constant(name)), one))
            for name, one in entries.items.items()
        )
        return Items(tuple(pairs), entries.open)
    return None
