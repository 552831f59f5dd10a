"""What is generated for everything that the language can say, held to the checkers that users run."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

ROOT = Path(__file__).parents[2]

# the part of types-redis that meets generated code: a client's two methods, typed its own way
SHADOW = """
from typing import Any, Callable
from redis import asyncio as asyncio, backoff as backoff, exceptions as exceptions, retry as retry
def __getattr__(name: str) -> Any: ...
class Redis:
    def __init__(self, host: str = ..., port: int = ...) -> None: ...
    def execute_command(self, *args: Any, **options: Any) -> Any: ...
    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Any: ...
"""


def run(*command: object, cwd: Path, **variables: str) -> str:
    """What a command wrote; AssertionError with it where it failed."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=cwd,
        env={**os.environ, "MYPYPATH": f"{cwd}{os.pathsep}{ROOT}", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return done.stdout


def mypy(folder: Path, package: str, cache: Path, **variables: str) -> str:
    return run(
        "mypy", "--strict", "--config-file=", f"--cache-dir={cache / '.mypy'}", "-p", package,
        cwd=folder, **variables,
    )  # fmt: skip


@pytest.mark.slow
def test_mypy_strict(all_folder: Path) -> None:
    mypy(all_folder, "all_redis", all_folder)


@pytest.mark.slow
def test_mypy_strict_with_stubs_that_shadow_redis(all_folder: Path, tmp_path: Path) -> None:
    if find_spec("redis-stubs") is not None:  # types-redis itself is there: the test above had it
        pytest.skip("types-redis is installed")
    stubs = tmp_path / "redis"
    stubs.mkdir()
    (stubs / "__init__.pyi").write_text(SHADOW)
    for name in ("asyncio", "backoff", "retry", "cluster", "sentinel", "crc"):
        (stubs / f"{name}.pyi").write_text(
            "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n"
        )
    classes = [kind for kind in vars(redis.exceptions).values() if isinstance(kind, type)]
    lines = [f"class {kind.__name__}({kind.__base__.__name__}): ..." for kind in classes]
    (stubs / "exceptions.pyi").write_text("\n".join(lines))
    path = os.pathsep.join(map(str, (tmp_path, all_folder, ROOT)))
    # the runtime alone knows redis; the rest sees Protocols
    mypy(all_folder, "all_redis._runtime", tmp_path, MYPYPATH=path)


@pytest.mark.slow
def test_pyright_strict(all_folder: Path) -> None:
    settings = {
        "include": ["all_redis"],
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    (all_folder / "pyrightconfig.json").write_text(json.dumps(settings))
    run("pyright", "--pythonpath", sys.executable, "-p", all_folder, cwd=all_folder)


def test_ruff_at_its_defaults(all_folder: Path) -> None:
    run("ruff", "check", "--isolated", "--no-cache", "all_redis", cwd=all_folder)


def test_ruff_formats_nothing(all_folder: Path) -> None:
    run(
        "ruff",
        "format",
        "--isolated",
        "--no-cache",
        "--check",
        "--diff",
        "all_redis",
        cwd=all_folder,
    )


IMPORTS_ALL = """
import importlib, pkgutil, sys
import all_redis
names = [m.name for m in pkgutil.walk_packages(all_redis.__path__, "all_redis.")]
for name in names:
    importlib.import_module(name)
foreign = {"pydantic", "yaml", "jinja2", "redisspec"} & set(sys.modules)
assert not foreign, foreign
print(len(names))
"""


def test_every_module_imports_with_redis_alone(all_folder: Path, all_files: dict[str, str]) -> None:
    path = os.pathsep.join((str(all_folder), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORTS_ALL],
        env={**os.environ, "PYTHONPATH": path},
        cwd=all_folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules = sum(path.endswith(".py") for path in all_files)
    assert int(done.stdout) == modules - 1  # the package itself
