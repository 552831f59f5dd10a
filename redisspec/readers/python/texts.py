"""The text of a Python file, in the encoding that it names, and why there may be none."""

from __future__ import annotations

import ast
import os
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

from redisspec.readers.python.vocabulary import speaks as speaks_of_redis
from redisspec.source.files import unsaved_bytes
from redisspec.source.problem import why
from redisspec.source.span import Span
from redisspec.source.text import SourceText

MAX_BYTES = 16 * 1024 * 1024
"""A file over this size is not read: nobody wrote it by hand."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be read as Python, and where. `speaks`: it speaks of Redis all the same.

    `help` is the way out where no Python could read the file.
    """

    span: Span
    reason: str
    speaks: bool
    help: str | None = None


def read_text(path: str | os.PathLike[str]) -> SourceText | Unreadable:
    """The file's text; never raises for what it finds."""
    shown = os.fspath(path)
    whole = Span(shown, 1, 1, 1, 1)
    standing = unsaved_bytes(path)
    if standing is not None:
        return decode(shown, standing)
    try:
        file = Path(path)
        if not file.is_file():
            what = "no regular file" if file.exists() else "no file"
            return Unreadable(whole, f"`{shown}` is {what}", True, "name a Python file")
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        reason, help_ = why(error)
        return Unreadable(whole, f"`{shown}` cannot be read: {reason}", True, help_ or "mend it")
    return decode(shown, data)


def decode(path: str, data: bytes) -> SourceText | Unreadable:
    """The text of a file's bytes."""
    whole = Span(path, 1, 1, 1, 1)
    speaks = speaks_of_redis(data)
    if len(data) > MAX_BYTES:
        return Unreadable(
            whole, f"it has {len(data):,} bytes, more than are read of a file", speaks
        )
    lines = iter(data.splitlines(keepends=True)[:2])
    try:
        encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
        text = data.decode(encoding)
    except (SyntaxError, LookupError) as error:
        return Unreadable(whole, str(error), speaks)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = whole._replace(line=line, end_line=line)
        return Unreadable(where, f"byte 0x{data[error.start]:02x} is not {error.encoding}", speaks)
    return SourceText(path, text.removeprefix("\ufeff"))


def fault(source: SourceText) -> Unreadable:
    """Why a text that does not parse is no Python."""
    speaks = speaks_of_redis(source.text.encode("utf-8", "surrogatepass"))
    whole = Span(source.path, 1, 1, 1, 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source.text)
    except SyntaxError as error:
        line = min(max(error.lineno or 1, 1), source.line_count)
        column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
        where = Span(source.path, line, column, line, column)
        return Unreadable(where, error.msg or "invalid syntax", speaks)
    except (RecursionError, MemoryError):
        return Unreadable(whole, "it is nested too deeply", speaks)
    except ValueError as error:
        return Unreadable(whole, str(error), speaks)
    return Unreadable(whole, "it cannot be parsed", speaks)
