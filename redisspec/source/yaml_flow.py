"""What YAML makes of commas and missing spaces inside braces, found and put right."""

import re
from collections.abc import Sequence

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.source.nodes import Node, ScalarNode
from redisspec.source.problem import invalid_yaml, short
from redisspec.source.text import SourceText

Entry = tuple[ScalarNode, Node]

_NO_SPACE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(\S.*)", re.DOTALL)

# How many commas are looked past for the bracket that closes a value.
_MOST = 64


def mend_mapping(entries: list[Entry], source: SourceText) -> tuple[list[Entry], list[Diagnostic]]:
    """The pairs of a mapping in braces as they were meant, and what was wrong with them.

    `{status: enum(a, b)}` reaches us as `status: enum(a` and a key `b)` without a value;
    `{for:1h}` as a key `for:1h` without one.
    """
    if all(
        type(value) is not ScalarNode or value.text or value.style != "plain"
        for _, value in entries
    ):
        return entries, []
    mended: list[Entry] = []
    problems: list[Diagnostic] = []
    at = 0
    while at < len(entries):
        key, value = entries[at]
        at += 1
        if _open(value):
            following = [
                other if _no_value(its) else None for other, its in entries[at : at + _MOST]
            ]
            count = _until_closed(value, following)
            if count:
                value, problem = _joined(value, following[count - 1], source)
                problems.append(problem)
                at += count
        elif _no_value(value) and key.style == "plain" and (match := _NO_SPACE.fullmatch(key.text)):
            name, rest = match.groups()
            colon = key.start + len(name)
            problems.append(
                invalid_yaml(
                    source.span(colon, colon + 1),
                    f"without a space after its colon, `{short(key.text)}` is one word to YAML",
                    f"write `{name}: {short(rest)}`",
                )
            )
            value = ScalarNode(rest, "plain", colon + 1, key.end, source, broken=True)
            key = ScalarNode(name, "plain", key.start, colon, source)
        mended.append((key, value))
    return mended, problems


def mend_sequence(items: list[Node], source: SourceText) -> tuple[list[Node], list[Diagnostic]]:
    """The items of a list in brackets as they were meant, and what was wrong with them."""
    if not any(_open(item) for item in items):
        return items, []
    mended: list[Node] = []
    problems: list[Diagnostic] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if _open(item):
            following = [
                other if isinstance(other, ScalarNode) else None for other in items[at : at + _MOST]
            ]
            count = _until_closed(item, following)
            if count:
                item, problem = _joined(item, following[count - 1], source)
                problems.append(problem)
                at += count
        mended.append(item)
    return mended, problems


def _no_value(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.text and node.style == "plain"


def _balance(text: str) -> int:
    return text.count("(") + text.count("<") - text.count(")") - text.count(">")


def _open(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style == "plain" and _balance(node.text) > 0


def _until_closed(value: Node, following: Sequence[ScalarNode | None]) -> int:
    """How many of the scalars that follow belong to `value`'s brackets; 0 when they never close."""
    assert isinstance(value, ScalarNode)
    balance = _balance(value.text)
    for count, other in enumerate(following, 1):
        if other is None or other.style != "plain":
            return 0
        balance += _balance(other.text)
        if balance <= 0:
            return count
    return 0


def _joined(
    first: Node, last: ScalarNode | None, source: SourceText
) -> tuple[ScalarNode, Diagnostic]:
    """The whole text from the first piece to the last, marked as broken."""
    assert last is not None
    written = " ".join(source.text[first.start : last.end].split())
    way = f'put the whole in quotes: `"{short(written)}"`'
    if written.startswith("enum("):
        way = f"separate the members with `|`: `{short(written).replace(',', ' |')}`"
    problem = invalid_yaml(
        source.span(first.start, last.end),
        f"a comma inside braces ends the value, so YAML takes `{short(last.text)}` for another entry",
        way,
    )
    return ScalarNode(written, "plain", first.start, last.end, source, broken=True), problem
