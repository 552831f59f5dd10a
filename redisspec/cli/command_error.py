"""What ends a command without a result: one sentence, and the way out."""

from __future__ import annotations


class CommandError(Exception):
    """A command that cannot do its work (exit status 2): wrong usage, no spec, no room to write.

    `message` is None where what is wrong was told already.
    """

    def __init__(self, message: str | None, help_: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help_
