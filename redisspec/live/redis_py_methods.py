"""Writes readers/python/signatures.py from the redis-py that is installed.

    python -m redisspec.live.redis_py_methods > redisspec/readers/python/signatures.py

Only names are taken: a method's, and its parameters' in their order (`*` before the rest).
"""

from __future__ import annotations

import inspect
import sys

import redis

_HEAD = '''\
"""What the methods of redis-py's clients take. Written by redisspec/live/redis_py_methods.py."""

from __future__ import annotations

from typing import Final

SIGNATURES: Final[dict[str, str]] = {
'''
_NO_COMMANDS = frozenset(
    ("close", "get_cache", "get_connection_kwargs", "get_encoder", "get_retry", "hello", "auth",
     "load_external_module", "parse_response", "set_response_callback", "set_retry", "quit", "reset")
)  # fmt: skip


def render() -> str:
    """The module's text, in ruff's format."""
    lines = [_HEAD]
    for name, function in inspect.getmembers(redis.Redis, inspect.isfunction):
        if name.startswith("_") or name in _NO_COMMANDS or name.endswith("_internal"):
            continue
        parameters = list(inspect.signature(function).parameters.values())[1:]
        words = [
            f"*{one.name}" if one.kind is one.VAR_POSITIONAL else one.name
            for one in parameters
            if one.kind is not one.VAR_KEYWORD
        ]
        lines.append(f'    "{name}": "{" ".join(words)}",\n')
    lines.append("}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render())
