"""What a walk through folders leaves out: patterns that the user gives, and what git ignores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.lint.config import matches

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Excluded:
    """Whether a walk from `top` leaves a path out."""

    def __init__(self, top: str, patterns: Sequence[str], *, gitignore: bool = True) -> None:
        self._patterns = tuple(patterns)
        self._gitignore = gitignore
        self._specs: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
        self._top = os.path.abspath(top)  # noqa: PTH100 - links stay as they are typed

    def __call__(self, path: str, *, folder: bool = False) -> bool:
        if any(matches(path, pattern) for pattern in self._patterns):
            return True
        if not self._gitignore:
            return False
        whole = os.path.abspath(path)  # noqa: PTH100 - see above
        ignored = False
        for base, spec in self._rules(os.path.dirname(whole)):  # noqa: PTH120 - see above
            relative = os.path.relpath(whole, base).replace(os.sep, "/")
            found = spec.check_file(f"{relative}/" if folder else relative).include
            if found is not None:
                # The nearest file has the last word.
                ignored = found
        return ignored

    def _rules(self, folder: str) -> list[tuple[str, GitIgnoreSpec]]:
        """The .gitignore files that speak of a folder's content, from the repository's root on."""
        found = self._specs.get(folder)
        if found is None:
            above = os.path.dirname(folder)  # noqa: PTH120 - see above
            root = os.path.exists(f"{folder}/.git") or above == folder  # noqa: PTH110 - see above
            found = [] if root else list(self._rules(above))
            own = self._read(f"{folder}/.gitignore")
            if own is not None:
                found.append((folder, own))
            self._specs[folder] = found
        return found

    def _read(self, file: str) -> GitIgnoreSpec | None:
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - many folders have no .gitignore

        return GitIgnoreSpec.from_lines(text.splitlines())
