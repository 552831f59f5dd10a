"""Lints again whenever a file changes, until it is interrupted."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from redisspec.cli.command_error import CommandError
from redisspec.cli.terminal import Terminal

if TYPE_CHECKING:
    from redisspec.cli.lint_files import LintFiles

INTERVAL = 0.5
"""Seconds between two looks. Watching by the system's own means differs on each; a look is cheap."""

_CLEAR = "\x1b[2J\x1b[H"


def watch(lint: Callable[[], int], files: Callable[[], LintFiles]) -> int:
    """Run `lint` now and after each change of what `files` lists. Ends by an interrupt."""
    terminal = Terminal()
    seen: Mapping[str, tuple[int, int]] | None = None
    while True:
        try:
            now = _state(files())
        except CommandError as error:
            if seen is None:
                raise
            terminal.fail(error)
            now = {}
        if now != seen:
            seen = now
            if sys.stdout.isatty():
                sys.stdout.write(_CLEAR)
            try:
                lint()
            except CommandError as error:
                # A mistake in pyproject.toml is mended and saved, and the watch goes on.
                terminal.fail(error)
            sys.stdout.write(f"watching {len(now):,} files; Ctrl+C ends it\n")
            sys.stdout.flush()
        time.sleep(INTERVAL)


def _state(files: LintFiles) -> dict[str, tuple[int, int]]:
    found = {}
    for path in ("pyproject.toml", *files.paths, *files.known):
        try:
            what = os.stat(path)  # noqa: PTH116 - one call a file, many files
        except OSError:
            continue
        found[path] = (what.st_mtime_ns, what.st_size)
    return found
