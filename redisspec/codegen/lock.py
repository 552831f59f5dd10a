"""The lock file of an output folder: one writer at a time, and a note of what it is writing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from redisspec.codegen.output import is_inside

LOCK = ".redisspec.lock"
"""The lock's name. It is there only while a run is at work, or after one was killed."""

_POLL_SECONDS = 0.02


class LockBusyError(Exception):
    """Another run holds the lock and did not end in time."""


class Lock:
    """An exclusive lock on a folder, whose file doubles as the journal of what is being written.

    A run that is killed leaves the file behind, and the kernel frees the lock: the next run reads
    from it which files are redisspec's own although no manifest lists them yet.
    """

    def __init__(self, folder: Path, *, patience: float = 30.0) -> None:
        """Wait up to `patience` seconds; raises LockBusyError, or OSError where it cannot be made."""
        self._path = folder / LOCK
        deadline = time.monotonic() + patience
        while not self._try():
            if time.monotonic() > deadline:
                raise LockBusyError
            time.sleep(_POLL_SECONDS)

    def _try(self) -> bool:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        self._fd = os.open(self._path, flags, 0o666)
        try:
            if _take(self._fd) and self._is_current():
                return True
        except BaseException:
            os.close(self._fd)
            raise
        os.close(self._fd)
        return False

    def _is_current(self) -> bool:
        """Whether the file locked is still the one in the folder (its last holder removes it)."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        here = os.fstat(self._fd)
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def journal(self) -> frozenset[str]:
        """The paths that killed runs were about to write."""
        return read_journal(self._path)

    def note(self, paths: Iterable[str]) -> None:
        """Say which files are about to be written; called before the first of them is."""
        lines = "".join(json.dumps(path) + "\n" for path in paths)
        # The newline in front ends a line that a killed run may have cut short.
        data = memoryview(("\n" + lines).encode())
        while data:
            data = data[os.write(self._fd, data) :]

    def leave(self, *, finished: bool) -> None:
        """Free the lock. `finished` removes the file: the folder is whole, or as it was found."""
        if finished and sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        os.close(self._fd)
        if finished and sys.platform == "win32":
            # An open file cannot be removed there; another run may have it open already.
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def read_journal(path: Path) -> frozenset[str]:
    """The paths that a lock file names; a line cut short is left out."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return frozenset()
    paths = set()
    for line in lines:
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, str) and is_inside(entry):
                paths.add(entry)
    return frozenset(paths)


if sys.platform == "win32":
    import msvcrt

    def _take(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
