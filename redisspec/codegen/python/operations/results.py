"""What an operation answers: its annotation, and the function that makes it of the reply."""

from __future__ import annotations

from dataclasses import dataclass, field

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.view import record_class
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Maybe, Scalar, ValueType
from redisspec.operations.compiled import (
    EntriesOf,
    ListedOf,
    MapOfPairs,
    Milliseconds,
    Nothing,
    OptionalOf,
    Plain,
    RecordOf,
    Result,
    ScoredOf,
    TupleOf,
)


def annotation(module: Module, result: Result) -> str:
    """The annotation of a result."""
    match result:
        case Plain(kind):
            return values.annotation(module, kind)
        case RecordOf(keyspace):
            return _record(module, keyspace)
        case EntriesOf(keyspace):
            pair = (
                f"{module.builtin('tuple')}[{module.builtin('str')}, {_record(module, keyspace)}]"
            )
            return f"{module.builtin('list')}[{pair}]"
        case ListedOf(item, kind):
            return f"{module.builtin(kind)}[{annotation(module, item)}]"
        case ScoredOf(member):
            pair = f"{values.annotation(module, member)}, {module.builtin('float')}"
            return f"{module.builtin('list')}[{module.builtin('tuple')}[{pair}]]"
        case MapOfPairs(key, value):
            pair = f"{values.annotation(module, key)}, {values.annotation(module, value)}"
            return f"{module.builtin('dict')}[{pair}]"
        case TupleOf(items):
            inner = ", ".join(annotation(module, item) for item in items) or "()"
            return f"{module.builtin('tuple')}[{inner}]"
        case OptionalOf(inner):
            shown = annotation(module, inner)
            return shown if shown.endswith("None") else f"{shown} | None"
        case Milliseconds():
            return f"{module.use('datetime', 'timedelta')} | None"
        case Nothing():
            return "None"


def _record(module: Module, keyspace: Keyspace) -> str:
    return module.use_type(f"{module.root}types", record_class(keyspace))


def keyspaces_read(result: Result) -> list[Keyspace]:
    """The keyspaces whose records or entries the result holds."""
    match result:
        case RecordOf(keyspace) | EntriesOf(keyspace):
            return [keyspace]
        case ListedOf(item):
            return keyspaces_read(item)
        case OptionalOf(inner):
            return keyspaces_read(inner)
        case TupleOf(items):
            return [found for item in items for found in keyspaces_read(item)]
        case _:
            return []


@dataclass(slots=True)
class Decoders:
    """Gathers the functions that the decoders of a module need, by the module they stand in."""

    module: Module
    functions: list[str] = field(default_factory=list)
    _made: dict[tuple[str, ValueType], str] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, result: Result) -> Expression:
        """A callable from a reply to the result."""
        module = self.module
        match result:
            case Plain(kind):
                return self._value(kind)
            case RecordOf(keyspace):
                return call(self._runtime("present"), self._reader(keyspace))
            case OptionalOf(RecordOf(keyspace)):
                return call(self._runtime("optional_of"), self._reader(keyspace))
            case EntriesOf(keyspace):
                return call(module.runtime("replies", "entries"), self._reader(keyspace))
            case ListedOf(item, kind):
                name = "list_of" if kind == "list" else "set_of_each"
                return call(self._runtime(name), self.of(item))
            case ScoredOf(member):
                return call(module.runtime("replies", "scored"), self._from_bytes(member))
            case MapOfPairs(key, value):
                return call(
                    module.runtime("results", "map_of"),
                    self._from_bytes(key),
                    self._from_bytes(value),
                )
            case TupleOf():
                return self._tuple(result)
            case OptionalOf(inner):
                return call(self._runtime("optional_of"), self.of(inner))
            case Milliseconds():
                return module.runtime("ttl", "ttl_reply")
            case Nothing():
                return module.runtime("replies", "as_none")

    def _runtime(self, name: str) -> str:
        return self.module.runtime("operations", name)

    def _value(self, kind: ValueType) -> Expression:
        if isinstance(kind, Maybe):
            return call(self._runtime("optional_of"), self._value(kind.inner))
        if kind == Scalar("bool"):
            return self.module.runtime("replies", "as_bool")
        if kind == Scalar("int"):
            return self.module.runtime("results", "as_exact_int")
        if isinstance(kind, Scalar):
            return call(self._runtime("value_of"), self._from_bytes(kind))
        given = f"reply: {self.module.use('typing', 'Any')}"
        raw = f"{self.module.runtime('replies', 'as_bytes')}(reply)"
        return self._function("_value", kind, given, raw)

    def _from_bytes(self, kind: ValueType) -> str:
        """The name of a function from the bytes of a value."""
        if isinstance(kind, Scalar):
            return self.module.runtime("codecs", f"decode_{kind.name}")
        return self._function("_text", kind, f"raw: {self.module.builtin('bytes')}", "raw")

    def _function(self, stem: str, kind: ValueType, given: str, raw: str) -> str:
        known = self._made.get((stem, kind))
        if known is None:
            known = self._made[stem, kind] = self._name(stem)
            head = signature(known, (given,), values.annotation(self.module, kind), indent=0)
            body = returned(values.decode(self.module, kind, raw), STEP)
            self.functions += ["", "", *head, *body, "", ""]
        return known

    def _tuple(self, result: TupleOf) -> str:
        module = self.module
        # What it calls is written first: names must be there when the module is read.
        inner = [self._named(self.of(item)) for item in result.items]
        name = self._name("_tuple")
        head = signature(
            name,
            (f"reply: {module.use('typing', 'Any')}",),
            annotation(module, result),
            indent=0,
        )
        items = call(self._runtime("items_of"), "reply", str(len(inner)))
        made = Group("(", tuple(call(one, f"_items[{at}]") for at, one in enumerate(inner)), ")")
        body = [*assignment("_items", items, STEP), *returned(made, STEP)]
        self.functions += ["", "", *head, *body, "", ""]
        return name

    def _named(self, decoder: Expression) -> str:
        """A decoder by a name of the module, so that it is made once."""
        if isinstance(decoder, str):
            return decoder
        name = self._name("_item")
        self.functions += assignment(name, decoder, 0)
        return name

    def _name(self, stem: str) -> str:
        number = self._numbers[stem] = self._numbers.get(stem, 0) + 1
        return stem if number == 1 else f"{stem}_{number}"

    def _reader(self, keyspace: Keyspace) -> str:
        return self.module.use(f"{self.module.root}_records", reader_name(keyspace))


def reader_name(keyspace: Keyspace) -> str:
    """The function of `_records.py` for a keyspace's records."""
    return f"{keyspace.name}_{'entry' if keyspace.structure == 'stream' else 'record'}"
