"""What a server holds, byte for byte, and a compiler that is wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redisspec.operations.lua import schedule

_ALL = """
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('DUMP', key)
  found[#found + 1] = redis.call(ARGV[2], key)
end
return found
"""


def snapshot(
    execute: Any, namespace: str, ends: str = "PEXPIRETIME"
) -> dict[bytes, tuple[bytes, int]]:
    """Every key's serialised value and the time of its end (Redis 6.2 has no command that tells it)."""
    flat = execute("EVAL", _ALL, 0, f"{namespace}:*", ends)
    return {key: (dump, at) for key, dump, at in zip(*[iter(flat)] * 3, strict=True)}


@contextmanager
def in_the_order_of_the_steps() -> Iterator[None]:
    """A compiler that holds nothing back: what a script without thought does."""
    careful = schedule._failures
    schedule._failures = lambda pieces, after: [None] * (len(pieces) + 1)
    try:
        yield
    finally:
        schedule._failures = careful
