"""Which files of a run can touch Redis at all: the others need not be parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from redisspec.readers.python.imports import Heard, Written, is_package

if TYPE_CHECKING:
    from redisspec.readers.python.project import Project

_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py$")


def is_test(path: str) -> bool:
    """Whether a file's name or folder says that it holds tests."""
    return _TEST.search(path.replace("\\", "/")) is not None


def relevant(
    paths: Iterable[str],
    known: Iterable[str],
    read: Callable[[str], bytes | None],
    project: Project,
) -> dict[str, tuple[str, ...]]:
    """Those of `paths` that speak of Redis, or import files of the project that do, in their order.

    With each that is silent itself come the files that it imports and that speak: where none of them is found
    to use Redis, neither does it. `known` are further files of the project. What a file imports is followed
    one step: from a file that is no business of the linter's no way leads to another such file.
    """
    speaking: set[str] = set()
    names: set[bytes] = set()
    silent: dict[str, tuple[Written, ...]] = {}
    wanted = list(paths)
    for path in dict.fromkeys((*wanted, *known)):
        if project.is_library(path):
            silent[path] = ()
            continue
        heard = project.heard.get(path)
        if heard is None:
            data = read(path)
            # Whatever is wrong with one that cannot be read, the linter says so.
            heard = project.heard[path] = Heard(True, ()) if data is None else project.hear(data)
        if heard.speaks:
            speaking.add(path)
            names.add(_module(path))
        else:
            silent[path] = heard.imports
    leads: dict[str, tuple[str, ...]] = {path: () for path in wanted if path in speaking}
    packages = [path for path in silent if is_package(path)]
    while packages:
        # Packages that hand on what stands in other files: the next round looks for who imports them.
        more = {
            path: led
            for path in packages
            if (led := _led(path, silent[path], names, speaking, project))
        }
        if not more:
            break
        speaking.update(more)
        names.update(_module(path) for path in more)
        leads.update(more)
        packages = [path for path in packages if path not in more]
    found: dict[str, tuple[str, ...]] = {}
    for path in wanted:
        its = leads.get(path)
        if its is None:
            its = _led(path, silent[path], names, speaking, project)
            if not its:
                continue
        found[path] = its
    return found


def _led(
    path: str,
    written: Iterable[Written],
    names: set[bytes],
    speaking: set[str],
    project: Project,
) -> tuple[str, ...]:
    """The files that a file imports and that speak; the last names are compared before any is looked up."""
    return tuple(
        dict.fromkeys(
            one
            for each in written
            if not names.isdisjoint((each[1].rpartition(b".")[2], *each[2]))
            for one in project.named(path, each)
            if one in speaking
        )
    )


def _module(path: str) -> bytes:
    """The last part of a module's name."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    stem = name.rpartition(".")[0]
    return (folder.rpartition("/")[2] if stem == "__init__" else stem).encode(
        "utf-8", "surrogateescape"
    )
