"""How far a long run is, on a terminal."""

from __future__ import annotations

import sys
import time

PATIENCE = 1.0
"""Seconds after which somebody would like to know."""
_STEP = 0.1


class Progress:
    """Writes `linting 120 of 3,400 files` over itself on standard error, and takes it away at the end."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._shown = 0

    def __call__(self, done: int, total: int) -> None:
        """Hear how many of how many files are through."""
        now = time.monotonic()
        if done == total:
            self.clear()
        elif now - self._begun >= PATIENCE and now - self._last >= _STEP:
            self._last = now
            line = f"linting: {done:,} of {total:,} files that may use Redis"
            sys.stderr.write(f"\r{line}")
            sys.stderr.flush()
            self._shown = len(line)

    def clear(self) -> None:
        """Leave no trace of it."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0


def progress() -> Progress | None:
    """One where somebody is looking."""
    return Progress() if sys.stderr.isatty() else None
