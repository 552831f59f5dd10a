"""Which files of a run can touch Redis at all: the others need not be parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from redisspec.readers.python.vocabulary import speaks

if TYPE_CHECKING:
    from redisspec.readers.python.files import Project

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)|import[ \t]+([^\r\n]*))",
    re.MULTILINE,
)
_NAME = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")


def relevant(
    paths: Iterable[str],
    known: Iterable[str],
    read: Callable[[str], bytes | None],
    project: Project,
) -> list[str]:
    """Those of `paths` that speak of Redis, or import a file of the project that does, in their order.

    `known` are further files of the project. What a file imports is followed one step: from a file that is
    no business of the linter's no way leads to another such file.
    """
    speaking: set[str] = set()
    names: set[bytes] = set()
    silent: dict[str, list[tuple[int, bytes, tuple[bytes, ...]]]] = {}
    wanted = list(paths)
    for path in dict.fromkeys((*wanted, *known)):
        data = read(path)
        if data is None or speaks(data):
            # Whatever is wrong with one that cannot be read, the linter says so.
            speaking.add(path)
            names.add(_module(path))
        else:
            silent[path] = list(_imports(data))
    return [
        path
        for path in wanted
        if path in speaking
        or any(
            _leads(path, level, module, inner, names, speaking, project)
            for level, module, inner in silent[path]
        )
    ]


def _leads(
    path: str,
    level: int,
    module: bytes,
    inner: tuple[bytes, ...],
    names: set[bytes],
    speaking: set[str],
    project: Project,
) -> bool:
    """Whether an import names a file that speaks of Redis; the last names are compared before any is looked up."""
    if names.isdisjoint((module.rpartition(b".")[2], *inner)):
        return False
    for dotted in (module, *(module + b"." + name if module else name for name in inner)):
        found = project.path_of(dotted.decode("utf-8", "replace"), level, path)
        if found is not None and found in speaking:
            return True
    return False


def _imports(data: bytes) -> Iterator[tuple[int, bytes, tuple[bytes, ...]]]:
    """(level, module, names) of each import."""
    for match in _IMPORT.finditer(data):
        dots, module, inner, plain = match.groups()
        if plain is not None:
            for name in _NAME.findall(plain):
                yield 0, name, ()
        else:
            yield len(dots), module, tuple(_NAME.findall(inner))


def _module(path: str) -> bytes:
    """The last part of a module's name."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    stem = name.rpartition(".")[0]
    return (folder.rpartition("/")[2] if stem == "__init__" else stem).encode(
        "utf-8", "surrogateescape"
    )
