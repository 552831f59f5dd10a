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
    """Which names of a folder a walk from `top` leaves out."""

    def __init__(self, top: str, patterns: Sequence[str], *, gitignore: bool = True) -> None:
        self._patterns = tuple(patterns)
        self._gitignore = gitignore
        self._rules: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
        if gitignore:
            folder = os.path.abspath(top)  # noqa: PTH100 - links stay as they are typed
            above = _above(folder)
            if any(_says(spec, folder, base, folder=True) for base, spec in above):
                # What is named itself is wanted, and so is what is in it.
                above = []
            self._rules[top] = above

    def enter(self, folder: str, outer: str | None, files: Sequence[str]) -> None:
        """Come to a folder; `outer` is the one that it was found in, `files` are the names in it."""
        if not self._gitignore:
            return
        rules = self._rules[folder if outer is None else outer]
        if ".gitignore" in files:
            own = _read(f"{folder}/.gitignore")
            if own is not None:
                base = os.path.abspath(folder)  # noqa: PTH100 - see above
                rules = [*rules, (base, own)]
        self._rules[folder] = rules

    def __call__(self, path: str, within: str, *, folder: bool = False) -> bool:
        """Whether a path, found in the folder `within`, is left out."""
        if any(matches(path, pattern) for pattern in self._patterns):
            return True
        rules = self._rules.get(within)
        if not rules:
            return False
        whole = os.path.abspath(path)  # noqa: PTH100 - see above
        ignored = False
        for base, spec in rules:
            found = _says(spec, whole, base, folder=folder)
            if found is not None:
                # The nearest file has the last word.
                ignored = found
        return ignored


def _says(spec: GitIgnoreSpec, path: str, base: str, *, folder: bool) -> bool | None:
    relative = os.path.relpath(path, base).replace(os.sep, "/")
    return spec.check_file(f"{relative}/" if folder else relative).include


def _above(folder: str) -> list[tuple[str, GitIgnoreSpec]]:
    """The .gitignore files above a folder, from its repository's root on."""
    found: list[tuple[str, GitIgnoreSpec]] = []
    here = folder
    while not os.path.exists(f"{here}/.git"):  # noqa: PTH110 - links stay as they are typed
        outer = os.path.dirname(here)  # noqa: PTH120 - see above
        if outer == here:
            # Outside of a repository git ignores nothing.
            return []
        here = outer
        own = _read(f"{here}/.gitignore")
        if own is not None:
            found.append((here, own))
    return found[::-1]


def _read(file: str) -> GitIgnoreSpec | None:
    try:
        text = Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - many folders have no .gitignore

    return GitIgnoreSpec.from_lines(text.splitlines())
