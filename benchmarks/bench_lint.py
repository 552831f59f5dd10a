"""`redisspec lint` beside `ruff check` on one tree of a million lines or more, interleaved, as ratios.

The tree is the standard library and the packages of this interpreter, or the folders that are named after the program.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from timing import Run, medians, python, verdict

ROUNDS = 5
BARS = {"redisspec lint --no-cache": 1 / 1.5, "redisspec lint, its cache warm": 1 / 10}
"""Ours over `ruff check --no-cache`, without and with a cache of ours."""


def main() -> None:
    """Print the medians, and ours over ruff's with its bar."""
    folders = [Path(word) for word in sys.argv[1:]]
    folders = folders or [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    with tempfile.TemporaryDirectory(prefix="redisspec-bench-lint-") as name:
        tree = Path(name)
        lines = _copied(folders, tree)
        ruff = python("-m", "ruff")
        settings = ["--isolated", "--exit-zero", "--quiet"]
        ours = [*python("-m", "redisspec"), "lint", "--exit-zero"]
        seconds = medians(
            {
                "redisspec lint --no-cache": Run([*ours, "--no-cache", "."], tree),
                "redisspec lint, its cache warm": Run([*ours, "."], tree),
                "ruff check --no-cache": Run([*ruff, "check", "--no-cache", *settings, "."], tree),
                "ruff check, its cache warm": Run([*ruff, "check", *settings, "."], tree),
            },
            ROUNDS,
        )
    print(f"  {lines:,} lines")
    cold = seconds["ruff check --no-cache"]
    for what, taken in seconds.items():
        ratio = taken / cold
        print(f"  {what:<32}{taken:>7.2f} s{ratio:>8.2f}x   {verdict(ratio, BARS.get(what))}")


def _copied(folders: list[Path], tree: Path) -> int:
    """Copy the Python below folders into the tree; how many lines that is."""
    lines = 0
    for number, folder in enumerate(folders):
        for file in folder.rglob("*.py"):
            target = tree / f"part{number}" / file.relative_to(folder)
            if "site-packages" in target.relative_to(tree).parts:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            lines += target.read_bytes().count(b"\n")
    return lines


if __name__ == "__main__":
    main()
