"""The imports of a file by its bytes alone: most files need not be parsed to know what they import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from redisspec.readers.python.vocabulary import speaks

Written: TypeAlias = tuple[int, bytes, tuple[bytes, ...]]
"""(level, module, names) of an import: `from ..store import client, other` is 2, store, (client, other)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a file's bytes say without being parsed: whether they speak of Redis, and what they import."""

    speaks: bool
    imports: tuple[Written, ...]


def hear(data: bytes) -> Heard:
    """What these bytes say; imports of what speaks itself are of no interest."""
    heard = speaks(data)
    return Heard(heard, () if heard else tuple(imports(data)))


_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)|import[ \t]+([^\r\n]*))",
    re.MULTILINE,
)
_NAME = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")


def imports(data: bytes) -> Iterator[Written]:
    """What stands in a file as an import, wherever in it."""
    for match in _IMPORT.finditer(data):
        dots, module, inner, plain = match.groups()
        if plain is not None:
            for name in _NAME.findall(plain):
                yield 0, name, ()
        else:
            yield len(dots), module, tuple(_NAME.findall(inner))


def is_package(path: str) -> bool:
    """Whether a file is a package's own, which often only hands on what stands in others."""
    return path.replace("\\", "/").rpartition("/")[2] == "__init__.py"
