"""Read a spec file with all that it includes, and lower it to a program; all mistakes in one run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.program import Program
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.source.text import SourceText, read_source
from redisspec.source.yaml import parse_yaml
from redisspec.spec.grammar import quoted
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.lowering.program import File, lower_program, read_document
from redisspec.spec.paths import INCLUDED, path_below
from redisspec.spec.report import Report
from redisspec.spec.scripts import ScriptText, read_script

MOST_FILES = 1_000
"""Includes end here at the latest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a spec gave.

    `program` is None only where an error leaves nothing to lower; where `diagnostics` has errors
    it holds what could be read, which is enough for lint and too little for generate. `sources`
    (the specs', and the scripts' that operations name) and `nodes` are by path as it is shown in
    spans, in the order read.
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
            report,
            reader.documents,
            reader.hash.hexdigest(),
            tuple(reader.relative),
            reader.scripts,
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
        self.scripts: dict[ScalarNode, ScriptText] = {}
        """The script that each `lua:` names."""
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
        self._count(relative, source.text)
        node, problems = parse_yaml(source)
        self.report.diagnostics.extend(problems)
        if not isinstance(node, MappingNode):
            return None
        self.nodes[source.path] = node
        document = read_document(self.report, File(source.path, node))
        self.documents.append(document)
        self._read_scripts(document, relative)
        return document

    def _count(self, relative: str, text: str) -> None:
        """Have the hash of the program cover a file."""
        self.relative.append(relative)
        self.hash.update(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass"))
        self.hash.update(b"\0")

    def _read_scripts(self, document: Entry, relative: str) -> None:
        operations = document.mapping("operations")
        for _, operation in operations.entries if operations is not None else ():
            item = operation.get("lua") if isinstance(operation, MappingNode) else None
            if not isinstance(item, ScalarNode):
                continue
            script = read_script(self.report, item, relative, self.folder)
            if script is None:
                continue
            self.scripts[item] = script
            if script.source.path not in self.sources:
                self.sources[script.source.path] = script.source
                self._count(script.path, script.source.text)

    def _includes(self, document: Entry, relative: str, trail: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for item in document.items("include"):
            below = path_below(self.report, item, relative, self.folder, INCLUDED)
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
