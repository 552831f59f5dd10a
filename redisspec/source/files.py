"""The bytes of a file, or those that stand for it: an editor's unsaved text, a fix not yet written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_UNSAVED: ContextVar[Mapping[str, bytes] | None] = ContextVar("unsaved", default=None)


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file; raises OSError where there are none."""
    found = unsaved_bytes(path)
    return Path(path).read_bytes() if found is None else found


def unsaved_bytes(path: str | os.PathLike[str]) -> bytes | None:
    """What stands for a file now, None where it is what lies on the disk."""
    unsaved = _UNSAVED.get()
    return None if not unsaved else unsaved.get(absolute(path))


def absolute(path: str | os.PathLike[str]) -> str:
    """The path by which a file is known here; links stay what they are."""
    return os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - see above


@contextmanager
def unsaved(texts: Mapping[str, bytes]) -> Iterator[None]:
    """Inside, these bytes stand for the files at these paths, whether they are there or not."""
    known = {absolute(path): data for path, data in texts.items()}
    token = _UNSAVED.set({**(_UNSAVED.get() or {}), **known})
    try:
        yield
    finally:
        _UNSAVED.reset(token)
