"""Lays Python out as ruff's formatter would, so that emitted text is final.

An expression is a text that is never split, or a bracket whose items stand on one line where they
fit and else one on each line with a trailing comma (which the formatter then keeps so).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeAlias
from unicodedata import category, east_asian_width

WIDTH = 88
STEP = 4

_BARE_QUOTE = re.compile(r'(?<!\\)(\\\\)*"$')
_SPLIT = re.compile(r"[(\[{|]")
_STRING = re.compile(r"""[rbf]?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


@dataclass(frozen=True, slots=True)
class Group:
    """`open` items `close`; with `comma` False the items are the clauses of a comprehension."""

    open: str
    items: tuple[Expression, ...]
    close: str
    comma: bool = True


Expression: TypeAlias = str | Group

_measure: list[Callable[[str, int], bool]] = []


def fits(text: str, room: int = WIDTH) -> bool:
    """Whether a text has at most `room` characters; all that depends on a text's length asks here."""
    return _measure[-1](text, room) if _measure else width(text) <= room


def width(text: str) -> int:
    """How many columns a text takes: the formatter counts wide letters twice, combining ones not."""
    if text.isascii():
        return len(text)
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(category(letter) in {"Mn", "Me", "Cf"} for letter in text)


@contextmanager
def measured_by(measure: Callable[[str, int], bool]) -> Iterator[None]:
    """Have `measure` answer for `fits` meanwhile."""
    _measure.append(measure)
    try:
        yield
    finally:
        _measure.pop()


def flat(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    inner = (", " if expression.comma else " ").join(flat(item) for item in expression.items)
    if expression.comma and expression.open.endswith("(") and _lonely(expression):
        inner += ","
    return f"{expression.open}{inner}{expression.close}"


def _lonely(group: Group) -> bool:
    """Whether this is a tuple display of one item, which needs its comma."""
    return len(group.items) == 1 and (
        group.open == "(" or group.open.endswith((" = (", "=(", "return ("))
    )


def lines(expression: Expression, indent: int, tail: str = "") -> list[str]:
    """The lines of `expression` at `indent`, with `tail` behind its end."""
    pad = " " * indent
    text = flat(expression)
    if (
        fits(text, WIDTH - indent - len(tail))
        or isinstance(expression, str)
        or not expression.items
    ):
        return [f"{pad}{text}{tail}"]
    result = [pad + expression.open]
    if not expression.comma:
        clauses = " ".join(flat(item) for item in expression.items)
        if fits(clauses, WIDTH - indent - STEP):
            return [*result, f"{pad}    {clauses}", f"{pad}{expression.close}{tail}"]
    for item in expression.items:
        result += lines(item, indent + STEP, "," if expression.comma else "")
    result.append(f"{pad}{expression.close}{tail}")
    return result


def call(function: str, *arguments: Expression) -> Group:
    return Group(f"{function}(", arguments, ")")


def prefixed(text: str, expression: Expression, after: str = "") -> Expression:
    """`text` before and `after` behind the expression, on its first and last line."""
    if isinstance(expression, str):
        return f"{text}{expression}{after}"
    return Group(
        text + expression.open, expression.items, expression.close + after, expression.comma
    )


def assignment(target: str, value: Expression, indent: int) -> list[str]:
    """`target = value`; a value that cannot be split goes into parentheses where that makes it fit."""
    pad = " " * indent
    if isinstance(value, str):
        one = f"{pad}{target} = {value}"
        if fits(one) or not fits(value, WIDTH - indent - STEP):
            return settled([one])
        return settled([f"{pad}{target} = (", f"{pad}    {value}", f"{pad})"])
    return settled(lines(prefixed(f"{target} = ", value), indent))


def returned(value: Expression, indent: int) -> list[str]:
    pad = " " * indent
    if isinstance(value, str):
        one = f"{pad}return {value}"
        if fits(one) or not fits(value, WIDTH - indent - STEP):
            return settled([one])
        return [f"{pad}return (", f"{pad}    {value}", f"{pad})"]
    return settled(lines(prefixed("return ", value), indent))


def settled(statement: list[str]) -> list[str]:
    """The statement's lines, kept from the formatter where one is too long and can be split.

    Only names of some sixty characters come to that; how a formatter splits what they stand in is
    not worth following.
    """
    long = (line for line in statement if not fits(line))
    if any(_SPLIT.search(_STRING.sub("s", line).strip(" ()[]{},:")) for line in long):
        return [*statement[:-1], f"{statement[-1]}  # fmt: skip"]
    return statement


def signature(
    name: str, parameters: tuple[str, ...], returns: str, *, indent: int = 4, is_async: bool = False
) -> list[str]:
    head = f"{'async ' if is_async else ''}def {name}("
    out = lines(Group(head, parameters, f") -> {returns}:"), indent)
    annotation = _subscript(returns)
    if fits(out[-1]) or len(out) < 2 or isinstance(annotation, str):
        return settled(out)
    # The formatter breaks what stands behind the arrow as well.
    return settled([*out[:-1], *lines(prefixed(") -> ", annotation, ":"), indent)])


def _subscript(annotation: str) -> Expression:
    """`tuple[int, list[str]]` as brackets that can be broken."""
    if not annotation.endswith("]") or annotation.startswith(("Literal[", "[")):
        return annotation
    name, _, inside = annotation[:-1].partition("[")
    if not name.isidentifier():
        return annotation
    items, depth, start = [], 0, 0
    for at, letter in enumerate(f"{inside},"):
        depth += (letter == "[") - (letter == "]")
        if depth < 0:
            return annotation
        if letter == "," and not depth:
            items.append(inside[start:at].strip())
            start = at + 1
    return Group(f"{name}[", tuple(map(_subscript, items)), "]", comma=len(items) > 1)


def docstring(text: str, indent: int) -> list[str]:
    """The text as a docstring; nothing in it can end the string or be read as an escape."""
    pad = " " * indent
    first, *rest = text.strip().splitlines() or [""]
    rest = dedent("\n".join(rest)).split("\n") if rest else []
    shown = [_plain(line) for line in (first, *rest)]
    if shown[0].startswith('"'):
        shown[0] = " " + shown[0]
    if len(shown) == 1:
        if _BARE_QUOTE.search(shown[0]):
            shown[0] += " "
        return [f'{pad}"""{shown[0]}"""']
    body = [f"{pad}{line}" if line else "" for line in shown[1:]]
    return [f'{pad}"""{shown[0]}', *body, f'{pad}"""']


def _plain(line: str) -> str:
    if line.isprintable() and "\\" not in line and '"""' not in line:
        return line.rstrip()
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').rstrip()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in escaped)


def number(value: int) -> str:
    """An integer as a person writes it: 604_800_000."""
    return f"{value:_}"


_DEFINITIONS = ("def ", "class ", "async def ", "@")


def tidy(parts: list[str]) -> str:
    """Lines with no more than two blank ones in a row, two before a definition, and one end of line."""
    out: list[str] = []
    blank = 0
    for line in parts:
        if not line or line.isspace():
            blank += 1
            continue
        if out and line[0] == " ":
            if blank:
                out.append("")
        elif out:
            top = line.startswith(_DEFINITIONS) and out[-1][0] != "@"
            after = out[-1][0] == " " and line[0] not in ")]}"
            out += [""] * (2 if top or (after and blank) else min(blank, 1))
        out.append(line)
        blank = 0
    return "\n".join(out) + "\n"
