"""The import contracts of pyproject.toml hold, and would not if somebody broke them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import NOT_OURS, ROOT


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "imports", "contract"),
    [
        ("ir/bad.py", "import redis", "the IR needs neither"),
        ("ir/bad.py", "import redisspec.spec.load", "each layer imports only"),
        ("runtime/bad.py", "import redisspec.ir.slot", "each layer imports only"),
        ("lint/bad.py", "import redis.asyncio", "only runtime and live import redis"),
        ("cli/bad.py", "from jinja2 import Environment", "only codegen imports jinja2"),
        ("unheard_of/__init__.py", "", "each layer imports only"),
    ],
)
def test_a_broken_contract_is_seen(
    tmp_path: Path, module: str, imports: str, contract: str
) -> None:
    shutil.copytree(ROOT / "redisspec", tmp_path / "redisspec", ignore=NOT_OURS)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "redisspec" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{imports}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), done.stdout
