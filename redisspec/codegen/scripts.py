"""The Lua scripts of a package: those of templates/lua and those of its operations, named by their SHA-1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from redisspec.codegen.python.layout import assignment
from redisspec.codegen.rendering import rendered
from redisspec.source.generated import MARK

_HEADER = f"-- {MARK}. Do not edit.\n"


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A script: its constant in `_scripts.py`, its path below scripts/, its text as it is sent."""

    constant: str
    path: str
    text: str

    @property
    def sha(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


@cache
def template_script(name: str) -> ScriptFile:
    """The script of a template."""
    return ScriptFile(name.upper(), name, _HEADER + rendered(f"lua/{name}.lua"))


def operation_script(name: str, lua: str) -> ScriptFile:
    """The script of an operation, in a folder and under a constant that no template has."""
    return ScriptFile(operation_constant(name), f"operations/{name}", _HEADER + lua)


def operation_constant(name: str) -> str:
    return f"OPERATION_{name.upper()}"


def scripts_module(files: Iterable[ScriptFile], header: str) -> str:
    """`_scripts.py`: a constant a script, and the text of a script by its SHA-1."""
    ordered = sorted(files, key=lambda file: file.constant)
    constants = [line for file in ordered for line in assignment(file.constant, f'"{file.sha}"', 0)]
    table = [f'    {file.constant}: "{file.path}",' for file in ordered]
    return rendered("python/scripts.py.jinja", header=header, constants=constants, table=table)
