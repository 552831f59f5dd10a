"""The examples hold to the linter's own rules: all that is below the folder, the programs around the specs too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(*paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "redisspec",
            "lint",
            *paths,
            "--no-cache",
            "--output-format",
            "concise",
        ],
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


@pytest.mark.parametrize("example", ["shop", "operations", "api"])
def test_a_generated_package_is_clean(example: str) -> None:
    """A folder's generated packages are left out; here each of their files is named."""
    manifest = next((ROOT / "examples" / example).rglob("redisspec.manifest.json"))
    files = [
        os.fspath(file.relative_to(ROOT))
        for ending in ("*.py", "*.lua")
        for file in manifest.parent.rglob(ending)
    ]
    assert len(files) > 20
    ran = lint(*files)
    assert (ran.stdout, ran.returncode) == ("no findings\n", 0), ran.stderr


def test_the_whole_repository_is_clean() -> None:
    ran = lint(".")
    assert (ran.stdout, ran.returncode) == ("no findings\n", 0), ran.stderr
