"""Runs work over many files in several processes, where there are enough of both."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")

FEW = 24
"""So many files are done sooner than processes are there."""

_WORK: Callable[[str], object] | None = None


Done: TypeAlias = Callable[[int, int], None]
"""Hears how many of how many are through."""


def in_turn(
    work: Callable[[str], _T], paths: Sequence[str], done: Done | None = None
) -> Iterator[tuple[str, _T]]:
    """What `work` says of each path, in the order of the paths.

    Processes begin as copies of this one, so that what they are given is there already; what they answer is
    handed back. Where processes cannot be copied, or there is one processor, the work is done here.
    """
    processes = _processes(len(paths))
    if processes < 2:
        for number, path in enumerate(paths, 1):
            yield path, work(path)
            if done is not None:
                done(number, len(paths))
        return
    import multiprocessing  # noqa: PLC0415 - small runs need none
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - see above

    global _WORK  # noqa: PLW0603 - a forked process finds its work here, where nothing is handed to it
    _WORK = work
    # The largest first: nobody waits for one that was begun last.
    sizes = {path: _size(path) for path in paths}
    largest = sorted(paths, key=lambda path: -sizes[path])
    try:
        # Not `Pool`: it copies itself while threads of its own run, and may wait for ever when it is told to end.
        with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
            found: dict[str, object] = {}
            for path, outcome in pool.map(_do, largest, chunksize=4):
                found[path] = outcome
                if done is not None:
                    done(len(found), len(paths))
    finally:
        _WORK = None
    for path in paths:
        yield path, found[path]  # type: ignore[misc] # what `work` answered comes back from another process


def _do(path: str) -> tuple[str, object]:
    assert _WORK is not None
    return path, _WORK(path)


def _processes(count: int) -> int:
    if count < FEW or sys.platform in ("win32", "darwin") or not hasattr(os, "fork"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), count)
    return min(os.cpu_count() or 1, count)


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)  # noqa: PTH202 - one call a file, many files
    except OSError:
        return 0
