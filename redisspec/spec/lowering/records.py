"""The names under `types:`: records, imported classes, and short names for other types."""

from __future__ import annotations

from collections.abc import Iterator

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.types import Enum, Field, Imported, Json, Record, RecordRef, Scalar, ValueType
from redisspec.source.nodes import MappingNode, ScalarNode
from redisspec.spec.grammar import GrammarError
from redisspec.spec.lowering.context import UNKNOWN, Context
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.lowering.fields import lower_fields
from redisspec.spec.names import check_type_name
from redisspec.spec.report import hint
from redisspec.spec.shape import Entries, fits
from redisspec.spec.shapes import FIELD
from redisspec.spec.types import format_type, parse_type

FIELDS = Entries(FIELD._replace(short=True))


def lower_types(context: Context, sections: list[MappingNode]) -> None:
    """Fill the context's records, imports and short names from the `types:` of all files."""
    records: list[tuple[ScalarNode, MappingNode]] = []
    for section in sections:
        for key, node in section.entries:
            if not _declare(context, key):
                continue
            if type(node) is MappingNode:
                records.append((key, node))
            else:
                _short(context, key, node)
    for key, node in records:
        context.records[key.text] = _record(context, key, node)
    _refuse_endless(context)


def _declare(context: Context, key: ScalarNode) -> bool:
    try:
        check_type_name(key.text)
    except GrammarError as error:
        context.report.grammar(key, error)
        return False
    taken = context.declared.get(key.text)
    if taken is not None:
        context.report.error(
            key,
            f"the type `{key.text}` is declared twice",
            "rename one of them, or keep one",
            (Related(taken.span, "the first"),),
        )
        return False
    context.declared[key.text] = key
    return True


def _short(context: Context, key: ScalarNode, node: object) -> None:
    name = key.text
    context.short[name] = UNKNOWN
    if not isinstance(node, ScalarNode) or node.value is None:
        context.report.error(
            key,
            f"the type `{name}` is empty",
            f"write its fields, such as `{name}: {{id: int}}`, or an import path, such as "
            f"`{name}: shop.models:{name}`",
        )
        return
    parsed = context.parse(node, parse_type)
    match parsed:
        case None:
            return
        case Imported(module, qualname):
            made = Imported(module, qualname, name)
            context.imports[name] = made
            context.short[name] = made
            context.claim_class(name, f"type `{name}`", key)
        case Scalar() | Enum() | Json(None):
            context.short[name] = parsed
        case _:
            context.report.error(
                node,
                f"`{format_type(parsed)}` cannot have a short name",
                hint(node, "a type is a record, an import path, an `enum` or a scalar; write this "
                     "one where it is used"),
            )  # fmt: skip


def _record(context: Context, key: ScalarNode, node: MappingNode) -> Record:
    if not fits(node, FIELDS):
        # pydantic's import costs more than a small spec: only a mistake pays for it.
        from redisspec.spec.shape_errors import explain  # noqa: PLC0415 - for mistakes alone

        node, _ = explain(context.report, "fields", node, key, f"type `{key.text}`")
    elif not node.entries:
        context.report.error(key, f"the type `{key.text}` has no fields", "write at least one")
    context.claim_class(key.text, f"type `{key.text}`", key)
    return Record(key.text, lower_fields(context, node), span=key.span)


def lower_own_fields(context: Context, entry: Entry) -> tuple[Field, ...]:
    """The `fields` of an entry."""
    node = entry.mapping("fields")
    return lower_fields(context, node) if node is not None else ()


def _refuse_endless(context: Context) -> None:
    """Refuse records that contain themselves always: no value of them could be written down."""
    done: set[str] = set()
    for name in context.records:
        for path in _cycles(context, name, done):
            shown = " → ".join(f"`{each}`" for each in path)
            context.report.error(
                context.records[path[0]].span,
                f"the type `{path[0]}` contains itself without end ({shown})",
                f"make one step optional or a list: `{path[-1]} | none` or `list<{path[-1]}>`",
            )


def _cycles(context: Context, name: str, done: set[str]) -> Iterator[tuple[str, ...]]:
    """The cycles that a depth-first walk from `name` closes; its own stack, for long chains."""
    if name in done:
        return
    trail = [name]
    waiting = [_always(context, name)]
    while trail:
        if waiting[-1]:
            following = waiting[-1].pop(0)
            if following in trail:
                yield (*trail[trail.index(following) :], following)
            elif following not in done:
                trail.append(following)
                waiting.append(_always(context, following))
        else:
            done.add(trail.pop())
            waiting.pop()


def _always(context: Context, name: str) -> list[str]:
    """The records that every value of a record contains."""
    record = context.records.get(name)
    if record is None:
        return []
    return [inner for field in record.fields if (inner := _direct(field.type)) is not None]


def _direct(kind: ValueType) -> str | None:
    if isinstance(kind, Json) and kind.inner is not None:
        return _direct(kind.inner)
    return kind.name if isinstance(kind, RecordRef) else None
