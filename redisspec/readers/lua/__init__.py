"""Reads Lua scripts: their source becomes effects, with keys traced from KEYS and ARGV.

`read_lua(source)` gives a LuaScript, or the one diagnostic (RS007) that says where the text is no
Lua 5.1. `declared` says what KEYS[1], KEYS[2] … are: keyspaces, patterns, or None for what is not
known. Of a script alone a key is known as `KEYS[n]`, and its pattern is a hole.
"""

from redisspec.readers.lua.read import read_lua
from redisspec.readers.lua.script import Declared, LuaCall, LuaKey, LuaReply, LuaScript

__all__ = ["Declared", "LuaCall", "LuaKey", "LuaReply", "LuaScript", "read_lua"]
