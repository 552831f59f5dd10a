"""The classes of operations of every kind, held to the checkers that users run, and to their golden text."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generated.compiled import compiled, written
from tests.generated.test_checkers import ROOT, mypy, run
from tests.generated.test_golden import same_as_kept
from tests.server.operations.made import files

CASES = Path(__file__).parents[1] / "cases" / "operations"
PACKAGE = "ops_redis"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the package of the hand-made operations."""
    return written(files(), tmp_path_factory.mktemp("operations") / PACKAGE).parent


@pytest.mark.slow
def test_mypy_strict(folder: Path) -> None:
    mypy(folder, PACKAGE, folder)


@pytest.mark.slow
def test_pyright_strict(folder: Path) -> None:
    settings = {"include": [PACKAGE], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    run("pyright", "--pythonpath", sys.executable, "-p", folder, cwd=folder)


def test_ruff_at_its_defaults(folder: Path) -> None:
    run("ruff", "check", "--isolated", "--no-cache", PACKAGE, cwd=folder)
    run("ruff", "format", "--isolated", "--no-cache", "--check", "--diff", PACKAGE, cwd=folder)


def test_an_operation_is_imported_when_it_is_used(folder: Path) -> None:
    lazy = (
        f"import sys, {PACKAGE}, {PACKAGE}.aio\n"
        "found = [m for m in sys.modules if '.operations' in m or '._records' in m]\n"
        "assert not found, found\n"
    )
    path = os.pathsep.join((str(folder), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", lazy],
        env={**os.environ, "PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


USE = f"""
from uuid import UUID
from {PACKAGE} import Ops, OutOfStock

def use(ops: Ops, order: UUID) -> int:
    with ops.batch() as batch:
        pending = batch.place_order(1, "tea", order, 2)
    left: int = pending.value
    try:
        left += ops.place_order(1, "tea", order, quantity=1)
    except OutOfStock as error:
        left += error.left
    ops.drop_all(1, ("a",), ["a"])
    return left + ops.visit(1, "tea", {{"x"}})
"""


@pytest.mark.slow
def test_calls_are_checked(folder: Path, tmp_path: Path) -> None:
    use = tmp_path / "use.py"
    use.write_text(USE)
    command = ["mypy", "--strict", "--config-file=", f"--cache-dir={folder / '.mypy'}"]
    run(*command, use, cwd=folder)
    use.write_text(USE + "\ndef wrong(ops: Ops) -> str:\n    return ops.echo_int('1')\n")
    with pytest.raises(AssertionError, match="Found 2 errors"):
        run(*command, use, cwd=folder)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.glob("lua*")))
def test_what_is_emitted(case: str) -> None:
    found = {
        f"{path}.txt": text.partition("\n")[2]
        for path, text in compiled(CASES / case / "redis.spec.yaml").items()
        if "operations/" in path and "__init__" not in path
    }
    same_as_kept(CASES / case / "expected", found)


def test_what_is_emitted_for_hand_made_ones() -> None:
    kept = ("place_order", "drop_all", "visit", "state")
    wanted = {f"operations/{name}.py" for name in kept} | {"errors.py", "_records.py"}
    wanted |= {f"{mode}/operations/{name}.py" for mode in ("aio", "batch") for name in kept}
    found = {
        f"{path}.txt": text.partition("\n")[2] for path, text in files().items() if path in wanted
    }
    same_as_kept(CASES / "made" / "expected", found)
