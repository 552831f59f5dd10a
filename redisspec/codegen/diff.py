"""What a run of `generate` would change, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator


def unified(path: str, old: str | None, new: str | None) -> Iterator[str]:
    """The lines of a diff from `old` to `new`, each with its line end.

    None stands for a file that is not there. `path` is shown as it is given.
    """
    before = _lines(old)
    after = _lines(new)
    source = "/dev/null" if old is None else f"a/{path}"
    target = "/dev/null" if new is None else f"b/{path}"
    if before == after:
        # An empty file that comes or goes has no hunk; its headers alone still say so.
        yield f"--- {source}\n"
        yield f"+++ {target}\n"
        return
    for line in difflib.unified_diff(before, after, source, target):
        if line.endswith("\n"):
            yield line
        else:
            yield line + "\n"
            yield "\\ No newline at end of file\n"


def _lines(text: str | None) -> list[str]:
    """Lines ended by LF alone: str.splitlines would also cut at form feeds and the like."""
    if not text:
        return []
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])
