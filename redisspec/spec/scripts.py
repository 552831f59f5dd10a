"""The Lua scripts that operations name: read beside the spec, or refused in one diagnostic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from redisspec.source.files import unsaved_bytes
from redisspec.source.nodes import ScalarNode
from redisspec.source.text import SourceText
from redisspec.spec.grammar import quoted
from redisspec.spec.paths import SCRIPT, path_below
from redisspec.spec.report import Report

MAX_BYTES = 1024 * 1024
"""A script over this size is refused unread: a server compiles it whole, between its clients."""


@dataclass(frozen=True, slots=True)
class ScriptText:
    """A script that was read: its path below the spec's folder, and its text with LF line ends."""

    path: str
    source: SourceText
    text: str


def read_script(report: Report, item: ScalarNode, relative: str, folder: Path) -> ScriptText | None:
    """The script that `item`, in the file `relative`, names; None where that was reported."""
    below = path_below(report, item, relative, folder, SCRIPT)
    if below is None:
        return None
    shown = quoted(item.text)
    if not below.endswith(".lua") or not below.isprintable():
        report.error(item, f"{shown} is no Lua script", "name a file that ends in `.lua`")
        return None
    target = folder / below
    standing = unsaved_bytes(target)
    if standing is not None:
        return _decoded(report, item, below, str(target), standing)
    try:
        if not target.is_file():
            report.error(item, f"{shown} is no file", "write the script to a file and name that")
            return None
        size = target.stat().st_size
        if size > MAX_BYTES:
            report.error(
                item,
                f"the script has {size:,} bytes; {MAX_BYTES:,} is the most that is read",
                "check that this is the right file",
            )
            return None
        data = target.read_bytes()
    except OSError as error:
        report.error(item, f"{shown} cannot be read: {error.strerror}")
        return None
    return _decoded(report, item, below, str(target), data)


def _decoded(
    report: Report, item: ScalarNode, below: str, path: str, data: bytes
) -> ScriptText | None:
    shown = quoted(item.text)
    try:
        found = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.error(
            item,
            f"{shown} is not UTF-8: byte 0x{data[error.start]:02x} in line {line}",
            "save it as UTF-8; write other bytes of a string as `\\233`",
        )
        return None
    source = SourceText(path, found)
    text = found.replace("\r\n", "\n")
    if "\0" in text:
        report.error(item, f"a NUL byte stands in {shown}", "write it as `\\0` in a string")
        return None
    if not text.strip():
        report.error(item, f"the script {shown} is empty", "write the steps into it")
        return None
    if text.startswith("#"):
        report.error(
            item,
            f"{shown} begins with {quoted(source.line(1))}, a line of functions and not of Lua",
            "drop the line: what is generated sends the script as it stands",
        )
        return None
    return ScriptText(below, source, text if text.endswith("\n") else f"{text}\n")
