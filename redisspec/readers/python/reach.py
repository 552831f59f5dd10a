"""Which names of a file come from files of the project that use Redis, through packages that hand them on too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.readers.python.files import PyFile


def uses_redis(file: PyFile) -> bool:
    """Whether a file calls Redis, or is a package's own that imports names from one that does."""
    return file.uses_redis or (file.is_package and bool(redis_names(file)))


def redis_names(file: PyFile) -> frozenset[str]:
    """The names of a file that come from files of the project that use Redis."""
    found = file.redis_names
    if found is None:
        # Packages that import each other: who is asked again meanwhile knows nothing yet.
        file.redis_names = frozenset()
        names = set()
        for name, (module, attribute, level) in file.imports.items():
            inside = None
            if attribute is not None:
                dotted = f"{module}.{attribute}" if module else attribute
                inside = _using(dotted, level, file)
            if inside is None and (module or level):
                inside = _using(module, level, file)
            if inside is not None and inside is not file:
                names.add(name)
        for dotted in file.whole:
            if _using(dotted, 0, file) is not None:
                names.add(dotted.partition(".")[0])
        for module, level in file.stars:
            inside = _using(module, level, file)
            if inside is not None and inside is not file:
                names.update(inside.top)
        found = file.redis_names = frozenset(_with_users(file, names))
    return found


def _using(dotted: str, level: int, importer: PyFile) -> PyFile | None:
    """The project's file that an import names, if it uses Redis: those that do not speak of it are not parsed."""
    file = importer.project.speaking(dotted, level, importer)
    return file if file is not None and uses_redis(file) else None


def _with_users(file: PyFile, names: set[str]) -> set[str]:
    """The names, and those at the file's top that stand for what uses one of them."""
    own = {
        name: used
        for name, statements in file.top.items()
        if (used := frozenset[str]().union(*(file.inside(one)[0] for one in statements)))
    } if names else {}  # fmt: skip
    grown = True
    while grown:
        more = {name for name, used in own.items() if name not in names and used & names}
        names |= more
        grown = bool(more)
    return names
