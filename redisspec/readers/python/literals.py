"""Where each letter of a text stands in the source that spells it: past quotes, escapes and joined literals."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.source.span import Span
    from redisspec.source.text import SourceText

_OPENING = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")")
_ESCAPE = re.compile(
    r"\\(?:\r\n|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|[\s\S])"
)
# What stands behind a backslash that is then no part of the text's own letters.
_ESCAPES = frozenset("\n\r\\'\"abfnrtv01234567xuUN")


def letters(source: SourceText, span: Span, text: str) -> tuple[int, ...]:
    """The offset in the source of each letter of `text`, and one past the last; empty where that cannot be told.

    `span` is the literal's, or that of several that are joined by standing side by side.
    """
    start = source.offset(span.line, span.column)
    written = source.text[start : source.offset(span.end_line, span.end_column)]
    found: list[int] = []
    end = start
    for at, token in _strings(written):
        opening = _OPENING.match(token)
        if opening is None or "f" in opening[1].lower() or "b" in opening[1].lower():
            return ()
        raw = "r" in opening[1].lower()
        end = start + at + len(token) - len(opening[2])
        found += _inside(source.text, start + at + opening.end(), end, raw=raw)
    return (*found, end) if found and len(found) == len(text) else ()


def opening_at(source: SourceText, span: Span, at: int) -> str:
    """What opens the literal of a span in which an offset lies: `"`, `r'''`."""
    start = source.offset(span.line, span.column)
    written = source.text[start : source.offset(span.end_line, span.end_column)]
    for begins, token in _strings(written):
        opening = _OPENING.match(token)
        if opening is not None and start + begins < at <= start + begins + len(token):
            return opening[0]
    return ""


def _strings(written: str) -> Iterator[tuple[int, str]]:
    """The literals in a piece of source, each with where it begins."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", written))]
    # In parentheses, so that lines may follow each other.
    lines = io.StringIO("(" + written + ")")
    try:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.STRING:
                line, column = token.start
                yield starts[line - 1] + column - (line == 1), token.string
    except (tokenize.TokenError, SyntaxError, IndexError):
        return


def _inside(text: str, start: int, end: int, *, raw: bool) -> Iterator[int]:
    at = start
    while at < end:
        if text.startswith("\r\n", at):
            yield at
            at += 2
            continue
        escape = _ESCAPE.match(text, at, end) if text[at] == "\\" and not raw else None
        if escape is None or escape[0][1] not in _ESCAPES:
            yield at
            at += 1
            continue
        if escape[0][1] not in "\r\n":
            yield at
        at = escape.end()
