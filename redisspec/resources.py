"""Finds the files that are no code: schemas and templates, in a wheel and in a checkout, and the runtime's sources."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).resolve().parent
SCHEMA = "redis.spec.schema.json"


class MissingResourceError(Exception):
    """An installation without one of its own files; the text names the file."""


def schema_text() -> str:
    """The JSON Schema of spec files, as text; raises MissingResourceError."""
    return _text("schemas", SCHEMA)


def template_text(name: str) -> str:
    """A template by its path below templates/, such as "python/client.py.jinja"; raises MissingResourceError."""
    return _text("templates", name)


def templates_folder() -> Path:
    """The folder of the templates; raises MissingResourceError."""
    return _folder("templates")


def runtime_files() -> dict[str, str]:
    """The sources of redisspec/runtime by their path below it ("retry.py"), in sorted order.

    Generated packages carry a copy of them.
    """
    root = _PACKAGE / "runtime"
    paths = sorted(root.rglob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def in_checkout() -> bool:
    """Whether this is the source tree, where the same version may emit something else tomorrow."""
    return not (_PACKAGE / "templates").is_dir()


def _text(kind: str, name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise MissingResourceError(f"{kind}/{name} is outside {kind}/")
    try:
        return (_folder(kind) / path).read_text(encoding="utf-8")
    except OSError as error:
        raise MissingResourceError(f"{kind}/{name} is not there: {error.strerror}") from None


def _folder(kind: str) -> Path:
    """A wheel has the folder inside the package; a checkout, and an editable install, beside it."""
    for folder in (_PACKAGE / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise MissingResourceError(f"redisspec is installed without its {kind}; install it again")
