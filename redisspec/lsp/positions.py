"""Places as editors count them: lines from 0, columns in the units that client and server agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec

    from redisspec.source.span import Span
    from redisspec.source.text import SourceText


def range_of(span: Span, source: SourceText, codec: PositionCodec) -> types.Range:
    """An editor's range for a span of a text."""
    return types.Range(
        _position(span.line, span.column, source, codec),
        _position(span.end_line, span.end_column, source, codec),
    )


def _position(line: int, column: int, source: SourceText, codec: PositionCodec) -> types.Position:
    before = source.line(line)[: max(column - 1, 0)]
    return types.Position(max(line - 1, 0), codec.client_num_units(before))


def offset_of(position: types.Position, source: SourceText, codec: PositionCodec) -> int:
    """The offset in characters of an editor's position, kept inside the text."""
    text = source.line(position.line + 1)
    units = count = 0
    for character in text:
        if units >= position.character:
            break
        units += codec.client_num_units(character)
        count += 1
    return source.offset(position.line + 1, count + 1)


def overlaps(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges share a place; an empty one counts where it touches."""
    first = (one.start.line, one.start.character), (one.end.line, one.end.character)
    second = (other.start.line, other.start.character), (other.end.line, other.end.character)
    return first[0] <= second[1] and second[0] <= first[1]
