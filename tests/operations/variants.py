"""A spec with every structure, lifetime and bound, and with every method of each as an operation of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, product
from typing import Any

from redisspec.ir.model import Keyspace
from redisspec.spec.load import load_spec
from tests.operations.catalogue import Argument, Callable, callables
from tests.operations.kinds import INT, Kind, Listed, Mapped
from tests.operations.packages import folder
from tests.operations.programs import Program, finished

LIFETIMES = {
    "w": "ttl: 1h",
    "a": "ttl: {for: 1h, refresh: on_access}",
    "n": "ttl: {for: 1h, refresh: never}",
    "x": "ttl: never, reason: a test of it",
    "m": "ttl: {for: 1h, max: 2h}",
    "q": "ttl: {for: 1h, refresh: never, max: 2h}",
}
BOUNDS = {"o": "", "t": "max_items: 3, when_full: trim", "r": "max_items: 3, when_full: reject"}
TYPES = (
    "str",
    "int",
    "float",
    "bytes",
    "uuid",
    "slug",
    "date",
    "enum(a | b | c-1)",
    "bool",
    "decimal",
)
STRINGS = (*TYPES, "datetime", "json", "list<str>")
FIELDS = (
    "fields: {sku: slug, count: int, weight: float | none, note: {type: str, default: none at all}}",
    'fields: {at: datetime, raw: {type: bytes, name: "r\'a w"}, total: float}',
    "fields: {a: int | none, owner: uuid, price: decimal | none}",
)
COUNTERS = ("", "floor: 0", "ceiling: 5", "floor: -2, ceiling: 6")
STRUCTURES = ("string", "counter", "hash", "map", "list", "set", "sorted_set", "stream", "hyperloglog", "bitmap", "geo", "bloom_filter")  # fmt: skip


def spec_of(structure: str) -> str:
    """A spec with every variant of the structure."""
    lines = [
        "version: 1",
        "name: diff",
        "server: {engine: redis >= 7.0, topology: cluster, eviction: noeviction}",
        "keyspaces:",
    ]
    for name, settings in _variants(structure):
        kind = "hash" if structure == "map" else structure
        words = ", ".join(filter(None, [f"structure: {kind}", *settings]))
        lines.append(f'  {name}: {{key: "{name}:{{<shop:int>}}", {words}}}')
    return "\n".join(lines) + "\n"


def _variants(structure: str) -> list[tuple[str, list[str]]]:
    types = cycle(STRINGS if structure == "string" else TYPES)
    numbers = cycle(["int", "float", "str"])
    found: list[tuple[str, list[str]]] = []

    def add(name: str, *settings: str) -> None:
        found.append((f"{structure}_{name}", [*settings]))

    for life, ttl in LIFETIMES.items():
        match structure:
            case "string":
                for at in range(3):
                    add(f"{life}{at}", f"value: {next(types)}", ttl)
                add(f"{life}_small", "value: bytes", "max_bytes: 3B", ttl)
            case "counter":
                for at, bound in enumerate(COUNTERS):
                    add(f"{life}{at}", bound, ttl)
            case "hash":
                for at, fields in enumerate(FIELDS):
                    add(f"{life}{at}", fields, ttl)
            case "stream":
                for fields, (bound, items) in product(FIELDS[:2], BOUNDS.items()):
                    add(f"{life}{bound}{FIELDS.index(fields)}", fields, items, ttl)
            case "bitmap":
                add(life, "max_items: 30", ttl)
            case "hyperloglog":
                add(life, f"element: {next(types)}", ttl)
            case "bloom_filter":
                add(life, f"member: {next(types)}", "capacity: 3", "error_rate: 0.000001%", ttl)
                add(
                    f"{life}2",
                    f"member: {next(types)}",
                    "capacity: 3",
                    "error_rate: 0.000001%",
                    ttl,
                )
            case _:
                bounds = (
                    BOUNDS
                    if structure in {"list", "sorted_set"}
                    else {"o": "", "r": "max_items: 3"}
                )
                for bound, items in bounds.items():
                    word = {"list": "item", "map": "map"}.get(structure, "member")
                    held = (
                        f"{{{next(types)}: {next(numbers)}}}" if structure == "map" else next(types)
                    )
                    add(f"{life}{bound}", f"{word}: {held}", items, ttl)
    return found


def keyspaces_of(spec: str) -> dict[str, Keyspace]:
    file = folder() / "variants.yaml"
    file.write_text(spec, encoding="utf-8")
    loaded = load_spec(str(file))
    assert loaded.program is not None and not loaded.diagnostics, loaded.diagnostics
    return {keyspace.name: keyspace for keyspace in loaded.program.keyspaces}


@dataclass(frozen=True)
class Single:
    """An operation that calls one method, with the arguments that are its parameters."""

    program: Program
    method: Callable
    arguments: tuple[tuple[Argument, tuple[str, ...]], ...]
    """Each argument that is given, with the parameters that it is made of; none where it is a constant."""

    def called(self, values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The accessor's arguments by place and by name, from the operation's."""
        place: list[Any] = []
        named: dict[str, Any] = {}
        for argument, names in self.arguments:
            given = [values[name] for name in names]
            value: Any = given[0] if given else CONSTANTS[argument.role]
            if argument.role == "pairs":
                value = {given[0]: given[1]}
            if argument.role == "each":
                place += given
            elif argument.keyword:
                named[argument.name] = value
            else:
                place.append(value)
        return place, named


CONSTANTS: dict[str, Any] = {
    "condition": True, "positive": 2, "natural": 1, "entry_id": "2-0", "longitude": 13.361389,
    "latitude": 38.115556, "radius": 500000.0, "flag": False,
}  # fmt: skip


def singles(keyspace: Keyspace) -> list[Single]:
    """Every method that can run in a script: with the arguments that it needs, with all, and under each condition."""
    found = []
    for method in callables(keyspace):
        if any(argument.role == "record" for argument in method.arguments):
            continue  # `save` is the same, spelt out, and no parameter has a hash's record
        needed = [one for one in method.arguments if one.required]
        conditions = [one for one in method.arguments if one.role == "condition"]
        others = [one for one in method.arguments if one.role != "condition"]
        choices = [needed] if len(others) == len(needed) else [needed, others]
        choices += [[*needed, condition] for condition in conditions]
        found += [_single(method, choice) for choice in choices]
    return found


def _single(method: Callable, given: list[Argument]) -> Single:
    params: dict[str, Kind] = {"shop": INT}
    texts = ["shop"]
    made: list[tuple[Argument, tuple[str, ...]]] = []
    for argument in given:
        kinds = _parameters(argument)
        names = tuple(f"p{len(params) + at}" for at in range(len(kinds)))
        params.update(zip(names, kinds, strict=True))
        made.append((argument, names))
        text = ", ".join(names) if names else repr(CONSTANTS[argument.role])
        if argument.role == "pairs":
            text = f"{{{names[0]}: {names[1]}}}"
        texts.append(f"{argument.name}={text}" if argument.keyword else text)
    source = f"return {method.keyspace.name}.{method.name}({', '.join(texts)})\n"
    program = finished(source, params, None)
    return Single(
        Program(program.params, (), None, source, (method.keyspace.name,)), method, tuple(made)
    )


def _parameters(argument: Argument) -> tuple[Kind, ...]:
    kind = argument.kind
    if argument.role in CONSTANTS:
        return ()
    match argument.role:
        case "each":
            assert isinstance(kind, Listed)
            return (kind.item, kind.item)
        case "pairs":
            assert isinstance(kind, Mapped)
            return (kind.key, kind.value)
        case "ttl":
            return (INT,)
    return (kind,)
