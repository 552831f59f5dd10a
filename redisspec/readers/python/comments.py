"""The comments of a Python file, as suppressions need them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from redisspec.readers.python.tree import walk
from redisspec.source.comments import Comment

if TYPE_CHECKING:
    from redisspec.source.text import SourceText

_INSIDE = (
    ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match
)


def comments_of(source: SourceText) -> Iterator[Comment]:
    """Each comment of the file, as far as it can be cut into words."""
    # tokenize takes only these line breaks; the offsets are looked up by line and column.
    lines = io.StringIO("".join(f"{line}\n" for line in source.lines()))
    try:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.COMMENT:
                start = source.offset(token.start[0], token.start[1] + 1)
                yield Comment("#", start, start + len(token.string))
    except (tokenize.TokenError, SyntaxError):
        return


def statement_ends(tree: ast.Module) -> Callable[[int], int]:
    """For a line, the last line of the statement that begins in it, of a function or class the whole.

    Of an `if`, a loop, a `with` or a `try` it is the line itself: what stands inside has lines of its own.
    """
    ends: dict[int, int] = {}
    for node in walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        end = node.lineno if isinstance(node, _INSIDE) else node.end_lineno or node.lineno
        decorators = getattr(node, "decorator_list", ())
        for line in (node.lineno, *(one.lineno for one in decorators)):
            ends[line] = max(ends.get(line, 0), end)
    return lambda line: ends.get(line, line)
