"""Which keys a line of Lua looks at or writes with a command that another type of key would make fail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from redisspec.ir.model import StructureName

TYPES: Final[dict[StructureName, str]] = {
    "string": "string",
    "counter": "string",
    "bitmap": "string",
    "hyperloglog": "string",
    "bloom_filter": "string",
    "hash": "hash",
    "list": "list",
    "set": "set",
    "sorted_set": "zset",
    "geo": "zset",
    "stream": "stream",
}
"""What TYPE answers for a key of each structure."""

_CALL: Final = re.compile(
    r"(?:call|fresh)\('([A-Z]+)', (?:'[^']*', )*(KEYS\[[^\]]+\]|\w+_keys?(?:_\d+)?)(?=[,)])"
)
_COUNT: Final = re.compile(r"count_of\((KEYS\[[^\]]+\]|\w+)\)")
_BLOOM: Final = re.compile(r"bloom_(?:count|holds|fresh|add)\((KEYS\[[^\]]+\]|\w+)")
_ANY_TYPE: Final = frozenset(("EXISTS", "PTTL", "TYPE", "TIME", "UNLINK", "DEL", "PEXPIRE", "SET"))
"""Commands that take a key of any type."""


def looked_at(lines: Iterable[str]) -> set[str]:
    """The keys, as Lua names them, that these lines touch with a command of their type."""
    text = "\n".join(lines)
    found = {key for name, key in _CALL.findall(text) if name not in _ANY_TYPE}
    return found | set(_COUNT.findall(text)) | set(_BLOOM.findall(text))


written = looked_at
"""The same, of lines that write."""
