"""What a cache says that its readers are to know ready-made: its tags, and the shape of its value."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import Final

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Lifetime
from redisspec.ir.shape import shape_of
from redisspec.ir.tags import Tag, TagHole
from redisspec.ir.types import (
    Enum,
    Imported,
    ListOf,
    Maybe,
    RecordRef,
    Scalar,
    ValueType,
    bare,
)
from redisspec.source.nodes import MappingNode, ScalarNode
from redisspec.spec.grammar import either, quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.report import within

_HOLE: Final = re.compile(r"<([^<>]*)>")
_LITERAL: Final = re.compile(r"[A-Za-z0-9_.:/-]*")
_PATH: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
_NEEDS_AN_END: Final = {
    "stale": "an entry without an end is never past it",
    "stampede": "an early refresh comes before an entry's end, and these have none",
    "tags": "the tags would have to outlive the entries",
}
_TAGGING: Final = frozenset(("int", "str", "slug", "uuid", "date", "bool"))


def lower_cache(
    context: Context,
    entry: Entry,
    pattern: KeyPattern | None,
    value: ValueType | None,
    lifetime: Lifetime | None,
) -> dict[str, object]:
    """Its `tags` as they are filled in, and the `shape` of its value."""
    _check_lifetime(context, entry, lifetime)
    _check_wait(context, entry)
    found: dict[str, object] = {}
    if value is not None:
        found["shape"] = shape_of(value, context.records)
    if pattern is not None and value is not None and "tags" in entry.values:
        tags = [_tag(context, node, pattern, value) for node in entry.items("tags")]
        _check_names(context, entry, tags)
        named: dict[str, Tag] = {}
        for tag in tags:
            if tag is not None:
                # that there are two is told, not that their keys meet
                named.setdefault(tag.name, tag)
        found["tags"] = tuple(named.values())
    return found


def _check_lifetime(context: Context, entry: Entry, lifetime: Lifetime | None) -> None:
    node = entry.values.get("ttl")
    if isinstance(node, MappingNode) and (refresh := node.get("refresh")) is not None:
        context.report.error(
            refresh,
            "`refresh` has no meaning for a cache: an entry ends when its value is too old, "
            "however often it is read",
            "drop `refresh`",
        )
    if lifetime is None or lifetime.ttl_ms is not None or not lifetime.stated:
        return
    for word, why in _NEEDS_AN_END.items():
        if word not in entry.values or (word == "stampede" and entry.text(word) != "early_refresh"):
            continue
        context.report.error(
            entry.place(word),
            f"`{word}` does not go with `ttl: never`: {why}",
            f"write a `ttl`, such as `ttl: 7d`, or drop `{word}`",
        )


def _check_wait(context: Context, entry: Entry) -> None:
    if "wait" in entry.values and entry.text("stampede") == "none":
        context.report.error(
            entry.place("wait"),
            "`wait` has no meaning with `stampede: none`: nobody waits for another's load",
            "drop `wait`, or write `stampede: lease`",
        )


def _check_names(context: Context, entry: Entry, tags: list[Tag | None]) -> None:
    """Tags are invalidated by name: no two may have one."""
    known: dict[str, ScalarNode] = {}
    for node, tag in zip(entry.items("tags"), tags, strict=True):
        if tag is None:
            continue
        if tag.name in known:
            context.report.error(
                node,
                f"two tags are called {quoted(tag.name)}: `invalidate_tag` could not tell them apart",
                f"begin one with a word of its own, such as `by_{tag.name}:`",
            )
        known.setdefault(tag.name, node)


def _tag(context: Context, node: ScalarNode, pattern: KeyPattern, value: ValueType) -> Tag | None:
    """A tag; None where something in it was reported."""
    parts: list[str] = []
    holes: list[TagHole] = []
    sound = True
    start = 0
    for found in _HOLE.finditer(node.text):
        parts.append(node.text[start : found.start()])
        start = found.end()
        hole = _hole(context, node, found, pattern, value)
        sound = sound and hole is not None
        if hole is not None:
            holes.append(hole)
    parts.append(node.text[start:])
    if not all(_LITERAL.fullmatch(part) for part in parts):
        context.report.error(
            node,
            f"a tag consists of letters, digits, `_ . : / -` and holes, and {quoted(node.text)} "
            "has something else",
            "write it such as `category:<value.category_id>`",
        )
        return None
    if not sound:
        return None
    name = ":".join(word for part in parts if (word := part.strip(":./-")))
    if not name and not holes:
        context.report.error(
            node,
            f"{quoted(node.text)} has no name to invalidate by",
            "write it such as `category:<value.category_id>`",
        )
        return None
    return Tag(name or holes[-1].path[-1], tuple(parts), tuple(holes))


def _hole(
    context: Context,
    node: ScalarNode,
    found: re.Match[str],
    pattern: KeyPattern,
    value: ValueType,
) -> TagHole | None:
    word = found[1]
    place = within(node, found.start(1), found.end(1))
    parameters = {parameter.name: parameter for parameter in pattern.parameters}
    if word in parameters:
        return TagHole("key", (word,), parameters[word].type)
    inner = bare(value)
    record = context.records.get(inner.name) if isinstance(inner, RecordRef) else None
    if record is None and word.startswith("value.") and _PATH.fullmatch(word):
        # The attributes of an imported class are not known here; type checkers know them.
        path = tuple(word.split(".")[1:])
        if isinstance(inner, Imported) and not any(map(iskeyword, path)):
            return TagHole("value", path)
        context.report.error(
            place,
            "the value has no fields of its own to make a tag of",
            "declare a record under `types:` and write `json<…>` with its name, or use a "
            "parameter of the key",
        )
        return None
    fields = {f"value.{field.name}": field for field in record.fields} if record else {}
    if word in fields:
        kind, many = _of_field(fields[word].type)
        if kind is not None:
            return TagHole("value", (fields[word].name,), kind, many)
        context.report.error(
            place,
            f"{quoted(word)} is no value that a tag can name: tags take int, str, slug, uuid, "
            "date, bool and enum, and lists of these",
            "use another field",
        )
        return None
    known = [*parameters, *fields]
    near = nearest(word, known)
    context.report.error(
        place,
        f"{quoted(word)} is neither a parameter of the key nor a field of the value",
        f"write `{near}`" if near else f"what there is: {either(known, 'and')}"
        if known else "the key has no parameter",
    )  # fmt: skip
    return None


def _of_field(kind: ValueType) -> tuple[ValueType | None, bool]:
    """The type of what a field gives a tag, and whether it gives many; None for what cannot."""
    many = isinstance(kind, ListOf)
    item = kind.item if isinstance(kind, ListOf) else kind
    inner = item.inner if isinstance(item, Maybe) and not many else item
    if isinstance(inner, Enum) or (isinstance(inner, Scalar) and inner.name in _TAGGING):
        return item, many
    return None, many
