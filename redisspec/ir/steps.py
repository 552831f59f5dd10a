"""Where the steps of an operation stand in their file, so that a place in the text has a span."""

from __future__ import annotations

from dataclasses import dataclass

from redisspec.source.span import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class StepsAt:
    """The place of a text: its first line, and the column (from 1) at which each line begins.

    `whole` is set where escapes make places within the text a guess: it then stands for each.
    """

    file: str
    line: int
    column: int
    whole: Span | None = None

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """The span of a piece: lines of the text from 1, columns in characters from 0."""
        if self.whole is not None:
            return self.whole
        return Span(
            self.file,
            self.line + line - 1,
            self.column + column,
            self.line + end_line - 1,
            self.column + end_column,
        )


IN_NO_FILE = StepsAt("", 1, 1, NOWHERE)
"""For steps of programs built in memory."""
