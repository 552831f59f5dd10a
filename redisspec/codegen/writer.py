"""The writer: makes an output folder hold exactly the generated files; nothing else here writes.

Each file is replaced atomically and the manifest comes last. A run that is killed leaves whole
files, and a lock file that names what it was about to write; the next run takes over from there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from redisspec.codegen.diff import unified
from redisspec.codegen.lock import LOCK, Lock, LockBusyError, read_journal
from redisspec.codegen.manifest import (
    MANIFEST,
    Manifest,
    bears_mark,
    digest,
    normal,
    parse,
    render,
)
from redisspec.codegen.output import OutputError, is_inside

TEMPORARY = ".redisspec-tmp"
"""How the name of a file that is still being written ends."""

SHARED_FROM = 1_000
"""From so many files on, two processes write them."""

_CACHE = "__pycache__"
_CHUNK = 1 << 16

ManifestState = Literal["current", "outdated", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from what it should hold. Paths are relative to it, posix, sorted.

    `foreign` stands in the way and was not written by redisspec; `blocked` cannot be written
    safely (a symbolic link, a folder where a file goes). Either refuses the run. `kept` was
    written by redisspec, is no longer wanted and was made over by hand, so that it stays.
    `unfinished` says that a run was interrupted, or is still at work.
    """

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    unfinished: bool = False
    manifest: ManifestState = "current"

    @property
    def clean(self) -> bool:
        """Whether there is nothing to do."""
        differs = self.missing or self.changed or self.stale or self.foreign or self.blocked
        return not (differs or self.leftovers or self.unfinished or self.manifest != "current")


@dataclass(slots=True)
class _Folder:
    """What stands in an output folder, by relative posix path."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)  # symbolic links, sockets, devices
    leftovers: set[str] = field(default_factory=set)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, or None where there is none that can be read."""
    try:
        text = (folder / MANIFEST).read_bytes().decode()
    except (OSError, ValueError):
        return None
    return parse(text)


def is_current(folder: Path, manifest: Manifest) -> bool:
    """Whether the folder holds, byte for byte, what `manifest` (its own) lists.

    Cheap: nothing is rendered. A folder of whose last run something is left over is not current.
    """
    if (folder / LOCK).exists():
        return False
    base = os.fspath(folder)
    for path, expected in manifest.files.items():
        target = f"{base}/{path}"
        try:
            if digest(_read(target)) != expected:
                return False
        except OSError:
            return False
    return True


def plan(folder: Path, files: Mapping[str, str], manifest: Manifest) -> Drift:
    """How `folder` differs from `files` (path to text) and their `manifest`. Writes nothing."""
    journal = read_journal(folder / LOCK)
    return _compare(folder, files, manifest, journal, unfinished=(folder / LOCK).exists())


def apply(
    folder: Path, files: Mapping[str, str], manifest: Manifest, *, patience: float = 30.0
) -> Drift:
    """Make `folder` hold `files` and `manifest`; returns the drift that was mended.

    Raises OutputError, before anything is written, where a foreign file or a link stands in the
    way, where another run is at work for longer than `patience` seconds, or the disk refuses.
    """
    try:
        return _apply(folder, files, manifest, patience)
    except LockBusyError:
        raise OutputError(
            f"another run of generate is at work in {folder}", "wait until it ends, then try again"
        ) from None
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else os.fspath(folder)
        raise OutputError(
            f"cannot write {place}: {error.strerror or error}",
            "make room or set the permissions right, then run generate again: it takes over",
        ) from error


def _apply(folder: Path, files: Mapping[str, str], manifest: Manifest, patience: float) -> Drift:
    for path in files:
        if not is_inside(path):
            raise OutputError(f"the generated path {path!r} leaves the output folder", "report it")
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder, patience=patience)
    finished = False
    try:
        journal = lock.journal()
        drift = _compare(folder, files, manifest, journal, unfinished=bool(journal))
        try:
            refuse(folder, drift)
        except OutputError:
            finished = not journal  # the folder is as it was found
            raise
        if not drift.clean:
            _mend(folder, files, manifest, drift, lock)
        finished = True
        return drift
    finally:
        lock.leave(finished=finished)


def refuse(folder: Path, drift: Drift) -> None:
    """Raise OutputError where `drift` names what generate must not write over."""
    if drift.blocked:
        raise OutputError(
            f"cannot write safely in {folder}: {_listing(folder, drift.blocked)}",
            "a symbolic link, a folder or a special file stands there; move it away",
        )
    if drift.foreign:
        raise OutputError(
            f"refusing to overwrite what redisspec did not write: "
            f"{_listing(folder, drift.foreign)}",
            "move it away, or choose another output folder (python: output: in the spec)",
        )


def _listing(folder: Path, paths: tuple[str, ...]) -> str:
    return ", ".join(os.fspath(folder / path) for path in paths)


def differences(folder: Path, files: Mapping[str, str], drift: Drift) -> Iterator[str]:
    """The lines of a unified diff from what stands in the folder to `files`."""
    for path in sorted((*drift.missing, *drift.changed, *drift.stale, *drift.foreign)):
        shown = (folder / path).as_posix()
        new = files.get(path)
        if path in drift.missing:
            yield from unified(shown, None, new)
            continue
        try:
            old = normal(_read(os.fspath(folder / path))).decode()
        except ValueError:
            yield f"Binary files a/{shown} and b/{shown} differ\n"
        else:
            yield from unified(shown, old, new)


def _compare(
    folder: Path,
    files: Mapping[str, str],
    manifest: Manifest,
    journal: frozenset[str],
    *,
    unfinished: bool,
) -> Drift:
    there = _scan(folder)
    old = read_manifest(folder) if MANIFEST in there.files else None
    listed: Mapping[str, str] = old.files if old else {}
    missing: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    foreign: list[str] = []
    blocked: list[str] = []
    for path in sorted(files):
        if path == MANIFEST:
            continue
        if path not in there.files:
            (blocked if _is_blocked(path, there) else missing).append(path)
            continue
        data = _read(f"{folder}/{path}")
        if normal(data) == files[path].encode():
            unchanged.append(path)
        elif path in listed or path in journal or bears_mark(data):
            changed.append(path)
        else:
            foreign.append(path)
    if MANIFEST in there.others or MANIFEST in there.folders:
        blocked.append(MANIFEST)
    stale, kept = _unwanted(folder, files, there, listed, journal, known=old is not None)
    return Drift(
        tuple(missing),
        tuple(changed),
        stale,
        tuple(unchanged),
        kept,
        tuple(foreign),
        tuple(blocked),
        tuple(sorted(there.leftovers)),
        unfinished,
        _manifest_state(folder, there, old, manifest),
    )


def _manifest_state(
    folder: Path, there: _Folder, old: Manifest | None, new: Manifest
) -> ManifestState:
    if MANIFEST not in there.files:
        return "missing"
    if old is None:
        return "unreadable"
    text = normal(_read(f"{folder}/{MANIFEST}"))
    return "current" if text == render(new).encode() else "outdated"


def _unwanted(
    folder: Path,
    files: Mapping[str, str],
    there: _Folder,
    listed: Mapping[str, str],
    journal: frozenset[str],
    *,
    known: bool,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Files that redisspec wrote and no longer writes: (to remove, made over by hand).

    Where no manifest can be read, the header tells, in the package's own folders alone: below them
    may be other packages. With one, what it does not list is the user's own, whatever its first
    lines say.
    """
    wanted = files.keys() | {MANIFEST}
    ours = listed.keys() | journal
    if not known:
        homes = {path.rpartition("/")[0] for path in files}
        ours |= {path for path in there.files if path.rpartition("/")[0] in homes}
    stale, kept = [], []
    for path in sorted(ours & there.files):
        if path in wanted:
            continue
        data = _read(f"{folder}/{path}")
        if path in journal or bears_mark(data) or listed.get(path) == digest(data):
            stale.append(path)
        elif known:
            kept.append(path)
    return tuple(stale), tuple(kept)


def _is_blocked(path: str, there: _Folder) -> bool:
    if path in there.folders or path in there.others:
        return True
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in there.files or path in there.others:
            return True
    return False


def _scan(folder: Path) -> _Folder:
    """Everything below `folder`; links are not followed, bytecode is not looked at."""
    there = _Folder()
    todo = [""]
    while todo:
        prefix = todo.pop()
        try:
            entries = list(os.scandir(folder / prefix if prefix else folder))
        except FileNotFoundError:
            continue
        for entry in entries:
            path = prefix + entry.name
            if entry.is_symlink():
                there.others.add(path)
            elif entry.is_dir():
                if entry.name != _CACHE:
                    there.folders.add(path)
                    todo.append(path + "/")
            elif not entry.is_file():
                there.others.add(path)
            elif entry.name.endswith(TEMPORARY):
                there.leftovers.add(path)
            elif path != LOCK:
                there.files.add(path)
    return there


def _mend(
    folder: Path, files: Mapping[str, str], manifest: Manifest, drift: Drift, lock: Lock
) -> None:
    base = os.fspath(folder)
    for path in drift.leftovers:
        Path(base, path).unlink(missing_ok=True)
    written = (*drift.missing, *drift.changed)
    lock.note(written)
    for parent in sorted({path.rpartition("/")[0] for path in written} - {""}):
        Path(base, parent).mkdir(parents=True, exist_ok=True)
    _write(base, files, written)
    for path in drift.stale:
        _remove(folder, path)
    _replace(base, MANIFEST, render(manifest).encode())


def _write(base: str, files: Mapping[str, str], paths: tuple[str, ...]) -> None:
    """Write the files; where they are thousands, a second process takes half of them.

    It has the lock too: the kernel frees that when the last of both ends, however they end.
    """
    half = len(paths) if len(paths) < SHARED_FROM or not _may_fork() else len(paths) // 2
    child = os.fork() if half < len(paths) else None
    if child == 0:
        status = 1
        try:
            for path in paths[half:]:
                _replace(base, path, files[path].encode())
            status = 0
        finally:
            os._exit(status)
    done = True
    try:
        for path in paths[:half]:
            _replace(base, path, files[path].encode())
    finally:
        if child is not None:
            done = os.waitpid(child, 0)[1] == 0
    if not done:
        # Whatever stopped the other process stops this one too, which can say what it was.
        for path in paths[half:]:
            _replace(base, path, files[path].encode())


def _may_fork() -> bool:
    """Whether this process can be copied safely (it has no other threads) and that pays."""
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def _replace(base: str, path: str, data: bytes) -> None:
    parent, _, name = path.rpartition("/")
    target = f"{base}/{path}"
    temporary = f"{base}/{parent}/.{name}{TEMPORARY}" if parent else f"{base}/.{name}{TEMPORARY}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(temporary, flags, 0o666)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
        finally:
            os.close(fd)
        # Path.replace would build two more objects for each of ten thousand files.
        os.replace(temporary, target)  # noqa: PTH105 - paths are text here, for speed
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise


def _remove(folder: Path, path: str) -> None:
    """Remove a stale file, its bytecode, and the folders that are empty without it."""
    target = folder / path
    target.unlink(missing_ok=True)
    cache = target.parent / _CACHE
    if target.suffix == ".py":
        for compiled in cache.glob(f"{target.stem}.*.pyc"):
            compiled.unlink(missing_ok=True)
    parent = target.parent
    # rmdir refuses a folder that holds anything: that is the check.
    with suppress(OSError):
        cache.rmdir()
    with suppress(OSError):
        while parent != folder:
            parent.rmdir()
            parent = parent.parent


def _read(path: str) -> bytes:
    """The file's bytes by bare system calls: of ten thousand files, a file object each is half the time."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = found = os.read(fd, _CHUNK)
        while len(found) == _CHUNK:
            found = os.read(fd, _CHUNK)
            data += found
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(fd)
    return data
