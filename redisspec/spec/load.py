"""Read a spec file with all that it includes, and lower it to a program; all mistakes in one run."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.diagnostics.suggest import nearest
from redisspec.ir.program import Program
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.source.text import SourceText, read_source
from redisspec.source.yaml import parse_yaml
from redisspec.spec.grammar import quoted
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.lowering.program import File, lower_program, read_document
from redisspec.spec.report import Report

MOST_FILES = 1_000
"""Includes end here at the latest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a spec gave.

    `program` is None only where an error leaves nothing to lower; where `diagnostics` has errors
    it holds what could be read, which is enough for lint and too little for generate. `sources`
    and `nodes` are by path as it is shown in spans, in the order read.
    """

    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)


def load_spec(path: str | os.PathLike[str]) -> Loaded:
    """Load the spec at `path` (relative stays relative in every message). Never raises for input."""
    reader = _Reader(os.fspath(path))
    reader.read()
    report = reader.report
    program = None
    if reader.documents and reader.root_is_sound:
        program = lower_program(
            report, reader.documents, reader.hash.hexdigest(), tuple(reader.relative)
        )
    diagnostics = sorted(report.diagnostics, key=lambda found: _order(reader.sources, found))
    return Loaded(program, tuple(diagnostics), report.masked(reader.sources), reader.nodes)


def _order(sources: Mapping[str, SourceText], found: Diagnostic) -> tuple[int, int, int, str]:
    files = list(sources)
    place = files.index(found.span.file) if found.span.file in sources else len(files)
    return place, found.span.line, found.span.column, found.code


class _Reader:
    """Reads the files of a program: the one that was named, then what each includes, in order."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.folder = Path(path).parent
        self.report = Report()
        self.sources: dict[str, SourceText] = {}
        self.nodes: dict[str, Node] = {}
        self.documents: list[Entry] = []
        self.relative: list[str] = []
        self.root_is_sound = False
        self.hash = sha256()
        self._asked: dict[str, ScalarNode] = {}
        """Where each file was asked for, by its path below the first one's folder."""

    def read(self) -> None:
        name = Path(self.path).name
        waiting: list[tuple[str, tuple[str, ...]]] = [(name, ())]
        while waiting:
            relative, trail = waiting.pop(0)
            document = self._file(relative)
            if document is None:
                continue
            if not trail:
                self.root_is_sound = True
            # Depth first, so that files come in the order in which a reader meets them.
            waiting = [
                (below, (*trail, relative)) for below in self._includes(document, relative, trail)
            ] + waiting

    def _file(self, relative: str) -> Entry | None:
        # The first file keeps the spelling that the user typed.
        source = read_source(str(self.folder / relative) if self.sources else self.path)
        if isinstance(source, Diagnostic):
            self.report.diagnostics.append(source)
            return None
        self.sources[source.path] = source
        self.relative.append(relative)
        self.hash.update(source.text.replace("\r\n", "\n").encode("utf-8", "surrogatepass"))
        self.hash.update(b"\0")
        node, problems = parse_yaml(source)
        self.report.diagnostics.extend(problems)
        if not isinstance(node, MappingNode):
            return None
        self.nodes[source.path] = node
        document = read_document(self.report, File(source.path, node))
        self.documents.append(document)
        return document

    def _includes(self, document: Entry, relative: str, trail: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for item in document.items("include"):
            below = self._below(item, relative)
            if below is None:
                continue
            if below == relative or below in trail:
                self.report.error(
                    item,
                    f"{quoted(item.text)} includes itself"
                    if below == relative
                    else f"{quoted(item.text)} includes this file already",
                    "drop this line",
                )
            elif below in self._asked:
                self.report.error(
                    item,
                    f"{quoted(item.text)} is included twice",
                    "drop this line",
                    (Related(self._asked[below].span, "the first"),),
                )
            elif len(self._asked) >= MOST_FILES:
                self.report.error(item, f"more than {MOST_FILES:,} files are included")
            else:
                self._asked[below] = item
                found.append(below)
        return found

    def _below(self, item: ScalarNode, relative: str) -> str | None:
        """The path of an included file below the first file's folder; None where it is refused."""
        text = item.text
        if item.broken or not text.strip():
            self.report.error(item, "the path of the file is empty", "write one, or drop the line")
            return None
        if "\\" in text:
            self.report.error(
                item, "a path is written with `/`", f"write `{text.replace(chr(92), '/')}`"
            )
            return None
        if text.startswith(("/", "~")) or (len(text) > 1 and text[1] == ":"):
            self.report.error(
                item,
                "the path of an included file starts at the including file, not at the disk's root",
                "write it relative to this file, such as `billing/redis.spec.yaml`",
            )
            return None
        below = posixpath.normpath(str(PurePosixPath(relative).parent / text))
        if below == ".." or below.startswith("../"):
            self.report.error(
                item,
                "the included file lies outside the folder of the spec",
                f"move it below that folder, or name {quoted(PurePosixPath(text).name)} in a spec "
                "further up",
            )
            return None
        return below if self._is_there(item, below) else None

    def _is_there(self, item: ScalarNode, below: str) -> bool:
        target = self.folder / below
        try:
            inside = target.resolve().is_relative_to(self.folder.resolve())
            there, folder = target.exists(), target.is_dir()
        except (OSError, ValueError, RuntimeError):
            inside, there, folder = True, False, False
        if not inside:
            self.report.error(
                item,
                "the included file lies outside the folder of the spec (by way of a link)",
                "put the file itself below that folder",
            )
            return False
        if folder:
            self.report.error(
                item, f"{quoted(item.text)} is a folder", "name the file in it: `…/redis.spec.yaml`"
            )
            return False
        if not there:
            near = nearest(target.name, _neighbours(target.parent))
            self.report.error(
                item,
                f"there is no file {quoted(item.text)} beside this one",
                f"write `{(Path(item.text).parent / near).as_posix()}`" if near else None,
            )
        return there


def _neighbours(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.suffix in {".yaml", ".yml"})
    except OSError:
        return []
