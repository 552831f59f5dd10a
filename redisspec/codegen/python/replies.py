"""How each kind of reply is read: its annotation and the function that decodes it."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import call
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Reply
from redisspec.ir.types import ValueType

_PLAIN = {
    "none": ("None", "replies", "as_none"),
    "int": ("int", "replies", "as_int"),
    "bool": ("bool", "replies", "as_bool"),
    "bit": ("bool", "replies", "as_bool"),
    "count": ("int", "results", "as_count"),
    "float_or_none": ("float | None", "replies", "as_optional_float"),
    "int_or_none": ("int | None", "replies", "as_optional_int"),
    "text": ("str", "results", "as_text"),
    "bools": ("list[bool]", "replies", "as_bool_list"),
    "bit_position": ("int | None", "results", "as_bit_position"),
    "bit_positions": ("list[int]", "results", "as_bit_positions"),
    "coordinates": ("tuple[float, float] | None", "results", "as_coordinates"),
}

_FULL = {
    "added": ("int", "replies", "as_int"),
    "added_flag": ("bool", "replies", "as_bool"),
    "added_text": ("str", "results", "as_text"),
    "added_int_value": ("int", "results", "as_exact_int"),
    "added_float": ("float", "replies", "as_float"),
}

_OF_VALUES = {
    "value": ("{} | None", "replies", "optional"),
    "values": ("list[{}]", "replies", "listed"),
    "value_set": ("set[{}]", "results", "set_of"),
    "optional_values": ("list[{} | None]", "replies", "optionals"),
    "scored": ("list[tuple[{}, float]]", "replies", "scored"),
    "distances": ("list[tuple[{}, float]]", "replies", "distances"),
}


def builtins_of(view: View, annotation: str) -> str:
    """The annotation with its builtins under names that hold in the module."""
    out, word = "", ""
    for letter in annotation + " ":
        if letter.isalnum() or letter == "_":
            word += letter
            continue
        if word in {"int", "str", "float", "bool", "bytes", "list", "dict", "set", "tuple"}:
            word = view.module.builtin(word)
        elif word == "timedelta":
            word = view.module.use("datetime", "timedelta")
        out += word + letter
        word = ""
    return out[:-1]


def annotation_of(view: View, kind: ValueType | None) -> str:
    return (
        values.annotation(view.module, kind) if kind is not None else view.module.builtin("bytes")
    )


def returns(view: View, reply: Reply) -> str:
    """The annotation of what the method returns, in the sync form."""
    if reply.kind in _PLAIN:
        return builtins_of(view, _PLAIN[reply.kind][0])
    if reply.kind in _FULL:
        return builtins_of(view, _FULL[reply.kind][0])
    if reply.kind == "bounded":
        return view.module.builtin("int")
    if reply.kind == "ttl":
        return f"{view.module.use('datetime', 'timedelta')} | None"
    if reply.kind == "record":
        return f"{view.record()} | None"
    if reply.kind == "field":
        assert reply.type is not None
        text = annotation_of(view, reply.type)
        return text if text.endswith("| None") else f"{text} | None"
    if reply.kind in {"entries", "stream_read"}:
        return builtins_of(view, "list[tuple[str, ") + f"{view.record()}]]"
    if reply.kind == "map":
        key = view.keyspace.map_key
        return f"{view.module.builtin('dict')}[{annotation_of(view, key)}, {annotation_of(view, reply.type)}]"
    shape = builtins_of(view, _OF_VALUES[reply.kind][0].replace("{}", "VALUE"))
    return shape.replace("VALUE", annotation_of(view, reply.type))


def decoder(view: View, reply: Reply, method: str) -> str:
    """The name of the function that turns the reply into what the method returns."""
    if reply.kind in _PLAIN:
        return view.module.runtime(*_PLAIN[reply.kind][1:])
    if reply.kind in _FULL:
        plain = view.module.runtime(*_FULL[reply.kind][1:])
        limit = reply.limits[0] if reply.limits else None
        if limit is None:
            return plain
        made = call(view.module.runtime("results", "unless_full"), plain, f"{limit:_}")
        return view.constant(f"_{reply.kind}", made)
    if reply.kind == "bounded":
        floor, ceiling = reply.limits
        made = call(view.module.runtime("results", "within"), f"{floor:_}", f"{ceiling:_}")
        return view.constant("_bounded", made)
    if reply.kind == "ttl":
        return view.module.runtime("ttl", "ttl_reply")
    if reply.kind == "record":
        return "_decode_record"
    if reply.kind == "entries":
        made = call(view.module.runtime("replies", "entries"), "_decode_entry")
        return view.constant("_entries", made)
    if reply.kind == "stream_read":
        made = call(view.module.runtime("replies", "read_entries"), "_decode_entry")
        return view.constant("_read_entries", made)
    assert reply.type is not None
    if reply.kind == "field":
        inner = view.decoder(reply.type, f"_decode_{method}")
        made = call(view.module.runtime("replies", "optional"), inner)
        return view.constant(f"_{method}", made)
    if reply.kind == "map":
        key = view.keyspace.map_key
        assert key is not None
        made = call(
            view.module.runtime("results", "map_of"),
            view.decoder(key, "_decode_key"),
            view.decoder(reply.type, "_decode"),
        )
        return view.constant("_map", made)
    _, file, name = _OF_VALUES[reply.kind]
    made = call(view.module.runtime(file, name), view.decoder(reply.type, "_decode"))
    return view.constant(f"_{reply.kind}", made)
