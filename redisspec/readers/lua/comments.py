"""The comments of a script, as suppressions need them."""

from __future__ import annotations

from collections.abc import Iterator

from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.walk import statements
from redisspec.source.comments import Comment
from redisspec.source.text import SourceText

_WHOLE = lua.Local | lua.Assignment | lua.Call | lua.Return | lua.FunctionStatement


def comments_of(chunk: lua.Chunk, source: SourceText) -> Iterator[Comment]:
    """Each comment that ends with its line; a long one (`--[[`) suppresses nothing."""
    for start, end in chunk.comments:
        if not source.text.startswith(("--[[", "--[="), start):
            yield Comment("--", start, end)


def statement_end(chunk: lua.Chunk, line: int) -> int:
    """The last line of the statement that begins in a line, or of the function.

    Of an `if` or a loop it is the line itself: what stands inside has lines of its own.
    """
    ends = [
        one.span.end_line
        for one in statements(chunk.body)
        if one.span.line == line and isinstance(one, _WHOLE)
    ]
    return max(ends, default=line)
