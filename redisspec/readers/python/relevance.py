"""Which files of a run can touch Redis at all: the others need not be parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePath

from redisspec.readers.python.vocabulary import SPEAKS_BYTES

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)|import[ \t]+([^\r\n]*))",
    re.MULTILINE,
)
_WORD = re.compile(rb"\w+")


def relevant(
    paths: Iterable[str], known: Iterable[str], read: Callable[[str], bytes | None]
) -> list[str]:
    """Those of `paths` that speak of Redis, or import by name a file that does, in their order.

    `known` are further files of the project. What a file imports is followed one step: from a file that is
    no business of the linter's no way leads to another such file.
    """
    speaking: set[str] = set()
    modules: set[bytes] = set()
    imports: dict[str, set[bytes]] = {}
    wanted = list(paths)
    for path in dict.fromkeys((*wanted, *known)):
        data = read(path)
        if data is None:
            # Whatever is wrong with it, the linter says so.
            speaking.add(path)
        elif SPEAKS_BYTES.search(data):
            speaking.add(path)
            modules.add(_module(path))
        else:
            imports[path] = {
                word for match in _IMPORT.finditer(data) for word in _WORD.findall(match.group())
            }
    return [
        path for path in wanted if path in speaking or not modules.isdisjoint(imports.get(path, ()))
    ]


def _module(path: str) -> bytes:
    file = PurePath(path)
    name = file.parent.name if file.stem == "__init__" else file.stem
    return name.encode("utf-8", "surrogateescape")
