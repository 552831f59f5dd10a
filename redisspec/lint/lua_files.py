"""Lints one Lua script: reads its file, runs the rules that know Lua, hears its suppressions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.lint.config import selected
from redisspec.lint.rules import RULES
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.readers.lua.parse import invalid_lua
from redisspec.source.files import unsaved_bytes
from redisspec.source.problem import why
from redisspec.source.span import Span
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.config import LintConfig
    from redisspec.lint.rule import Rule

MAX_BYTES = 4 * 1024 * 1024
"""A script over this size is refused unread: the largest that are in use have some 50 KB."""


def lint_file(
    path: str | os.PathLike[str], config: LintConfig
) -> tuple[SourceText | None, list[Diagnostic]]:
    """The script's text and every finding about it; the text is None where there is none."""
    source = read_file(path)
    if not isinstance(source, SourceText):
        return None, [source]
    return source, lint_source(source, config)


def lint_source(source: SourceText, config: LintConfig) -> list[Diagnostic]:
    """Every finding about a script."""
    script = read_lua(source)
    if not isinstance(script, LuaScript):
        return [script]
    found = list(check_script(script, [rule for rule in RULES if selected(rule, config)]))
    if "redisspec" in source.text.lower():
        from redisspec.lint.suppressions import (  # noqa: PLC0415 - few scripts have comments
            suppress_in_lua,
        )

        found = suppress_in_lua(found, script, lambda rule: selected(rule, config))
    return found


def check_script(script: LuaScript, rules: list[Rule]) -> Iterator[Diagnostic]:
    """What the rules say of a script and of the functions that it registers."""
    for rule in rules:
        if rule.lua is None:
            continue
        seen: set[Diagnostic] = set()
        for part in (script, *script.functions):
            for diagnostic in rule.lua(part):
                # A helper that is called in two places is one place of the file.
                if diagnostic not in seen:
                    seen.add(diagnostic)
                    yield diagnostic


def read_file(path: str | os.PathLike[str]) -> SourceText | Diagnostic:
    """The text of a script, in which any bytes may stand; an RS007 where it cannot be read."""
    shown = os.fspath(path)
    whole = Span(shown, 1, 1, 1, 1)
    file = Path(path)
    standing = unsaved_bytes(path)
    if standing is not None:
        return _decoded(shown, standing)
    try:
        if not file.is_file():
            what = "no file" if not file.exists() else "no regular file"
            return invalid_lua(whole, f"`{shown}` is {what}", "name a Lua script")
        size = file.stat().st_size
        if size > MAX_BYTES:
            return invalid_lua(
                whole,
                f"the file has {size:,} bytes; {MAX_BYTES:,} is the most that is read of a script",
                "check that this is the right file",
            )
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        reason, help_ = why(error)
        return invalid_lua(whole, f"`{shown}` cannot be read: {reason}", help_)
    return _decoded(shown, data)


def _decoded(path: str, data: bytes) -> SourceText:
    # Lua's texts are bytes: what is no UTF-8 stays what it is.
    return SourceText(path, data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))
