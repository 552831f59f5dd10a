"""Keyspaces: what each structure takes, and what its settings mean."""

from __future__ import annotations

from typing import Final, cast

from redisspec.ir import bloom
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Bound, Keyspace, Refresh, StructureName, WhenFull
from redisspec.ir.types import Enum, Field, Maybe, Scalar, ValueType
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.spec.durations import parse_duration
from redisspec.spec.expectations import parse_expectation
from redisspec.spec.grammar import either, quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry, Spans, read_entry
from redisspec.spec.lowering.fields import lower_fields
from redisspec.spec.lowering.lifetimes import Defaults, lower_lifetime
from redisspec.spec.names import ACCESSOR_NAMES, accessor_class, class_name
from redisspec.spec.percentages import format_percentage, parse_error_rate
from redisspec.spec.sizes import parse_size

_COMMON: Final = frozenset({"doc", "key", "structure", "ttl", "reason", "expect", "server"})
_OWN: Final[dict[StructureName, tuple[str, ...]]] = {
    "string": ("value", "max_bytes"),
    "counter": ("floor", "ceiling"),
    "hash": ("fields", "map", "max_items", "when_full", "max_bytes", "field_ttl"),
    "list": ("item", "max_items", "when_full", "max_bytes"),
    "set": ("member", "max_items", "when_full", "max_bytes"),
    "sorted_set": ("member", "max_items", "when_full", "max_bytes"),
    "stream": ("fields", "max_items", "when_full", "max_bytes"),
    "hyperloglog": ("element",),
    "bitmap": ("max_items", "when_full"),
    "geo": ("member", "max_items", "when_full", "max_bytes"),
    "bloom_filter": ("member", "capacity", "error_rate", "stored_as"),
}
TAKES: Final[dict[str, frozenset[str]]] = {
    structure: _COMMON.union(own) for structure, own in _OWN.items()
}
"""The settings that a keyspace of each structure has."""
HOLDS: Final[dict[str, str]] = {
    "string": "value",
    "list": "item",
    "set": "member",
    "sorted_set": "member",
    "geo": "member",
    "hyperloglog": "element",
    "bloom_filter": "member",
}
"""The key that says what a structure holds, where it is one type."""
_EXAMPLES: Final = {
    "value": "value: str",
    "item": "item: str",
    "member": "member: str",
    "element": "element: str",
    "fields": "fields: {sku: str, quantity: int}",
    "map": "map: {str: str}",
}
_SIZES: Final = {"capacity": "capacity: 1_000_000", "error_rate": "error_rate: 0.1%"}
"""What the size of a Bloom filter follows from: both are required."""
_HASHED: Final[dict[str, str]] = {
    "hyperloglog": "a hyperloglog counts",
    "bloom_filter": "a bloom filter holds",
}
"""Structures that keep what is added as hashes: equal values must be equal texts."""
TRIMMED: Final = ("list", "stream", "sorted_set")
_WHY_NO_TRIM: Final = {
    "set": "a set has no oldest or lowest member to drop",
    "geo": "a geo index has no oldest or lowest member to drop",
    "hash": "a hash has no oldest or lowest field to drop",
    "bitmap": "the bits of a bitmap are bounded by their offset",
}
EXACT: Final = (1 << 53) - 1
"""Counters with a floor or ceiling are compared by Lua, whose numbers are exact up to here."""

_NO_BOUND = Bound()
_STR = Scalar("str")


def lower_keyspace(
    context: Context, defaults: Defaults, name: ScalarNode, node: Node
) -> Keyspace | None:
    """One keyspace, its mistakes reported; None where its key or structure cannot be read."""
    known = context.claim(name, "keyspace")
    entry = read_entry(context.report, "keyspace", name.text, name, node)
    if entry is None:
        return None
    structure = cast("StructureName | None", entry.text("structure"))
    key = entry.scalar("key")
    pattern = context.key(key) if key is not None else None
    refresh: Refresh = "never" if structure == "counter" else "on_write"
    lifetime = lower_lifetime(context, entry, defaults, refresh)
    if structure is None:
        return None
    if not entry.values.keys() <= TAKES[structure]:
        _refuse_foreign(context, entry, structure)
    value, map_key, fields = _content(context, entry, structure, pattern)
    bound = _bound(context, entry, structure)
    made = Keyspace(
        name=name.text,
        pattern=pattern or _NO_PATTERN,
        structure=structure,
        namespace=context.namespace,
        lifetime=lifetime,
        bound=bound,
        server=context.server(entry),
        doc=entry.text("doc"),
        value=value,
        map_key=map_key,
        fields=fields,
        floor=_limit(context, entry, "floor", structure),
        ceiling=_limit(context, entry, "ceiling", structure),
        field_ttl_ms=_field_ttl(context, entry, structure),
        error_rate=_error_rate(context, entry, bound) if structure == "bloom_filter" else None,
        module=structure == "bloom_filter" and entry.text("stored_as") == "module",
        span=name.span,
        spans=Spans(cast("MappingNode", node)),
    )
    if made.floor is not None and made.ceiling is not None and made.floor > made.ceiling:
        context.report.error(
            entry.values["floor"],
            f"the `floor` {made.floor} is above the `ceiling` {made.ceiling}",
            "swap them, or drop one",
        )
    if known:
        _claim_classes(context, made, name)
    return made if pattern is not None and known else None


_NO_PATTERN = KeyPattern(())


def _claim_classes(context: Context, made: Keyspace, name: ScalarNode) -> None:
    what = f"keyspace `{made.name}`"
    context.claim_class(accessor_class(made.name), what, name)
    if made.fields:
        context.claim_class(class_name(made.name), what, name)


def _refuse_foreign(context: Context, entry: Entry, structure: StructureName) -> None:
    """Say what a structure takes instead of the keys that are not its own."""
    for key in entry.values:
        if key in TAKES[structure]:
            continue
        place = entry.place(key)
        article = f"a {structure.replace('_', ' ')}"
        if key in _EXAMPLES:
            own = [word for word in _OWN[structure] if word in _EXAMPLES]
            context.report.error(
                place,
                f"{article} has no `{key}`",
                f"it takes {either(own)}: write `{_EXAMPLES[own[0]]}`"
                if own
                else f"{article} holds one number; drop `{key}`"
                if structure == "counter"
                else f"{article} holds bits; drop `{key}`",
            )
        elif structure == "bloom_filter" and key in {"max_items", "when_full"}:
            context.report.error(
                place,
                f"{article} has no `{key}`",
                "`capacity` says how many members it holds: write that"
                if key == "max_items"
                else "one that is full refuses what is more; drop it",
            )
        elif key in _SIZES or key == "stored_as":
            context.report.error(
                place,
                f"{article} has no `{key}`",
                "a `bloom_filter` has; write `max_items`"
                if key == "capacity" and "max_items" in _OWN[structure]
                else "a `bloom_filter` has; drop it here",
            )
        elif key in {"floor", "ceiling"}:
            context.report.error(
                place, f"{article} has no `{key}`", "a `counter` has; drop it here"
            )
        elif key == "field_ttl":
            context.report.error(
                place, f"{article} has no `field_ttl`", "a `hash` has; write `ttl`"
            )
        elif key == "max_bytes":
            context.report.error(
                place,
                f"{article} has no `max_bytes`",
                "what it holds is of a fixed size; drop it"
                if structure != "bitmap"
                else "bound it with `max_items`, its number of bits",
            )
        else:
            context.report.error(
                place,
                f"{article} has no `{key}`",
                "it holds one value; `max_bytes` bounds that"
                if structure == "string"
                else "it does not grow with what is written; drop it",
            )


def _content(
    context: Context, entry: Entry, structure: StructureName, pattern: KeyPattern | None
) -> tuple[ValueType | None, ValueType | None, tuple[Field, ...]]:
    """What a key holds: a value's type, the type of a map's keys, or fields."""
    word = HOLDS.get(structure)
    if word is not None:
        node = entry.values.get(word)
        if node is None:
            if structure == "hyperloglog":
                return _STR, None, ()
            _missing(context, entry, structure, (word,))
            return None, None, ()
        return _whole_value(context, entry, word, node, structure), None, ()
    if structure == "stream":
        if "fields" not in entry.values:
            _missing(context, entry, structure, ("fields",))
        return None, None, _fields(context, entry, structure, pattern)
    if structure == "hash":
        return _hash(context, entry, pattern)
    return None, None, ()


def _missing(
    context: Context, entry: Entry, structure: StructureName, words: tuple[str, ...]
) -> None:
    if entry.wrong.intersection(words):
        return
    foreign = [word for word in entry.values if word in _EXAMPLES and word not in _OWN[structure]]
    if foreign:
        # The foreign word was reported with what stands in its place.
        return
    context.report.error(
        entry.owner,
        f"keyspace `{entry.name}` has no {either(list(words))}",
        f"write {' or '.join(f'`{_EXAMPLES[word]}`' for word in words)}",
    )


def _whole_value(
    context: Context, entry: Entry, word: str, node: Node, structure: StructureName
) -> ValueType:
    found = context.type(node)
    if isinstance(found, Maybe):
        context.report.error(
            node,
            f"`{word}` cannot be `none`: what is not there is no key or no member",
            "drop `| none`",
        )
        return found.inner
    if structure in _HASHED and not isinstance(found, (Scalar, Enum)):
        context.report.error(
            node,
            f"{_HASHED[structure]} scalars and members of an `enum`",
            f"write the type of an id, such as `{word}: int`",
        )
    return found


def _hash(
    context: Context, entry: Entry, pattern: KeyPattern | None
) -> tuple[ValueType | None, ValueType | None, tuple[Field, ...]]:
    table = entry.mapping("map")
    if table is None:
        if "fields" not in entry.values:
            _missing(context, entry, "hash", ("fields", "map"))
        fields = _fields(context, entry, "hash", pattern)
        if fields and all(isinstance(field.type, Maybe) for field in fields):
            context.report.error(
                entry.place("fields"),
                "every field is `| none`: a hash without a field is no key",
                "let at least one field be there always",
            )
        for word in ("max_items", "when_full"):
            if word in entry.values and "fields" in entry.values:
                context.report.error(
                    entry.place(word),
                    f"a hash of `fields` has no `{word}`: its fields are those declared",
                    "drop it, or write `map: {K: V}` for any number of fields",
                )
        return None, None, fields
    if "fields" in entry.values:
        context.report.error(
            entry.place("map"), "a hash has `fields` or a `map`, not both", "keep one of them"
        )
    if len(table.entries) != 1:
        context.report.error(
            entry.place("map"),
            f"a `map` has one pair of types, and this has {len(table.entries) or 'none'}",
            "write `map: {str: int}`; for named fields write `fields:`",
        )
        return _STR, _STR, ()
    key, node = table.entries[0]
    map_key = context.type(key)
    if not isinstance(map_key, (Scalar, Enum)):
        context.report.error(
            key, f"{quoted(key.text)} cannot be the type of a field's name", "write a scalar type"
        )
    value = context.type(node)
    if isinstance(value, Maybe):
        context.report.error(
            node,
            "the value of a `map` cannot be `none`: that is a field not there",
            "drop `| none`",
        )
        value = value.inner
    return value, map_key, ()


def _fields(
    context: Context, entry: Entry, structure: StructureName, pattern: KeyPattern | None
) -> tuple[Field, ...]:
    node = entry.mapping("fields")
    if node is None:
        return ()
    if not node.entries and "fields" not in entry.wrong:
        context.report.error(
            entry.place("fields"),
            f"a {structure} has at least one field",
            f"write one, such as `{_EXAMPLES['fields']}`",
        )
    fields = lower_fields(context, node)
    parameters = {parameter.name for parameter in pattern.parameters} if pattern else set()
    for field in fields:
        if field.name in parameters:
            context.report.error(
                field.span,
                f"`{field.name}` is a parameter of the key and a field: one method would take "
                "it twice",
                f"rename the parameter, or write `{field.name}_value: {{type: …, "
                f"name: {field.name}}}`",
            )
        if structure == "hash" and f"get_{field.name}" in ACCESSOR_NAMES:
            context.report.error(
                field.span,
                f"the field `{field.name}` would make a second method `get_{field.name}`",
                f"write `{field.name}_value: {{type: …, name: {field.name}}}`: it is stored as "
                f"`{field.name}` still",
            )
    return fields


def _bound(context: Context, entry: Entry, structure: StructureName) -> Bound:
    values = entry.values
    if structure == "bloom_filter":
        return Bound(
            _capacity(context, entry),
            expected_keys=context.parse(entry.scalar("expect"), parse_expectation),
        )
    trims = structure in TRIMMED
    if not trims and not values.keys() & _BOUND_WORDS:
        return _NO_BOUND
    when_full: WhenFull = "trim" if trims else "reject"
    node = values.get("when_full")
    if type(node) is ScalarNode and "when_full" in _OWN[structure]:
        if node.text == "trim" and not trims:
            context.report.error(
                node,
                f"`trim` is not for a {structure}: {_WHY_NO_TRIM[structure]}",
                "write `reject`",
            )
        else:
            when_full = cast("WhenFull", node.text)
        if "max_items" not in values and "max_items" not in entry.wrong:
            context.report.error(
                entry.place("when_full"),
                "`when_full` stands without `max_items`: nothing is ever full",
                "write `max_items:` beside it",
            )
    max_items = entry.whole("max_items")
    if max_items is None and "max_items" in entry.wrong:
        max_items = 1_000
    if structure == "bitmap" and max_items is not None and max_items > 1 << 32:
        context.report.error(
            values["max_items"], "a bitmap has at most 2^32 bits", f"write `{1 << 32}` or less"
        )
    max_bytes = context.parse(entry.scalar("max_bytes"), parse_size)
    if max_bytes is None and ("max_bytes" in values or "max_bytes" in entry.wrong):
        max_bytes = 1 << 16
    return Bound(
        max_items,
        when_full,
        max_bytes,
        context.parse(entry.scalar("expect"), parse_expectation),
    )


def _capacity(context: Context, entry: Entry) -> int:
    """How many members a Bloom filter holds."""
    _size_missing(context, entry, "capacity")
    return entry.whole("capacity") or 1_000


def _error_rate(context: Context, entry: Entry, bound: Bound) -> float:
    """The error rate of a Bloom filter, which with its capacity fits into one key."""
    _size_missing(context, entry, "error_rate")
    rate = context.parse(entry.scalar("error_rate"), parse_error_rate)
    if rate is None:
        return 0.001
    assert bound.max_items is not None
    if bound.max_items > bloom.LARGEST or bloom.sizing(bound.max_items, rate).bits > bloom.LARGEST:
        context.report.error(
            entry.values["capacity"],
            f"{bound.max_items:_} members at an error rate of {format_percentage(rate)} take more than "
            "the 512 MiB that Redis stores in a key",
            f"write `{bloom.most_members(rate):_}` or less, and spread the members over several keys",
        )
    return rate


def _size_missing(context: Context, entry: Entry, word: str) -> None:
    if word in entry.values or word in entry.wrong:
        return
    context.report.error(
        entry.owner,
        f"the bloom filter `{entry.name}` has no `{word}`: its size follows from that",
        f"write `{_SIZES[word]}`",
    )


_BOUND_WORDS: Final = frozenset({"max_items", "when_full", "max_bytes", "expect"})


def _limit(context: Context, entry: Entry, word: str, structure: StructureName) -> int | None:
    if structure != "counter" or word not in entry.values:
        return None
    found = entry.whole(word)
    if found is not None and abs(found) > EXACT:
        context.report.error(
            entry.values[word],
            f"a `{word}` beyond 2^53 - 1 cannot be compared exactly in a script",
            f"write at most `{EXACT}` (or `-{EXACT}`)",
        )
    return found


def _field_ttl(context: Context, entry: Entry, structure: StructureName) -> int | None:
    if structure != "hash" or "field_ttl" not in entry.values:
        return None
    return context.parse(entry.scalar("field_ttl"), parse_duration)
