"""Reads Python for a test."""

from collections.abc import Mapping
from textwrap import dedent

from redisspec.ir.flows import Value
from redisspec.readers.python.module import PyCall, PyModule, PyProcedure
from redisspec.readers.python.project import Project
from redisspec.readers.python.read import read_module
from redisspec.source.text import SourceText


def read(text: str, others: Mapping[str, str] | None = None, path: str = "app/main.py") -> PyModule:
    """One file of a project, with the texts of its other files by their paths."""
    texts = {name: dedent(one) for name, one in (others or {}).items()} | {path: dedent(text)}
    project = Project(texts, lambda name: SourceText(name, texts[name]))
    file = project.file(path)
    assert file is not None, "it is no Python"
    return read_module(project, file)


def procedure(module: PyModule, name: str) -> PyProcedure:
    """The function of that name."""
    return next(one for one in module.procedures if one.name == name)


def calls(
    text: str, others: Mapping[str, str] | None = None, name: str | None = None
) -> list[PyCall]:
    """The calls of Redis that one procedure makes: the one called `name`, or the last that makes any."""
    module = read(text, others)
    if name is not None:
        return list(procedure(module, name).calls)
    found = [one for one in module.procedures if one.calls]
    return list(found[-1].calls) if found else []


def told(call: PyCall) -> str:
    """A call on one line: `SET cart:{user}`; what sends no command by its method."""
    return " ".join((call.command or f".{call.method}", *(key.name for key in call.keys)))


def spelled(value: Value) -> str:
    """A value on one line: `..(cart:, user)`, `reply GET`."""
    if value.provenance == "reply":
        return f"reply {value.text}"
    if value.provenance == "formatted":
        return f"{value.text}({', '.join(map(spelled, value.parts))})"
    return value.text or value.provenance
