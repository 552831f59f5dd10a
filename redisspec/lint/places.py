"""What a line of a file belongs to, by name: a function, a declaration. It stays when lines move."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.source.text import SourceText

_LUA_FUNCTION = re.compile(
    r"^[ \t]*(?:local[ \t]+)?(?:function[ \t]+([\w.:]+)|([\w.]+)[ \t]*=[ \t]*function\b)",
    re.MULTILINE,
)


def places_of(source: SourceText) -> Callable[[int], str]:
    """For a line, the qualified name of the function or declaration around it; "" where there is none."""
    if source.path.endswith((".py", ".pyi", ".pyw")):
        return _in_python(source)
    if source.path.endswith(".lua"):
        return _in_lua(source)
    return _in_yaml(source)


def _in_python(source: SourceText) -> Callable[[int], str]:
    import ast  # noqa: PLC0415 - not for specs

    from redisspec.readers.python.project import parse  # noqa: PLC0415 - see above

    tree = parse(source.text)
    found: list[tuple[int, int, str]] = []
    waiting: list[tuple[ast.AST, str]] = [] if tree is None else [(tree, "")]
    while waiting:
        node, prefix = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}" if prefix else child.name
                first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                found.append((first, child.end_lineno or child.lineno, name))
            waiting.append((child, name))
    # The smallest that has the line is the innermost.
    found.sort(key=lambda one: one[1] - one[0])
    return lambda line: next((name for first, last, name in found if first <= line <= last), "")


def _in_lua(source: SourceText) -> Callable[[int], str]:
    starts = [
        (source.position(match.start())[0], match[1] or match[2])
        for match in _LUA_FUNCTION.finditer(source.text)
    ]

    def place(line: int) -> str:
        at = bisect_right(starts, line, key=lambda one: one[0])
        return starts[at - 1][1] if at else ""

    return place


def _in_yaml(source: SourceText) -> Callable[[int], str]:
    from redisspec.source.nodes import MappingNode  # noqa: PLC0415 - for specs alone
    from redisspec.source.yaml import parse_yaml  # noqa: PLC0415 - see above

    root, _ = parse_yaml(source)
    found: list[tuple[int, int, str]] = []
    for section, content in root.entries if isinstance(root, MappingNode) else ():
        found.append((section.span.line, content.span.end_line, section.text))
        for name, value in content.entries if isinstance(content, MappingNode) else ():
            last = max(name.span.line, value.span.end_line)
            found.append((name.span.line, last, f"{section.text}.{name.text}"))
    found.sort(key=lambda one: one[1] - one[0])
    return lambda line: next((name for first, last, name in found if first <= line <= last), "")
