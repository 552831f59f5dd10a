"""The Python files of a run, found by the names that imports have for them, and parsed when they are first asked for."""

from __future__ import annotations

import ast
import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from redisspec.readers.python.files import PyFile
from redisspec.readers.python.imports import Heard, Written, hear, is_package
from redisspec.readers.python.newer import in_older_words
from redisspec.source.text import SourceText

_LIBRARIES = (("redis",), ("valkey",))
LIBRARY = ("client", "connection", "exceptions", "lock", "sentinel")
"""The modules by which a folder `redis` is the library, and not a project's own package of this name."""


class Project:
    """The Python files of a run, found by module name and parsed when they are first asked for.

    `paths` are all files; `read` gives a file's text, or None where it has none that can be used. `heard` is
    what is known of files that were not parsed, `opened` what was looked at since `begin`.
    """

    def __init__(self, paths: Iterable[str], read: Callable[[str], SourceText | None]) -> None:
        self._read = read
        self._files: dict[str, PyFile | None] = {}
        self._by_name: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._paths: dict[tuple[str, ...], str] = {}
        for path in paths:
            self._add(path)
        self._libraries = frozenset(
            module[:-1]
            for module in self._by_name.get("sentinel", ())
            if self._is_library(module[:-1])
        )
        self._speaks: dict[str, bool] = {}
        self.heard: dict[str, Heard] = {}
        self._declared: dict[str, PyFile] = {}
        self._overlaid: dict[str, PyFile] = {}
        self.opened: dict[str, None] = {}

    def _add(self, path: str) -> None:
        parts = _parts(path)
        if not parts or not parts[-1].endswith(".py"):
            return
        stem = parts[-1][:-3]
        module = parts[:-1] if stem == "__init__" else (*parts[:-1], stem)
        if module:
            self._paths.setdefault(module, path)
            self._by_name[module[-1]].append(module)

    def _is_library(self, folder: tuple[str, ...]) -> bool:
        return folder[-1:] in _LIBRARIES and all((*folder, name) in self._paths for name in LIBRARY)

    def is_library(self, path: str) -> bool:
        """Whether a file is of a copy of redis-py or valkey-py: what sends commands is no use of Redis."""
        if not self._libraries:
            return False
        parts = _parts(path)
        return any(parts[:length] in self._libraries for length in range(1, len(parts)))

    def declare(self, modules: Mapping[str, str]) -> None:
        """Let these texts stand for modules outside the project, or for names of modules in it."""
        for dotted, text in modules.items():
            source = SourceText(f"<{dotted}>", text)
            file = PyFile(source, ast.parse(text), self, stands_for=dotted)
            self._declared[dotted] = file
            inside = self.path_of(dotted, 0, "")
            if inside is not None:
                self._overlaid[inside] = file

    def declared(self, file: PyFile, name: str) -> PyFile | None:
        """What stands for a file of the project where one of its names is declared."""
        over = self._overlaid.get(file.source.path) if self._overlaid else None
        return over if over is not None and name in over.top else None

    def is_declared(self, dotted: str) -> bool:
        """Whether a module outside the project is declared."""
        return dotted in self._declared

    def hear(self, data: bytes) -> Heard:
        """What a file's bytes say; the names of declared modules speak of Redis."""
        for dotted in self._declared:
            if dotted.rpartition(".")[2].encode() in data:
                return Heard(True, ())
        return hear(data)

    def begin(self) -> None:
        """Forget what the reading of other files has found out, but for what stands in each file by itself.

        What is learned of names and objects may depend on where the reader came from; so the reading of a file
        begins anew, and says the same whichever files were read before.
        """
        for file in (*self._files.values(), *self._declared.values()):
            if file is not None:
                file.forget()
        self._speaks.clear()
        self.opened.clear()

    def file(self, path: str) -> PyFile | None:
        """The parsed file, or None where it is no Python that can be read."""
        if path not in self._files:
            self._files[path] = None
            source = self._read(path)
            tree = None if source is None else parse(source.text)
            if source is not None and tree is not None:
                self._files[path] = PyFile(source, tree, self)
        self.opened[path] = None
        return self._files[path]

    def keep(self, file: PyFile) -> None:
        """Hold a file that was parsed already."""
        self._files[file.source.path] = file

    def module(self, dotted: str, level: int, importer: PyFile) -> PyFile | None:
        """The project's file that an import names, or None where it lies outside."""
        path = self.path_of(dotted, level, importer.source.path)
        if path is None and not level and dotted in self._declared:
            return self._declared[dotted]
        if path is None or not (self._speaks_of(importer.source.path) or self._speaks_of(path)):
            # From a file that is no business of ours no way leads to another such file.
            return None
        return self.file(path)

    def speaking(self, dotted: str, level: int, importer: PyFile) -> PyFile | None:
        """The same, if the file speaks of Redis at all: others are not parsed for this."""
        path = self.path_of(dotted, level, importer.source.path)
        if path is None:
            return None if level else self._declared.get(dotted)
        if path in self._overlaid:
            return self._overlaid[path]
        return self.file(path) if self._speaks_of(path) else None

    def _speaks_of(self, path: str) -> bool:
        """Whether a file speaks of Redis, or is a package's own that imports one that does."""
        self.opened[path] = None
        if path not in self._speaks:
            heard = self.heard.get(path)
            if heard is None:
                source = self._read(path)
                text = "" if source is None else source.text
                heard = self.heard[path] = self.hear(text.encode("utf-8", "surrogatepass"))
            # Packages that import each other: who is asked again meanwhile is silent.
            self._speaks[path] = heard.speaks
            if not heard.speaks and is_package(path):
                led = (one for each in heard.imports for one in self.named(path, each))
                self._speaks[path] = any(self._speaks_of(one) for one in led)
        return self._speaks[path]

    def named(self, importer: str, written: Written) -> Iterator[str]:
        """The files of the project that an import may name."""
        level, module, inner = written
        for dotted in (module, *(module + b"." + name if module else name for name in inner)):
            found = self.path_of(dotted.decode("utf-8", "replace"), level, importer)
            if found is not None:
                yield found

    def path_of(self, dotted: str, level: int, importer: str) -> str | None:
        """The path of the file that an import in another file names."""
        wanted = tuple(part for part in dotted.split(".") if part)
        if level:
            folder = _parts(importer)[: -level or None]
            return self._paths.get((*folder, *wanted))
        if not wanted:
            return None
        best: tuple[str, ...] | None = None
        near = _parts(importer)
        for module in self._by_name.get(wanted[-1], ()):
            if module[-len(wanted) :] != wanted:
                continue
            if best is None or _shared(module, near) > _shared(best, near):
                best = module
        if best is None or (len(wanted) == 1 and not self._beside(best, importer)):
            return None
        # What is imported from the library is known without reading its source.
        return None if self.is_library(self._paths[best]) else self._paths[best]

    def _beside(self, module: tuple[str, ...], importer: str) -> bool:
        """A module of one name is the project's only where it lies at a root that the importer shares.

        A folder that is a package is no root: `import redis` in shop/redis.py is not that file.
        """
        folder, root = _parts(importer)[:-1], module[:-1]
        own = self._paths[module] == importer
        return not own and root not in self._paths and folder[: len(root)] == root


def _parts(path: str) -> tuple[str, ...]:
    # Some ten times as fast as a PurePath, and asked of every file of a run.
    return tuple(part for part in os.path.normpath(path).replace(os.sep, "/").split("/") if part)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def parse(text: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python that this interpreter knows of."""
    tree = parse_exactly(text)
    if tree is not None:
        return tree
    older = in_older_words(text)
    return None if older == text else parse_exactly(older)


def parse_exactly(text: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python of this interpreter's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
