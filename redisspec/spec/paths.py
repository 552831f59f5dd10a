"""Paths that a spec names: relative to the file that names them, and never outside the first one's folder."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from redisspec.diagnostics.suggest import nearest
from redisspec.source.nodes import ScalarNode
from redisspec.spec.grammar import quoted
from redisspec.spec.report import Report


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a path is to name, in the words of a message; `suffixes` are those of such files."""

    noun: str
    relative_to: str
    example: str
    suffixes: tuple[str, ...]


INCLUDED = Wanted("included file", "including file", "billing/redis.spec.yaml", (".yaml", ".yml"))
SCRIPT = Wanted("script", "spec", "scripts/take.lua", (".lua",))


def path_below(
    report: Report, item: ScalarNode, relative: str, folder: Path, wanted: Wanted
) -> str | None:
    """The path below `folder` of what the file `relative` names; None where it is refused."""
    text = item.text
    if item.broken or not text.strip():
        report.error(item, "the path of the file is empty", "write one, or drop the line")
        return None
    if "\\" in text:
        report.error(item, "a path is written with `/`", f"write `{text.replace(chr(92), '/')}`")
        return None
    article = "an" if wanted is INCLUDED else "a"
    if text.startswith(("/", "~")) or (len(text) > 1 and text[1] == ":"):
        report.error(
            item,
            f"the path of {article} {wanted.noun} starts at the {wanted.relative_to}, not at the "
            "disk's root",
            f"write it relative to this file, such as `{wanted.example}`",
        )
        return None
    below = posixpath.normpath(str(PurePosixPath(relative).parent / text))
    if below == ".." or below.startswith("../"):
        report.error(
            item,
            f"the {wanted.noun} lies outside the folder of the spec",
            f"move it below that folder, or name {quoted(PurePosixPath(text).name)} in a spec "
            "further up",
        )
        return None
    return below if _is_there(report, item, below, folder, wanted) else None


def _is_there(report: Report, item: ScalarNode, below: str, folder: Path, wanted: Wanted) -> bool:
    target = folder / below
    try:
        inside = target.resolve().is_relative_to(folder.resolve())
        there, is_folder = target.exists(), target.is_dir()
    except (OSError, ValueError, RuntimeError):
        inside, there, is_folder = True, False, False
    if not inside:
        report.error(
            item,
            f"the {wanted.noun} lies outside the folder of the spec (by way of a link)",
            "put the file itself below that folder",
        )
        return False
    if is_folder:
        name = PurePosixPath(wanted.example).name
        report.error(item, f"{quoted(item.text)} is a folder", f"name the file in it: `…/{name}`")
        return False
    if not there:
        near = nearest(target.name, _neighbours(target.parent, wanted.suffixes))
        report.error(
            item,
            f"there is no file {quoted(item.text)} beside this one",
            f"write `{(Path(item.text).parent / near).as_posix()}`"
            if near
            else f"mend the path, which is relative to this file, or write that {wanted.noun}",
        )
    return there


def _neighbours(folder: Path, suffixes: tuple[str, ...]) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.suffix in suffixes)
    except OSError:
        return []
