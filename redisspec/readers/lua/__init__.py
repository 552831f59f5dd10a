"""Reads Lua scripts: their source becomes effects, with keys traced from KEYS and ARGV.

`read_lua(source)` gives a LuaScript, or the one diagnostic (RS007) that says where the text is no
Lua 5.1. `declared` says what KEYS[1], KEYS[2] … are: keyspaces, patterns, or None for what is not
known; the last one stands for all keys of a group behind the single ones (`KEYS[2 + i]`). Of a
script alone a key is known as `KEYS[n]`, and its pattern is a hole.

The reader is imported at its first use: the rules know its data, and a spec needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.readers.lua.read import read_lua
    from redisspec.readers.lua.script import Declared, LuaCall, LuaKey, LuaReply, LuaScript

__all__ = ["Declared", "LuaCall", "LuaKey", "LuaReply", "LuaScript", "read_lua"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only when something is asked for

    module = import_module(f"redisspec.readers.lua.{'read' if name == 'read_lua' else 'script'}")
    found: object = getattr(module, name)
    globals()[name] = found
    return found
