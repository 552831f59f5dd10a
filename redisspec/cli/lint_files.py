"""Which files `lint` is about: specs, Lua scripts and Python, by their names or by the folder that has them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config
from redisspec.cli.excluded import Excluded
from redisspec.cli.specs import SPEC, spec_files
from redisspec.source.problem import RIGHTS

PYTHON = (".py", ".pyi", ".pyw")

_LEFT_OUT = frozenset(
    ("node_modules", "__pycache__", "__pypackages__", "site-packages", "venv", "buck-out")
)
# The top of a generated package and of a virtual environment; what stands below is not written by hand.
_MARKS = ("redisspec.manifest.json", "pyvenv.cfg")
_CALLS_REDIS = re.compile(
    rb"\b(?:redis|server)\s*\.\s*(?:p?call|register_function|setresp|(?:error|status)_reply)\b"
)


@dataclass(frozen=True, slots=True)
class LintFiles:
    """The files of a run, as the user would type them, each once.

    `known` are files around those that were named: Python that they import, and the specs above them that say
    what their keys are.
    """

    paths: tuple[str, ...]
    known: tuple[str, ...] = ()


def lint_files(
    given: Sequence[str], config: Config, exclude: Sequence[str] = (), *, gitignore: bool = True
) -> LintFiles:
    """The files. What is named itself is never left out. Raises CommandError where one is not there.

    Without a name: this folder, and the specs that pyproject.toml names.
    """
    walk = _Walk((*config.exclude, *exclude), gitignore)
    if not given:
        specs = spec_files((), config) if config.specs else ()
        below = tuple(walk.below("."))
        if not specs and not below and not exclude:
            raise CommandError(
                f"there is no {SPEC} in this folder, and neither Lua nor Python below it",
                "`redisspec init` writes a starter spec; or name what is to be linted",
            )
        paths = tuple(dict.fromkeys((*specs, *below)))
        return LintFiles(paths, tuple(_specs_above(paths, config)))
    found = tuple(dict.fromkeys(file for path in given for file in _named(path, config, walk)))
    return LintFiles(found, (*_around(given, walk), *_specs_above(found, config)))


def _named(path: str, config: Config, walk: _Walk) -> Iterator[str]:
    if not os.path.isdir(path):  # noqa: PTH112 - the text stays as typed
        if path.endswith((".yaml", ".yml")) or (
            os.path.lexists(path) and not path.endswith((".lua", *PYTHON))
        ):
            # A spec that is not there is told of as for every other command.
            yield from spec_files([path], config)
        elif os.path.isfile(path):  # noqa: PTH113 - see above
            yield path
        else:
            raise _no_file(path)
        return
    if not os.access(path, os.R_OK | os.X_OK):
        raise CommandError(f"the folder `{path}` cannot be read: Permission denied", RIGHTS)
    below = list(walk.below(os.path.normpath(path)))
    if not below and not walk.excludes:
        raise CommandError(
            f"there is no {SPEC} in the folder `{path}`, and neither Lua nor Python below it",
            f"`redisspec init {path}` writes a starter spec there",
        )
    yield from below


def _no_file(path: str) -> CommandError:
    """What to say of a name that leads to no file with text in it."""
    if os.path.islink(path) and not os.path.exists(path):  # noqa: PTH110, PTH114 - see above
        return CommandError(f"`{path}` is a link to nothing", "name the file itself")
    if os.path.lexists(path):
        return CommandError(
            f"`{path}` is a pipe, socket or device, not a file",
            "write the text to a file and name that",
        )
    return CommandError(f"there is no file `{path}`", "name a file or a folder")


class _Walk:
    """A walk through folders that leaves out what is not written by hand, and what the user excludes."""

    def __init__(self, exclude: Sequence[str], gitignore: bool) -> None:
        self._exclude = exclude
        self._gitignore = gitignore

    @property
    def excludes(self) -> bool:
        """Whether the user leaves anything out, so that it is no surprise where nothing is left."""
        return bool(self._exclude)

    def below(self, top: str) -> Iterator[str]:
        """The files below a folder, in order. Other programs' Lua (an editor's, nginx's) is none."""
        excluded = Excluded(top, self._exclude, gitignore=self._gitignore)
        waiting: list[tuple[str, str | None]] = [(top, None)]
        while waiting:
            where, outer = waiting.pop()
            folders, files = _listed(where)
            if outer is not None and any(mark in files for mark in _MARKS):
                continue
            excluded.enter(where, outer, files)
            prefix = "" if where == "." else f"{where.rstrip('/')}/"
            for name in sorted(files):
                if not name.endswith((".py", ".lua")) and name != SPEC:
                    continue
                path = f"{prefix}{name}"
                if not excluded(path, where) and (
                    not name.endswith(".lua") or _calls_redis(Path(path))
                ):
                    yield path
            inner = [
                f"{prefix}{name}"
                for name in sorted(folders, reverse=True)
                if not name.startswith(".") and name not in _LEFT_OUT
            ]
            waiting += ((path, where) for path in inner if not excluded(path, where, folder=True))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder; what cannot be listed has none.

    Links to folders are not followed. Pipes and sockets are no files: who reads one waits for its writer.
    """
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif _is_file(entry):
                    files.append(entry.name)
    except OSError:
        return [], []
    return folders, files


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link that leads to itself


def _calls_redis(file: Path) -> bool:
    try:
        return _CALLS_REDIS.search(file.read_bytes()) is not None
    except OSError:
        # Whatever is wrong with it, the linter says so.
        return True


_MOST_AROUND = 5_000
"""A file in a home folder is no reason to read all that lies below it."""


def _around(given: Sequence[str], walk: _Walk) -> Iterator[str]:
    """The Python files of the packages that what was named lies in, or of the folder of a file."""
    tops = dict.fromkeys(
        _top(os.path.dirname(path) or ".") if path.endswith(PYTHON) else _top(path)  # noqa: PTH120 - as typed
        for path in given
        if path.endswith(PYTHON) or os.path.exists(f"{path}/__init__.py")  # noqa: PTH110 - as typed
    )
    for top in tops:
        if top not in given:
            below = (path for path in walk.below(top) if path.endswith(PYTHON))
            yield from islice(below, _MOST_AROUND)


def _top(folder: str) -> str:
    """The folder of the outermost package that a folder is, or the folder itself."""
    while True:
        above = os.path.normpath(f"{folder}/..")
        if not os.path.exists(f"{above}/__init__.py"):  # noqa: PTH110 - the text stays as typed
            return folder
        folder = above


def _specs_above(paths: Iterable[str], config: Config) -> Iterator[str]:
    """The specs that say what the keys of Python files are: the configured ones, else the nearest above."""
    folders = dict.fromkeys(
        os.path.dirname(path) or "."  # noqa: PTH120 - the text stays as typed
        for path in paths
        if path.endswith(PYTHON)
    )
    if not folders:
        return
    if config.specs:
        yield from spec_files((), config)
        return
    seen: set[str] = set()
    for folder in folders:
        here = os.path.abspath(folder)  # noqa: PTH100 - links stay as they are typed
        while here not in seen:
            seen.add(here)
            spec = f"{here}/{SPEC}"
            if os.path.exists(spec):  # noqa: PTH110 - see above
                yield os.path.relpath(spec)
                break
            if any(os.path.exists(f"{here}/{mark}") for mark in (".git", "pyproject.toml")):  # noqa: PTH110 - see above
                break
            here = os.path.dirname(here)  # noqa: PTH120 - see above
