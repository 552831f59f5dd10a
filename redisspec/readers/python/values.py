"""Values of Python code: constants told apart by type, texts that are put together, the clock, chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redisspec.ir.flows import Value
from redisspec.ir.keypattern import Hole, KeyPattern, Literal, Part, merged
from redisspec.readers.values import UNKNOWN, formed

CLOCK = Value("clock")
JOIN = ".."
"""The operation that puts texts together, however it is written: `+`, `%`, `format`, f-strings, `join`."""

_LONGEST = 100_000
_SPEC = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}")
_MARKS = {"bool": "bool", "int": "int", "float": "float", "NoneType": "None", "bytes": "bytes"}


def constant(value: object) -> Value:
    """A literal; everything but a text says its type by its part."""
    name = type(value).__name__
    if isinstance(value, str):
        return Value("constant", value)
    if isinstance(value, bytes):
        # Redis takes both for the same.
        return Value("constant", value.decode("utf-8", "replace"))
    if name in _MARKS:
        return Value("constant", str(value), (Value("unknown", _MARKS[name]),))
    return UNKNOWN


NONE = constant(None)
TRUE = constant(True)
FALSE = constant(False)


def is_constant(value: Value) -> bool:
    """Whether it is a literal."""
    return value.provenance == "constant"


def is_text(value: Value) -> bool:
    """Whether it is a text for sure."""
    if value.provenance == "constant":
        return not value.parts
    return value.provenance == "formatted" and value.text == JOIN


def number_of(value: Value | None) -> float | None:
    """The number that a literal is."""
    if value is None or value.provenance != "constant" or not value.parts:
        return None
    if value.parts[0].text in ("int", "float"):
        try:
            return float(value.text)
        except (ValueError, OverflowError):
            return None
    return None


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if value.provenance == "formatted" and value.text in ("{}", "()") and value.parts:
        return True
    if value.provenance == "unknown" and value.text == "function":
        return True
    if value.provenance != "constant":
        return None
    if not value.parts:
        return value.text != ""
    mark = value.parts[0].text
    if mark == "None":
        return False
    if mark == "bool":
        return value.text == "True"
    number = number_of(value)
    return None if number is None else number != 0


def joined(parts: Sequence[Value]) -> Value:
    """Texts put together, constants merged: equal texts are equal values, however they were written."""
    flat: list[Value] = []
    if sum(len(part.text) for part in parts) > _LONGEST:
        # Nobody means a key by that; a text that doubles line by line would not end.
        return UNKNOWN
    for part in parts:
        for one in part.parts if part.provenance == "formatted" and part.text == JOIN else (part,):
            text = _plain(one)
            if text is None:
                flat.append(one)
            elif flat and flat[-1].provenance == "constant":
                flat[-1] = Value("constant", flat[-1].text + text)
            elif text or len(parts) == 1:
                flat.append(Value("constant", text))
    if not flat:
        return Value("constant", "")
    if len(flat) == 1 and flat[0].provenance == "constant":
        return flat[0]
    return formed(JOIN, *flat)


def _plain(value: Value) -> str | None:
    if value.provenance != "constant":
        return None
    return value.text


def percent(template: Value, given: Value, entries: dict[str, Value] | None) -> Value:
    """`template % given`; `entries` are those of a mapping."""
    if template.provenance != "constant" or template.parts:
        return formed(JOIN, template, given) if is_text(template) else formed("%", template, given)
    values = (
        list(given.parts) if given.provenance == "formatted" and given.text == "()" else [given]
    )
    found: list[Value] = []
    end = 0
    for match in _SPEC.finditer(template.text):
        found.append(Value("constant", template.text[end : match.start()]))
        end = match.end()
        if match[2] == "%":
            found.append(Value("constant", "%"))
        elif match[1] is not None:
            found.append(
                (entries or {}).get(match[1], formed("[]", given, Value("constant", match[1])))
            )
        else:
            found.append(values.pop(0) if values else UNKNOWN)
    found.append(Value("constant", template.text[end:]))
    return joined(found)


def formatted(template: Value, given: Sequence[Value], named: dict[str, Value]) -> Value:
    """`template.format(…)`."""
    if template.provenance != "constant" or template.parts:
        return formed(JOIN, template, *given, *named.values())
    found: list[Value] = []
    end, place = 0, 0
    for match in _FIELD.finditer(template.text):
        found.append(Value("constant", template.text[end : match.start()]))
        end = match.end()
        if match[0] in ("{{", "}}"):
            found.append(Value("constant", match[0][0]))
            continue
        name = match[1]
        head = re.split(r"[.\[]", name)[0]
        if name == "":
            one = given[place] if place < len(given) else UNKNOWN
            place += 1
        elif head.isdigit():
            one = given[int(head)] if int(head) < len(given) else UNKNOWN
        else:
            one = named.get(head, UNKNOWN)
        found.append(one if head == name else formed("." + name[len(head) :], one))
    found.append(Value("constant", template.text[end:]))
    return joined(found)


def pattern_of(value: Value) -> KeyPattern:
    """The pattern of a key: constants as they are, holes for the rest."""
    return KeyPattern(merged(_holes_joined(tuple(_parts(value)))))


def _holes_joined(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Hole) and found and isinstance(found[-1], Hole):
            continue
        found.append(part)
    return tuple(found)


def _parts(value: Value) -> Iterator[Part]:
    if value.provenance == "constant":
        if value.parts and value.parts[0].text == "None":
            yield Hole()
        else:
            yield Literal(value.text)
    elif value.provenance == "formatted" and value.text == JOIN:
        for part in value.parts:
            yield from _parts(part)
    else:
        yield Hole()


def name_of(value: Value) -> str:
    """How a message calls a key: its text, with what varies in braces."""
    if value.provenance == "constant":
        return value.text
    if value.provenance == "formatted" and value.text == JOIN:
        return "".join(
            part.text if part.provenance == "constant" else "{" + _short(part) + "}"
            for part in value.parts
        )
    short = _short(value)
    return short if short != "…" else "the key"


def _short(value: Value) -> str:
    if value.provenance == "parameter":
        return value.text
    if value.provenance == "constant":
        return value.text
    if value.provenance == "clock":
        return "now"
    if value.provenance == "random":
        return "random"
    if value.provenance == "formatted":
        if value.text == JOIN:
            return name_of(value)
        if value.text == ".join" and len(value.parts) > 1:
            return _short(value.parts[1])
        if value.text.startswith("."):
            base = _short(value.parts[0]) if value.parts else "…"
            return base + value.text if base != "…" else value.text.lstrip(".")
        if value.text.startswith("call:"):
            return value.text[5:].rpartition(".")[2] + "(…)"
        if value.text == "each":
            return value.parts[1].text if len(value.parts) > 1 else "each"
        if value.text in ("either", "or") and value.parts:
            return _short(value.parts[0])
        if value.text == "if" and len(value.parts) > 1:
            return _short(value.parts[1])
    return "…"
