"""The examples hold to the linter's own rules: all that is below the folder, the programs around the specs too."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint(*paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "redisspec", "lint", *paths, "--output-format", "concise"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_example_is_clean() -> None:
    ran = lint("examples")
    assert (ran.stdout, ran.returncode) == ("no findings\n", 0), ran.stderr


def test_our_own_code_is_clean() -> None:
    ran = lint("redisspec")
    assert (ran.stdout, ran.returncode) == ("no findings\n", 0), ran.stderr
