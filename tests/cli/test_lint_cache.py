"""`redisspec lint` keeps what it found beside pyproject.toml, unless it is told not to."""

import subprocess
import sys
from pathlib import Path

import pytest

from redisspec.lint.processes import FEW

CODE = "import redis\n\nr = redis.Redis(socket_timeout=2)\nr.keys('*')\n"


def lint(folder: Path, *words: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "redisspec", "lint", "--output-format", "concise", *words],
        cwd=folder, input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "use.py").write_text(CODE)
    for number in range(FEW - 1):
        (tmp_path / "app" / f"more{number}.py").write_text("import json\n")
    (tmp_path / "pyproject.toml").write_text("[tool.redisspec]\nfail-on = 'warning'\n")
    return tmp_path


def test_it_is_kept_beside_pyproject(project: Path) -> None:
    said = lint(project / "app")
    assert (project / ".redisspec_cache" / ".gitignore").read_text().endswith("*\n")
    assert not (project / "app" / ".redisspec_cache").exists()
    assert lint(project / "app") == said


def test_nothing_is_kept_of_a_few_files(project: Path) -> None:
    (project / "app" / "more0.py").unlink()
    lint(project)
    assert not (project / ".redisspec_cache").exists()


@pytest.mark.parametrize("words", [("--no-cache",), ("--stdin-filename", "app/use.py"), ("--fix",)])
def test_nothing_is_kept(project: Path, words: tuple[str, ...]) -> None:
    lint(project, *words, text=CODE)
    assert not (project / ".redisspec_cache").exists()
