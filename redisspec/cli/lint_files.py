"""Which files `lint` is about: specs and Lua scripts, by their names or by the folder that has them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config
from redisspec.cli.specs import SPEC, spec_files

_LEFT_OUT = frozenset(("node_modules", "__pycache__", "site-packages", "venv"))
# The top of a generated package and of a virtual environment; what stands below is not written by hand.
_MARKS = ("redisspec.manifest.json", "pyvenv.cfg")
_CALLS_REDIS = re.compile(
    rb"\b(?:redis|server)\s*\.\s*(?:p?call|register_function|setresp|(?:error|status)_reply)\b"
)


def lint_files(given: Sequence[str], config: Config) -> tuple[str, ...]:
    """The files, as the user would type them, each once. Raises CommandError where one is not there.

    Without a name: what pyproject.toml names, or the spec of this folder.
    """
    if not given:
        return spec_files(given, config)
    found = [file for path in given for file in _named(path, config)]
    return tuple(dict.fromkeys(found))


def _named(path: str, config: Config) -> Iterator[str]:
    if not os.path.isdir(path):  # noqa: PTH112 - the text stays as typed
        if not path.endswith(".lua"):
            # What is not there is told as for every other command.
            yield from spec_files([path], config)
        elif os.path.lexists(path):
            yield path
        else:
            raise CommandError(f"there is no file `{path}`", "name a script, a spec or a folder")
        return
    spec = os.path.normpath(f"{path}/{SPEC}")
    scripts = list(_scripts(path))
    if os.path.lexists(spec):
        yield spec
    elif not scripts:
        raise CommandError(
            f"there is no {SPEC} in the folder `{path}`, and no Lua script below it",
            f"`redisspec init {path}` writes a starter spec there",
        )
    yield from scripts


def _scripts(folder: str) -> Iterator[str]:
    """The scripts below a folder, in order. Other programs' Lua (an editor's, nginx's) is none."""
    for where, folders, files in os.walk(folder):
        if where != folder and any(mark in files for mark in _MARKS):
            folders.clear()
            continue
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _LEFT_OUT
        )
        for name in sorted(files):
            path = os.path.normpath(f"{where}/{name}")
            if name.endswith(".lua") and _calls_redis(Path(path)):
                yield path


def _calls_redis(file: Path) -> bool:
    try:
        return _CALLS_REDIS.search(file.read_bytes()) is not None
    except OSError:
        # Whatever is wrong with it, the linter says so.
        return True
