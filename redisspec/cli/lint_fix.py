"""Writes what fixes change, or shows it as a diff."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.command_error import CommandError

if TYPE_CHECKING:
    from redisspec.lint.fixing import FileChange


def write_changes(changes: Sequence[FileChange]) -> None:
    """Put each file's new bytes in its place, whole or not at all."""
    for change in changes:
        try:
            _replace(change)
        except OSError as error:
            raise CommandError(
                f"cannot write `{change.path}`: {error.strerror or error}",
                "the files before it are mended, this one is as it was",
            ) from None


def _replace(change: FileChange) -> None:
    # A link stays one: what it points to is replaced.
    path = Path(os.path.realpath(change.path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.after)
        with suppress(OSError):
            Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def show_diff(changes: Sequence[FileChange]) -> None:
    """What the fixes would change, as a unified diff on standard output."""
    for change in changes:
        before = change.before.decode("utf-8", "replace").splitlines(keepends=True)
        after = change.after.decode("utf-8", "replace").splitlines(keepends=True)
        for line in difflib.unified_diff(before, after, change.path, change.path):
            end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
            sys.stdout.write(line + end)
