"""How values of the spec's types look in Python: annotations, and the way to Redis and back."""

from __future__ import annotations

from redisspec.codegen.python.layout import Expression, Group, call, prefixed
from redisspec.codegen.python.module import Module
from redisspec.ir.keypattern import ParameterType
from redisspec.ir.types import (
    Enum,
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    RecordRef,
    Scalar,
    ValueType,
)

_SCALARS = {
    "str": None,
    "slug": None,
    "int": None,
    "float": None,
    "bool": None,
    "bytes": None,
    "decimal": ("decimal", "Decimal"),
    "datetime": ("datetime", "datetime"),
    "date": ("datetime", "date"),
    "uuid": ("uuid", "UUID"),
}

_PARAMETERS = {
    "int": "int",
    "uuid": "uuid",
    "date": "date",
    "month": "date",
    "isoweek": "date",
    "hour": "datetime",
}


def snake(name: str) -> str:
    """`PriceChanged` → `price_changed`."""
    out = ""
    for position, letter in enumerate(name):
        before = name[position - 1] if position else ""
        after = name[position + 1] if position + 1 < len(name) else ""
        if (
            letter.isupper()
            and before
            and (before.islower() or before.isdigit() or after.islower())
        ):
            out += "_"
        out += letter.lower()
    return out


def camel(name: str) -> str:
    """`order_events` → `OrderEvents`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def scalar_annotation(module: Module, name: str) -> str:
    source = _SCALARS[name]
    if source is None:
        return module.builtin("str" if name == "slug" else name)
    return module.use(*source)


def parameter_annotation(module: Module, kind: ParameterType) -> str:
    if kind.name == "enum":
        return literal(module, kind.members)
    return scalar_annotation(module, _PARAMETERS.get(kind.name, "str"))


def literal(module: Module, members: tuple[str, ...]) -> str:
    return module.literal(tuple(text(member) for member in members))


def text(value: str) -> str:
    """A string literal as ruff's formatter writes it: double quotes unless single ones escape less."""
    shown = repr(value)
    doubles = value.count('"')
    if shown.startswith('"') or doubles > value.count("'"):
        return shown
    inner = shown[1:-1].replace("\\'", "'")
    return '"' + inner.replace('"', '\\"') + '"'


def annotation(module: Module, kind: ValueType) -> str:
    match kind:
        case Scalar(name):
            return scalar_annotation(module, name)
        case Enum(members):
            return literal(module, members)
        case Maybe(inner):
            return f"{annotation(module, inner)} | None"
        case ListOf(item):
            return f"{module.builtin('list')}[{annotation(module, item)}]"
        case MapOf(value):
            head = f"{module.builtin('dict')}[{module.builtin('str')}"
            return f"{head}, {annotation(module, value)}]"
        case RecordRef(name):
            return module.use(f"{module.root}types", name)
        case Imported():
            return module.use_type(kind.module, kind.qualname)
        case Json(None):
            return module.use("typing", "Any")
        case Json(inner):
            assert inner is not None
            return annotation(module, inner)


def unwrapped(kind: ValueType) -> ValueType:
    """The type beneath `json<T>`: how a value looks, whatever it is stored as."""
    return kind.inner if isinstance(kind, Json) and kind.inner is not None else kind


# --- JSON ---------------------------------------------------------------------


def to_json(module: Module, kind: ValueType, value: str, level: int = 0) -> Expression:
    """An expression that makes JSON data of the expression `value`."""
    match kind:
        case Scalar(name):
            return call(module.runtime("codecs", f"{name}_to_json"), value)
        case Enum(members):
            return call(module.runtime("codecs", "enum_to_json"), value, members_tuple(members))
        case Maybe(inner):
            return call(
                module.runtime("composites", "maybe"), function(module, inner, "to", level), value
            )
        case ListOf(item):
            return call(
                module.runtime("composites", "list_to_json"),
                function(module, item, "to", level),
                value,
            )
        case MapOf(item):
            return call(
                module.runtime("composites", "map_to_json"),
                function(module, item, "to", level),
                value,
            )
        case RecordRef(name):
            return call(record_function(module, name, "to_json"), value)
        case Imported():
            return call(f"{adapter(module, kind)}.to_json", value)
        case Json(None):
            return call(module.runtime("codecs", "check_json"), value)
        case Json(inner):
            assert inner is not None
            return to_json(module, inner, value, level)


def from_json(module: Module, kind: ValueType, data: Expression, level: int = 0) -> Expression:
    """An expression that makes a value of the JSON data `data`."""
    match kind:
        case Scalar(name):
            return call(module.runtime("codecs", f"{name}_from_json"), data)
        case Enum(members):
            return call(module.runtime("codecs", "enum_from_json"), data, members_tuple(members))
        case Maybe(inner):
            return call(
                module.runtime("composites", "maybe"), function(module, inner, "from", level), data
            )
        case ListOf(item):
            name = module.runtime("composites", "list_from_json")
            return call(name, function(module, item, "from", level), data)
        case MapOf(item):
            name = module.runtime("composites", "map_from_json")
            return call(name, function(module, item, "from", level), data)
        case RecordRef(name):
            return call(record_function(module, name, "from_json"), data)
        case Imported():
            return call(f"{adapter(module, kind)}.from_json", data)
        case Json(None):
            return data
        case Json(inner):
            assert inner is not None
            return from_json(module, inner, data, level)


def function(module: Module, kind: ValueType, way: str, level: int = 0) -> Expression:
    """A callable for one value, for the combinators (`list_to_json`)."""
    kind = unwrapped(kind)
    if isinstance(kind, Scalar):
        return module.runtime("codecs", f"{kind.name}_{way}_json")
    if isinstance(kind, RecordRef):
        return record_function(module, kind.name, f"{way}_json")
    if isinstance(kind, Imported):
        return f"{adapter(module, kind)}.{way}_json"
    if isinstance(kind, Json):
        if way == "to":
            return module.runtime("codecs", "check_json")
        return module.runtime("composites", "as_it_is")
    name = f"_{'inner' if level else 'item'}{level or ''}"
    body = (
        to_json(module, kind, name, level + 1)
        if way == "to"
        else from_json(module, kind, name, level + 1)
    )
    return prefixed(f"lambda {name}: ", body)


def members_tuple(members: tuple[str, ...]) -> Group:
    return Group("(", tuple(text(member) for member in members), ")")


def record_function(module: Module, record: str, what: str) -> str:
    return module.use(f"{module.root}_codecs", f"{snake(record)}_{what}")


def adapter(module: Module, kind: Imported) -> str:
    return module.use(f"{module.root}_codecs", adapter_name(kind))


def adapter_name(kind: Imported) -> str:
    return snake(kind.alias or kind.qualname).upper()


# --- what stands in Redis -------------------------------------------------------


def is_json(kind: ValueType) -> bool:
    """Whether a value of the type is stored as JSON, not as a scalar's own text."""
    return not isinstance(kind, Scalar | Enum)


def encode(module: Module, kind: ValueType, value: str, max_bytes: int | None = None) -> Expression:
    """An expression for what is sent for the expression `value`."""
    encoded: Expression
    if isinstance(kind, Scalar):
        encoded = call(module.runtime("codecs", f"encode_{kind.name}"), value)
    elif isinstance(kind, Enum):
        encoded = call(module.runtime("codecs", "encode_enum"), value, members_tuple(kind.members))
    else:
        encoded = call(module.runtime("codecs", "dump_json"), to_json(module, kind, value))
    if max_bytes is not None and not (isinstance(kind, Scalar) and kind.name in {"bool", "uuid"}):
        encoded = call(module.runtime("codecs", "check_size"), encoded, f"{max_bytes:_}")
    return encoded


def decode(module: Module, kind: ValueType, raw: str) -> Expression:
    """An expression for the value that the bytes `raw` are."""
    if isinstance(kind, Scalar):
        return call(module.runtime("codecs", f"decode_{kind.name}"), raw)
    if isinstance(kind, Enum):
        return call(module.runtime("codecs", "decode_enum"), raw, members_tuple(kind.members))
    return from_json(module, kind, call(module.runtime("codecs", "load_json"), raw))


def group_of(items: list[Expression]) -> Group:
    return Group("(", tuple(items), ")")
