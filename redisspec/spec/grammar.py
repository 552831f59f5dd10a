"""What the small grammars of the spec language share: an error that knows its place in the text."""

from __future__ import annotations


class GrammarError(ValueError):
    """A text that a grammar does not have.

    `start` and `end` are offsets in characters within the text (half-open); `message` is one
    sentence without a final full stop; `help` says what to write instead.
    """

    def __init__(
        self, message: str, start: int = 0, end: int | None = None, help_: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help_


def quoted(text: object, limit: int = 40) -> str:
    """The user's own words between backticks, cut when long, on one line."""
    shown = " ".join(str(text).split())
    if len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    return f"`{shown}`"


def either(words: tuple[str, ...] | list[str], last: str = "or") -> str:
    """`a`, `b` or `c`."""
    ticked = [f"`{word}`" for word in words]
    if len(ticked) < 2:
        return "".join(ticked)
    return f"{', '.join(ticked[:-1])} {last} {ticked[-1]}"
