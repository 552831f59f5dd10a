"""What is called a lock: by its key, by the function that takes it, by the name of a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.readers.python.module import PyCall, PyKey, PyModule

# `lock_key`, `userLock`, `order:lock`, `acquire`; neither `block`, `clock` nor `unlock`.
_LOCK = re.compile(
    r"(?:^|[^a-z])(?:lock|locks|locked|mutex|lease|semaphore|ongoing|in_progress)(?![a-z])"
    r"|(?:Lock|Mutex|Lease|Semaphore)(?![a-z])"
    r"|(?:^|_)(?:acquire|release)(?:_|$)"
)


def says_lock(text: str) -> bool:
    """Whether a text speaks of a lock."""
    return _LOCK.search(text) is not None


def is_lock(call: PyCall, key: PyKey) -> bool:
    """Whether a key is called a lock where it is used."""
    function = call.function.rpartition(".")[2]
    return any(map(says_lock, (key.name, key.pattern.text, function, *_names(key))))


def _names(key: PyKey) -> Iterator[str]:
    for leaf in leaves(key.value):
        if leaf.provenance in ("parameter", "constant"):
            yield leaf.text.rpartition(".")[2]


def taken(module: PyModule) -> Iterator[tuple[PyCall, PyKey]]:
    """The calls that take a lock by hand: SETNX, or SET with NX, on what is called one."""
    for procedure in module.procedures:
        for call in procedure.calls:
            if call.sites or not (call.command == "SETNX" or _only_if_missing(call)):
                continue
            for key in call.keys:
                if is_lock(call, key):
                    yield call, key


def _only_if_missing(call: PyCall) -> bool:
    return call.command == "SET" and any(effect.condition == "NX" for effect in call.effects)
