"""Where a piece of text stands in a file."""

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of a file; lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("", 1, 1, 1, 1)
"""The span of what stands in no file (programs built in memory)."""
