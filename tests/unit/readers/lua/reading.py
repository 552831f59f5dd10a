"""Reads a script for a test."""

from textwrap import dedent

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.flows import Value
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText


def read(text: str, *declared) -> LuaScript:
    found = read_lua(SourceText("s.lua", dedent(text)), declared)
    assert isinstance(found, LuaScript), found
    return found


def broken(text: str) -> Diagnostic:
    found = read_lua(SourceText("s.lua", text))
    assert isinstance(found, Diagnostic), found
    return found


def spelled(value: Value) -> str:
    """A value on one line: `..(KEYS[1], :x)`, `reply GET`."""
    if value.provenance == "reply":
        return f"reply {value.text}"
    if value.provenance == "formatted":
        return f"{value.text}({', '.join(map(spelled, value.parts))})"
    return value.text or value.provenance
