"""The two streams: what may be coloured, and what an ASCII terminal can show."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from redisspec.cli.command_error import CommandError
from redisspec.diagnostics.visible import visible

_RED, _CYAN, _RESET = "\033[1;31m", "\033[1;36m", "\033[0m"


def prepare() -> None:
    """Let the streams escape what their encoding has not, so that no locale ends in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(OSError, ValueError):
                stream.reconfigure(errors="backslashreplace")


def coloured(stream: TextIO) -> bool:
    """Whether to colour: on a terminal only. NO_COLOR says never, FORCE_COLOR always."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Terminal:
    """Writes the closing words of a command that failed, to standard error."""

    def fail(self, failure: CommandError) -> None:
        """Write `error: …` and, below it, `help: …`."""
        if failure.message is None:
            return
        red, cyan, reset = (_RED, _CYAN, _RESET) if coloured(sys.stderr) else ("", "", "")
        lines = [f"{red}error{reset}: {visible(failure.message)}"]
        if failure.help:
            lines.append(f"{cyan}help{reset}: {visible(failure.help)}")
        with suppress(OSError, ValueError):
            sys.stderr.write("\n".join(lines) + "\n")
