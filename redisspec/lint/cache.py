"""What earlier runs found out of Python files, kept in a folder of the project: a file that did not change is not read again.

What is kept of a file counts as long as it and every other file that was looked at for it have the size
and the time of change that they had. Settings, specs, this program and the set of files of a run are in the
name of what is kept. A cache that cannot be read or written is none.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import platform
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, TypeAlias

import redisspec
from redisspec.lint.python_report import PythonReport
from redisspec.readers.python.imports import Heard
from redisspec.readers.python.texts import Unreadable

MOST = 16
"""So many sets of files and settings are kept; the oldest go."""

Stamp: TypeAlias = tuple[int, int]
"""When a file was changed (ns), and its size."""
Outcome: TypeAlias = "PythonReport | Unreadable"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a file: `outcome` is None where it was of no interest; `read` are the others it rests on.

    `heard` is None where nobody asked what it speaks of: it is a library's own.
    """

    stamp: Stamp
    heard: Heard | None
    outcome: Outcome | None
    read: tuple[tuple[str, Stamp], ...]


class Cache:
    """What is kept of one set of files under one set of settings."""

    def __init__(self, folder: Path, *about: object) -> None:
        key = hashlib.blake2b(repr((_program(), *about)).encode("utf-8", "replace"), digest_size=16)
        self._file = folder / f"{key.hexdigest()}.lint"
        self._begun = time.time_ns()
        self._stamps: dict[str, Stamp | None] = {}
        self._kept: Mapping[str, Kept] = _load(self._file)

    def everything(self, paths: Iterable[str]) -> dict[str, Outcome] | None:
        """What was found in all these files, in their order; None where any of them changed."""
        found: dict[str, Outcome] = {}
        for path in paths:
            kept = self._kept.get(path)
            if kept is None or not self._is(path, kept.stamp):
                return None
            if kept.outcome is not None:
                found[path] = kept.outcome
        return found

    def heard(self, path: str) -> Heard | None:
        """What the file speaks of and imports, if it is what it was."""
        kept = self._kept.get(path)
        return kept.heard if kept is not None and self._is(path, kept.stamp) else None

    def outcome(self, path: str) -> Outcome | None:
        """What was found in the file, if neither it nor what it rests on changed."""
        kept = self._kept.get(path)
        if kept is None or kept.outcome is None or not self._is(path, kept.stamp):
            return None
        return kept.outcome if all(self._is(other, stamp) for other, stamp in kept.read) else None

    def keep(
        self,
        paths: Iterable[str],
        heard: Mapping[str, Heard],
        outcomes: Mapping[str, Outcome],
    ) -> None:
        """Write down what this run knows of its files."""
        made: dict[str, Kept] = {}
        for path in dict.fromkeys((*paths, *heard)):
            stamp = self._steady(path)
            if stamp is None:
                continue
            outcome = outcomes.get(path)
            read = outcome.read if isinstance(outcome, PythonReport) else ()
            stamps = [(other, self._steady(other)) for other in read]
            rests = tuple((other, one) for other, one in stamps if one is not None)
            made[path] = Kept(
                stamp, heard.get(path), outcome if len(rests) == len(stamps) else None, rests
            )
        if made != self._kept:
            with suppress(OSError):
                _save(self._file, made)

    def _is(self, path: str, stamp: Stamp) -> bool:
        return self._stamp(path) == stamp

    def _steady(self, path: str) -> Stamp | None:
        """The file's stamp; None where it is as young as this run: it may change once more and look the same."""
        stamp = self._stamp(path)
        return None if stamp is None or stamp[0] >= self._begun - _YOUNG else stamp

    def _stamp(self, path: str) -> Stamp | None:
        """As it was when it was first asked for: what changes during a run is found by the next."""
        if path not in self._stamps:
            try:
                found = os.stat(path)  # noqa: PTH116 - one call a file, many files
                self._stamps[path] = found.st_mtime_ns, found.st_size
            except (OSError, ValueError):
                self._stamps[path] = None
        return self._stamps[path]


_YOUNG = 20_000_000
"""Nanoseconds: file systems count time in steps of up to some ten milliseconds."""


class _Careful(pickle.Unpickler):
    """Reads this program's own frozen records and nothing else: a cache from elsewhere cannot run code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("redisspec.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, tuple)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache")


_PLAIN = frozenset((("builtins", "frozenset"), ("builtins", "set"), ("builtins", "range")))


def _load(file: Path) -> Mapping[str, Kept]:
    try:
        found = _Careful(io.BytesIO(file.read_bytes())).load()
        os.utime(file)
    except OSError:
        return {}
    except Exception:
        return {}
    if not isinstance(found, dict) or not all(isinstance(one, Kept) for one in found.values()):
        return {}
    return found


def _save(file: Path, kept: Mapping[str, Kept]) -> None:
    folder = file.parent
    if not folder.exists():
        folder.mkdir()
        (folder / ".gitignore").write_text(
            "# made by redisspec; it may be deleted at any time\n*\n"
        )
        (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(dict(kept), stream, protocol=5)
        os.replace(name, file)  # noqa: PTH105 - beside mkstemp
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - beside mkstemp
        raise
    _prune(folder)


def _prune(folder: Path) -> None:
    files = sorted(folder.glob("*.lint"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in files[MOST:]:
        with suppress(OSError):
            old.unlink()


def _program() -> tuple[object, ...]:
    """This program as it runs: another version, or a changed source, knows nothing of what this one kept."""
    top = os.path.dirname(redisspec.__file__)  # noqa: PTH120 - one listing, many files
    return redisspec.__version__, platform.python_version(), sys.platform, tuple(_sources(top))


def _sources(folder: str) -> Iterable[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _sources(entry.path)
            elif entry.name.endswith(".py"):
                found = entry.stat()
                yield entry.name, found.st_mtime_ns, found.st_size
