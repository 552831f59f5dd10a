"""The records of a package: their classes (types.py), and their way to JSON and back (_codecs.py)."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.codegen.python import values
from redisspec.codegen.python.defaults import is_given, json_literal, literal_default, made_default
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    lines,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module, member_order
from redisspec.codegen.python.policies import records_of
from redisspec.codegen.python.recordclass import RecordClass
from redisspec.codegen.python.view import record_class
from redisspec.ir.program import Program
from redisspec.ir.types import UNSET, Field, Imported, Record
from redisspec.patterns import lowered


def record_classes(program: Program) -> tuple[RecordClass, ...]:
    """The records of `types:`, then those of hashes and streams, then those of policies."""
    named = [
        RecordClass(
            record.name, record.doc or f"The record {record.name} of the spec.", record.fields
        )
        for record in program.records.values()
    ]
    keyed = [
        RecordClass(
            record_class(keyspace),
            f"{'An entry' if keyspace.structure == 'stream' else 'A record'} of the keyspace {keyspace.name}.",
            keyspace.fields,
        )
        for keyspace in program.keyspaces
        if keyspace.fields
    ]
    held = [one for each in lowered(program) for one in records_of(each)]
    return (*named, *keyed, *held)


def types_text(program: Program, header: str) -> str:
    classes = record_classes(program)
    taken = {one.name for one in classes} | {field.name for one in classes for field in one.fields}
    module = Module(frozenset(taken), here=".types")
    base = module.runtime("record", "Record")
    body = [line for one in classes for line in _class(module, one, base)]
    names = [values.text(name) for name in sorted((c.name for c in classes), key=member_order)]
    exported = Group("__all__ = [", tuple(names), "]")

    if not classes:
        module.imports.clear()
    listed = lines(exported, 0) if names else ["__all__: list[str] = []"]
    return module.text(header, "The records that the keyspaces hold.", [*listed, "", *body])


def _class(module: Module, one: RecordClass, base: str) -> list[str]:
    pad, deep = " " * STEP, " " * 2 * STEP
    names = [values.text(field.name) for field in one.fields]
    order = lines(Group("__match_args__ = (", tuple(names), ")"), STEP)
    body: list[str] = []
    for field in one.fields:
        body += _stored(module, field)
    return [
        "",
        "",
        f"class {one.name}({base}):",
        *docstring(_doc(one), STEP),
        "",
        *order,
        f"{pad}__slots__ = __match_args__",
        "",
        *_init(module, one),
        *(body or [f"{deep}pass"]),
    ]


def _init(module: Module, one: RecordClass) -> list[str]:
    parameters = ("self", "*", *_parameters(module, one.fields)) if one.fields else ("self",)
    return signature("__init__", parameters, "None")


def _doc(one: RecordClass) -> str:
    told = [f"{field.name}: {field.doc.strip()}" for field in one.fields if field.doc]
    return one.doc if not told else f"{one.doc}\n\n" + "\n".join(told)


def _parameters(module: Module, fields: Iterable[Field]) -> tuple[str, ...]:
    required, optional = [], []
    for field in fields:
        shown = f"{field.name}: {values.annotation(module, field.type)}"
        if not is_given(field):
            required.append(shown)
            continue
        literal = literal_default(field)
        if literal is None or literal == "None":
            shown = shown if shown.endswith("| None") else f"{shown} | None"
            optional.append(f"{shown} = None")
        else:
            optional.append(f"{shown} = {literal}")
    return (*required, *optional)


def _stored(module: Module, field: Field) -> list[str]:
    target = f"self.{field.name}"
    if literal_default(field) is None and field.default is not UNSET:
        kind = values.annotation(module, field.type)
        made = made_default(module, field)
        pad = " " * 2 * STEP
        return [
            f"{pad}if {field.name} is None:",
            *assignment(field.name, made, 3 * STEP),
            *assignment(f"{target}: {kind}", field.name, 2 * STEP),
        ]
    if literal_default(field) == "None" and not values.annotation(module, field.type).endswith(
        "| None"
    ):
        return assignment(target, field.name, 2 * STEP)
    return assignment(f"{target}: {values.annotation(module, field.type)}", field.name, 2 * STEP)


# --- codecs -------------------------------------------------------------------------


def codecs_text(program: Program, header: str) -> str:
    """The functions between the records of `types:` and JSON, and the adapters of imported classes."""
    records = list(program.records.values())
    names = {
        f"{values.snake(record.name)}_{way}_json" for record in records for way in ("to", "from")
    }
    imported = list({values.adapter_name(kind): kind for kind in program.imports.values()}.items())
    module = Module(
        frozenset(names | {name for name, _ in imported} | {"value", "data"}), here="._codecs"
    )
    body: list[str] = []
    for name, kind in imported:
        made = f"{name}: {module.runtime('imported', 'Adapter')}[{values.annotation(module, kind)}]"
        body += assignment(made, _adapter(module, kind), 0)
    for record in records:
        body += ["", "", *_to_json(module, record), "", "", *_from_json(module, record)]
    return module.text(header, "How the records stand in JSON.", body)


def _adapter(module: Module, kind: Imported) -> Expression:
    adapter = module.runtime("imported", "Adapter")
    return call(adapter, values.text(kind.module), values.text(kind.qualname))


def _to_json(module: Module, record: Record) -> list[str]:
    name = f"{values.snake(record.name)}_to_json"
    parameter = f"value: {module.use('.types', record.name)}"
    head = signature(name, (parameter,), "dict[str, object]", indent=0)
    items = tuple(
        _item(
            f"{values.text(field.stored)}: ",
            values.to_json(module, field.type, f"value.{field.name}"),
        )
        for field in record.fields
    )
    check = module.runtime("composites", "check_record")
    kind = module.use(".types", record.name)
    return [
        *head,
        f"    {check}(value, {kind})",
        *returned(Group("{", items, "}"), STEP),
    ]


def _item(before: str, value: Expression) -> Expression:
    if isinstance(value, str):
        return before + value
    return Group(before + value.open, value.items, value.close, value.comma)


def _from_json(module: Module, record: Record) -> list[str]:
    name = f"{values.snake(record.name)}_from_json"
    kind = module.use(".types", record.name)
    head = signature(name, (f"data: {module.use('typing', 'Any')}",), kind, indent=0)
    object_of = module.runtime("composites", "object_of")
    made = call(
        kind,
        *(_item(f"{field.name}=", _field_from_json(module, field)) for field in record.fields),
    )
    return [
        *head,
        *assignment("_fields", call(object_of, "data", values.text(record.name)), STEP),
        *returned(made, STEP),
    ]


def _field_from_json(module: Module, field: Field) -> Expression:
    stored = values.text(field.stored)
    if field.default is not UNSET:
        given = call("_fields.get", stored, json_literal(field.default))
        return values.from_json(module, field.type, given)
    if is_given(field):
        return values.from_json(module, field.type, call("_fields.get", stored))
    required = call(module.runtime("composites", "required"), "_fields", stored)
    return values.from_json(module, field.type, required)
