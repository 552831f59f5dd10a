"""The text of one file, with the way from an offset to a line and column."""

import os
import re
import stat
from bisect import bisect_right
from pathlib import Path

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.source.files import unsaved_bytes
from redisspec.source.problem import invalid_yaml, why
from redisspec.source.span import Span

MAX_BYTES = 64 * 1024 * 1024
"""A file over this size is refused unread; a spec of 20,000 keyspaces is about 5 MB."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")

# Byte order marks of encodings that are not ours; UTF-32's begins with UTF-16's, so it comes first.
_FOREIGN_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class SourceText:
    """A file's text (without its byte order mark) under the path that the user typed.

    Offsets count characters from 0; lines and columns count from 1. A line ends at LF, CRLF or CR.
    """

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"SourceText({self.path!r}, {len(self.text)} characters)"

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """The (line, column) of an offset; one past the text is its end."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a (line, column), kept inside the text."""
        starts = self.line_starts
        start = starts[min(max(line, 1), len(starts)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """The span of the half-open range of offsets."""
        line, column = self.position(start)
        starts = self.line_starts
        if line == len(starts) or end < starts[line]:
            # Most spans lie in one line, and there are thousands of them in a big spec.
            return Span(self.path, line, column, line, column + end - start)
        return Span(self.path, line, column, *self.position(end))

    @property
    def line_count(self) -> int:
        """How many lines there are; a last line break begins one more, empty line."""
        return len(self.line_starts)

    def line(self, number: int) -> str:
        """A line without its break; empty for a line that is not there."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def lines(self) -> list[str]:
        """All lines, without their breaks."""
        return _LINE_BREAK.split(self.text)


def read_source(path: str | os.PathLike[str]) -> SourceText | Diagnostic:
    """Read a UTF-8 file, or say in one RS001 why that cannot be; never raises for what it finds."""
    shown = os.fspath(path)
    whole = Span(shown, 1, 1, 1, 1)
    standing = unsaved_bytes(path)
    if standing is not None:
        return decode_source(shown, standing)
    try:
        found = Path(path).stat()
        if stat.S_ISDIR(found.st_mode):
            return invalid_yaml(
                whole,
                f"`{shown}` is a directory, not a spec",
                f"name the file in it: `{Path(path) / 'redis.spec.yaml'}`",
            )
        if not stat.S_ISREG(found.st_mode):
            return invalid_yaml(
                whole,
                f"`{shown}` is a pipe, socket or device, not a file",
                "write the spec to a file and name that",
            )
        if found.st_size > MAX_BYTES:
            return invalid_yaml(
                whole,
                f"the file has {found.st_size:,} bytes; {MAX_BYTES:,} is the most that is read",
                "split the spec with `include:`, or check that this is the right file",
            )
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return invalid_yaml(
            whole, f"there is no file `{shown}`", "`redisspec init` writes a starter spec"
        )
    except (OSError, ValueError) as error:
        reason, help_ = why(error)
        return invalid_yaml(whole, f"`{shown}` cannot be read: {reason}", help_)
    return decode_source(shown, data)


def decode_source(path: str, data: bytes) -> SourceText | Diagnostic:
    """The text of a file's bytes, or one RS001 at the first byte that is not UTF-8 text."""
    for mark, encoding in _FOREIGN_MARKS:
        if data.startswith(mark):
            return invalid_yaml(
                Span(path, 1, 1, 1, 1),
                f"the file is {encoding}, and a spec is UTF-8",
                "save it as UTF-8 in your editor",
            )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return invalid_yaml(
            _byte_span(path, data, error.start),
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            "save the file as UTF-8; it may be Latin-1 or Windows-1252 now",
        )
    nul = data.find(b"\0")
    if nul >= 0:
        return invalid_yaml(
            _byte_span(path, data, nul),
            "a NUL byte stands in the text",
            "remove it; a file full of them is UTF-16 or no text at all",
        )
    return SourceText(path, text)


def _byte_span(path: str, data: bytes, at: int) -> Span:
    """The span of the one character (or bad byte) at a byte offset; what precedes it is UTF-8."""
    before = SourceText(path, data[:at].decode("utf-8", "replace"))
    line, column = before.position(len(before.text))
    return Span(path, line, column, line, column + 1)
