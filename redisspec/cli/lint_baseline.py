"""The baseline of a run: read where it is named, written where that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.command_error import CommandError
from redisspec.lint.baseline import BaselineError, Compared, compare, count, read, write

if TYPE_CHECKING:
    from redisspec.lint.result import LintResult


def against(result: LintResult, file: str) -> Compared:
    """The findings that the baseline does not know. Raises CommandError where it cannot be read."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CommandError(
            f"there is no baseline `{file}`",
            f"`redisspec lint --baseline {file} --update-baseline` writes one of what is found now",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CommandError(
            f"cannot read the baseline `{file}`: {reason}",
            "name the file that `--update-baseline` wrote",
        ) from None
    try:
        return compare(result.diagnostics, result.sources, read(text))
    except BaselineError as error:
        raise CommandError(
            f"`{file}` is no baseline: {error}", "`--update-baseline` writes it anew"
        ) from None


def update(result: LintResult, file: str) -> int:
    """Write a baseline of what is found now; how many findings that are."""
    try:
        Path(file).write_text(
            write(count(result.diagnostics, result.sources)), encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise CommandError(
            f"cannot write `{file}`: {error.strerror or error}", "name a file that can be written"
        ) from None
    return len(result.diagnostics)
