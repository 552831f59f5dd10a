"""Fields of records, hashes and stream entries."""

from __future__ import annotations

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.types import UNSET, Field
from redisspec.source.nodes import MappingNode, Node, ScalarNode, to_data
from redisspec.spec.grammar import GrammarError, quoted
from redisspec.spec.lowering.context import UNKNOWN, Context
from redisspec.spec.lowering.default_values import check_default
from redisspec.spec.names import check_name, is_name
from redisspec.spec.report import hint


def lower_fields(context: Context, node: MappingNode) -> tuple[Field, ...]:
    """The fields of a mapping whose shape is right; names, stored names and defaults checked."""
    found: list[Field] = []
    stored: dict[str, Node] = {}
    for key, value in node.entries:
        name = key.text
        if not is_name(name):
            try:
                check_name(name, "field")
            except GrammarError as error:
                context.report.grammar(key, error)
                continue
        if type(value) is MappingNode:
            field = _spelt_out(context, key, value)
        else:
            field = Field(name, context.type(value), name, span=key.span)
        taken = stored.setdefault(field.stored, key)
        if taken is not key:
            context.report.error(
                key,
                f"two fields are stored as {quoted(field.stored)}",
                "give one another `name:`",
                (Related(taken.span, "the first"),),
            )
        found.append(field)
    return tuple(found)


def _spelt_out(context: Context, key: ScalarNode, node: MappingNode) -> Field:
    kind = context.type(node.get("type"))
    default: object = UNSET
    given = node.get("default")
    if given is not None:
        try:
            default = check_default(kind, to_data(given), context) if kind != UNKNOWN else UNSET
        except GrammarError as error:
            _report_default(context, given, error)
        if kind == UNKNOWN:
            default = _unknown_default(context, node, given)
    name_node, doc = node.get("name"), node.get("doc")
    stored = key.text
    if isinstance(name_node, ScalarNode):
        stored = name_node.text
        if not stored or not stored.isprintable():
            context.report.error(
                name_node,
                "the stored `name` is empty"
                if not stored
                else "the stored `name` is not printable",
                f"write what the field is called in Redis, or drop `name` for `{key.text}`",
            )
            stored = key.text
    return Field(
        key.text, kind, stored, default, doc.text if isinstance(doc, ScalarNode) else None, key.span
    )


def _unknown_default(context: Context, node: MappingNode, given: Node) -> object:
    """The default where the type is `int`, which is also what an unreadable type is taken for."""
    written = node.get("type")
    if not isinstance(written, ScalarNode) or written.text.strip() != "int":
        return UNSET
    try:
        return check_default(UNKNOWN, to_data(given), context)
    except GrammarError as error:
        _report_default(context, given, error)
        return UNSET


def _report_default(context: Context, given: Node, error: GrammarError) -> None:
    help_ = hint(given, error.help) if isinstance(given, ScalarNode) else error.help
    context.report.error(given, error.message, help_)
