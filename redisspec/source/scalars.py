"""What a plain YAML scalar means: YAML 1.2's core schema, with `10_000` as a number."""

import re
from collections.abc import Callable

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_FIRST = frozenset("~nNtTfF-+.0123456789")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9](?:_?[0-9])*)")
_BASED = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (_DECIMAL, int),
    (_BASED, lambda text: int(text, 0)),
    (_FLOAT, float),
    (_SPECIAL, lambda text: float(text.replace(".", ""))),
)

# int() refuses longer texts, and no setting of a spec is near: such a scalar stays text.
_MAX_DIGITS = 400

_BOOL_1_1 = frozenset(
    word
    for base in ("y", "n", "yes", "no", "on", "off")
    for word in (base, base.title(), base.upper())
)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; a quoted one is always its text.

    `on`, `yes`, `1:30` and `010` stay text: readers of YAML 1.1 and 1.2 disagree about them.
    """
    if text and text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    for form, read in _NUMBERS:
        if form.fullmatch(text) and len(text) <= _MAX_DIGITS:
            return read(text)
    return text


def misread(text: str) -> str | None:
    """For a plain scalar that YAML 1.1 would read otherwise, one sentence that says how it is read here."""
    if text in _BOOL_1_1:
        return f"`{text}` is text here; the two booleans are `true` and `false`"
    if _SEXAGESIMAL.fullmatch(text):
        return (
            f"`{text}` is text here (old YAML counts it in sixties); "
            "write a duration with its unit, as in `90s`, and any other text in quotes"
        )
    if _LEADING_ZERO.fullmatch(text):
        return (
            f"`{text}` is text here: old YAML reads it as octal; write the number without its "
            "leading zeros, or `0o` before octal digits"
        )
    return None
