"""`lint --output-format json` prints a list whatever is wrong: a tool reads standard output alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = {"code", "name", "message", "severity", "filename", "location", "end_location", "fix", "url"}


def lint(folder: Path, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    command = [sys.executable, "-m", "redisspec", "lint", "--output-format", "json", *arguments]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("arguments", [(), ("no/such.yaml",)])
def test_a_missing_spec(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, found = lint(tmp_path, *arguments)
    assert status == 2
    assert [one["code"] for one in found] == ["RS001"]
    assert set(found[0]) == KEYS


def test_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.redisspec]\nselct = []\n")
    status, found = lint(tmp_path)
    assert status == 2
    assert [one["code"] for one in found] == ["RS006"]
