"""The module of one keyspace: its accessor class in one of the three modes."""

from __future__ import annotations

from redisspec.codegen.python import methods as emit
from redisspec.codegen.python import values
from redisspec.codegen.python.describe import key_text, summary
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    lines,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.view import Mode, View, accessor_class, taken_names
from redisspec.ir.keypattern import KeyPattern, Literal, Parameter
from redisspec.ir.methods import Method
from redisspec.ir.model import Keyspace
from redisspec.ir.types import UNSET, Field, Maybe

_DEPTHS: dict[Mode, int] = {"sync": 1, "aio": 2, "batch": 2}
_FOLDERS: dict[Mode, str] = {
    "sync": "keyspaces",
    "aio": "aio/keyspaces",
    "batch": "batch/keyspaces",
}
_LANES: dict[Mode, tuple[str, str]] = {
    "sync": ("lane", "Lane"),
    "aio": ("aio_lane", "AsyncLane"),
    "batch": ("batch", "BatchLane"),
}
_MODES: dict[Mode, str] = {"sync": "", "aio": ", awaited", "batch": ", in a batch"}
MODES: tuple[Mode, ...] = ("sync", "aio", "batch")


def accessor_path(keyspace: Keyspace, mode: Mode) -> str:
    return f"{_FOLDERS[mode]}/{keyspace.name}.py"


def accessor_text(keyspace: Keyspace, methods: tuple[Method, ...], mode: Mode, header: str) -> str:
    """The module's text."""
    module = Module(taken_names(keyspace, methods), _DEPTHS[mode])
    parameters = keyspace.pattern.parameters
    view = View(keyspace, methods, mode, module, parameters)
    body = [line for method in methods for line in ("", *emit.method_lines(view, method))]
    head = _class_head(view)
    support = _record_functions(view)
    constants = [line for text in view.constants.values() for line in text]
    title = f"Keyspace {keyspace.name}: {key_text(keyspace)}{_MODES[mode]}."
    return module.text(header, title, [*support, *constants, "", *head, *body])


def _class_head(view: View) -> list[str]:
    keyspace, module = view.keyspace, view.module
    file, lane = _LANES[view.mode]
    pad = " " * STEP
    init = signature(
        "__init__",
        ("self", f"lane: {module.runtime(file, lane)}", f"prefix: {module.builtin('str')}"),
        "None",
    )
    return [
        f"class {accessor_class(keyspace)}:",
        *docstring(_class_doc(keyspace), STEP),
        "",
        f'{pad}__slots__ = ("_lane", "_prefix")',
        "",
        *init,
        f"{pad}    self._lane = lane",
        f"{pad}    self._prefix = prefix",
        "",
        *key_method(view),
    ]


def _class_doc(keyspace: Keyspace) -> str:
    said = (keyspace.doc or "").strip()
    return f"{said}\n\n{summary(keyspace)}" if said else summary(keyspace)


def key_method(view: View) -> list[str]:
    """The method `key`, and with it the checks of the key's parameters."""
    module = view.module
    head = signature("key", ("self", *view.key_parameters()), module.builtin("str"))
    text: Expression = _key_text(view)
    if may_be_long(view.keyspace.pattern):
        text = call(module.runtime("keys", "check_key"), text)
    return [
        *head,
        *docstring("Return the key as text.", 2 * STEP),
        *[line for parameter in view.parameters for line in _checked(view, parameter)],
        *returned(text, 2 * STEP),
    ]


def _checked(view: View, parameter: Parameter) -> list[str]:
    kind = parameter.type
    extra: tuple[Expression, ...] = ()
    if kind.name == "enum":
        extra = (values.members_tuple(kind.members),)
    elif kind.name == "hex":
        extra = (str(kind.length),)
    function = view.module.runtime("keys", f"key_{kind.name}")
    made = call(function, values.text(parameter.name), parameter.name, *extra)
    return assignment(f"_{parameter.name}", made, 2 * STEP)


def _key_text(view: View) -> str:
    """The key as an f-string."""
    quote = '"'
    inside = _interpolated(view)
    if inside.count('"') > inside.count("'"):
        quote = "'"
    escaped = inside.replace(quote, f"\\{quote}")
    return f"f{quote}{{self._prefix}}{escaped}{quote}"


def _interpolated(view: View) -> str:
    """The key behind the namespace, as the inside of an f-string whose quotes are not escaped yet."""
    out = ""
    for position, part in enumerate(view.keyspace.pattern.parts):
        if isinstance(part, Literal):
            literal = part.text
            if position == 0:
                literal = literal[len(view.keyspace.namespace) + 1 :]
            escaped = literal.replace("\\", "\\\\")
            out += escaped.replace("{", "{{").replace("}", "}}")
        elif isinstance(part, Parameter):
            out += f"{{_{part.name}}}"
    return out


def may_be_long(pattern: KeyPattern) -> bool:
    """Whether some argument could make the key longer than 512 bytes (integers cannot, in earnest)."""
    length = 65  # the longest namespace, with its colon
    for part in pattern.parts:
        if isinstance(part, Literal):
            length += len(part.text)
        elif isinstance(part, Parameter):
            longest = 20 if part.type.name == "int" else part.type.max_length
            if longest is None:
                return True
            length += longest
    return length > 512


# --- records ----------------------------------------------------------------------


def _record_functions(view: View) -> list[str]:
    keyspace = view.keyspace
    if not keyspace.fields:
        return []
    counted = any(method.script == "hash_set" for method in view.methods)
    decode = (
        decode_entry(view, "_decode_entry")
        if keyspace.structure == "stream"
        else decode_record(view, "_decode_record")
    )
    return ["", "", *_encode_record(view, counted), "", "", *decode, "", ""]


def _encode_record(view: View, counted: bool) -> list[str]:
    """`_encode`: the record as the arguments of its command."""
    module, keyspace = view.module, view.keyspace
    encodable = module.runtime("retry", "Encodable")
    returns = f"{module.builtin('list')}[{encodable}]"
    fields = [field for field in keyspace.fields if not isinstance(field.type, Maybe)]
    optional = [field for field in keyspace.fields if isinstance(field.type, Maybe)]
    items: list[Expression] = []
    for field in fields:
        items += [values.text(field.stored), _encoded_field(view, field)]
    pad = " " * STEP
    head = signature("_encode", (f"record: {view.record()}",), returns, indent=0)
    out = [*head, *lines(Group(f"_pairs: {returns} = [", tuple(items), "]"), STEP)]
    if optional and counted:
        out.append(f"{pad}_absent: {returns} = []")
    for field in optional:
        value = f"record.{field.name}"
        pair = Group("_pairs += (", (values.text(field.stored), _encoded_field(view, field)), ")")
        if counted:
            out += [
                f"{pad}if {value} is None:",
                *lines(call("_absent.append", values.text(field.stored)), 2 * STEP),
                f"{pad}else:",
                *lines(pair, 2 * STEP),
            ]
        else:
            out += [f"{pad}if {value} is not None:", *lines(pair, 2 * STEP)]
    if not counted:
        return [*out, f"{pad}return _pairs"]
    absent = ", *_absent" if optional else ""
    return [*out, f"{pad}return [len(_pairs), *_pairs{absent}]"]


def _encoded_field(view: View, field: Field) -> Expression:
    kind = field.type.inner if isinstance(field.type, Maybe) else field.type
    return values.encode(view.module, kind, f"record.{field.name}", view.keyspace.bound.max_bytes)


def decode_record(view: View, name: str) -> list[str]:
    """The function `name` that reads HMGET's reply, in the order of the fields."""
    module, keyspace = view.module, view.keyspace
    head = signature(
        name,
        (f"reply: {module.use('typing', 'Any')}",),
        f"{view.record()} | None",
        indent=0,
    )
    as_list = module.runtime("replies", "as_optional_bytes_list")
    nothing = module.builtin("all")
    pad = " " * STEP
    made = call(
        view.record(),
        *(_decoded_field(view, field, f"_raw[{at}]") for at, field in enumerate(keyspace.fields)),
    )
    return [
        *head,
        f"{pad}_raw = {as_list}(reply)",
        f"{pad}if {nothing}(value is None for value in _raw):",
        f"{pad}    return None",
        *returned(made, STEP),
    ]


def decode_entry(view: View, name: str) -> list[str]:
    """The function `name` that reads the fields of a stream's entry by name."""
    module, keyspace = view.module, view.keyspace
    kind = f"{module.builtin('dict')}[{module.builtin('bytes')}, {module.builtin('bytes')}]"
    head = signature(name, (f"fields: {kind}",), view.record(), indent=0)
    made = call(
        view.record(),
        *(
            _decoded_field(view, field, call("fields.get", bytes_literal(field.stored)))
            for field in keyspace.fields
        ),
    )
    return [*head, *returned(made, STEP)]


def bytes_literal(text: str) -> str:
    if text.isascii():
        return f"b{values.text(text)}"
    return f"{values.text(text)}.encode()"


def _decoded_field(view: View, field: Field, raw: Expression) -> Expression:
    decoder = view.decoder(field.type, f"_{view.scope}_{field.name}")
    name = values.text(field.stored)
    composites = "composites"
    if field.default is not UNSET and field.default is not None:
        default = view.default(field)
        made: Expression = call(
            view.module.runtime(composites, "field_or"), decoder, raw, name, default
        )
    elif isinstance(field.type, Maybe):
        made = call(view.module.runtime(composites, "field_or_none"), decoder, raw, name)
    else:
        made = call(view.module.runtime(composites, "field_of"), decoder, raw, name)
    return prefixed(f"{field.name}=", made)
