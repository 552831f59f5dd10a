"""Specs of tests as imported packages, and the records of the model as theirs."""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from redisspec.ir.program import Program
from tests.generated.compiled import program_of, written
from tests.operations.catalogue import SPEC
from tests.operations.model.data import Record

_numbers = count()


@cache
def folder() -> Path:
    """Where packages of this process are written: importable, gone at its end."""
    made = Path(tempfile.mkdtemp(prefix="redisspec-operations-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    sys.path.insert(0, str(made))
    return made


def imported(files: dict[str, str]) -> Any:
    """The files as a package under a name of its own, with its `aio` and `types`."""
    name = f"operations_{next(_numbers)}"
    written(files, folder() / name)
    importlib.invalidate_caches()
    made = importlib.import_module(name)
    importlib.import_module(f"{name}.types")
    importlib.import_module(f"{name}.aio")
    return made


def forget(package: Any) -> None:
    """Take the package off the disk and out of the interpreter: a campaign makes hundreds."""
    name = package.__name__
    for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[module]
    shutil.rmtree(folder() / name, ignore_errors=True)


@cache
def plain() -> tuple[Program, Any]:
    """redis.spec.yaml without operations."""
    from redisspec.codegen import generate  # noqa: PLC0415 - imported where it is paid for

    program = program_of(SPEC)
    return program, imported(generate(program))


def client_class(package: Any) -> Any:
    return package.Diff


def theirs(package: Any, keyspace: str, value: Any) -> Any:
    """A record of the model as the package's own; anything else as it is."""
    if not isinstance(value, Record):
        return value
    name = "".join(part.capitalize() for part in keyspace.split("_"))
    return getattr(package.types, name)(**value.fields)
