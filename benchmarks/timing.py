"""Times whole processes, one after the other in turn, so that a ratio's two sides share the machine's mood."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


# redisspec is timed as it is installed: laid out as in a wheel, with its bytecode cached.
_SITE = tempfile.TemporaryDirectory(prefix="redisspec-bench-")
shutil.copytree(
    ROOT / "redisspec", Path(_SITE.name, "redisspec"), ignore=shutil.ignore_patterns("__pycache__")
)
for _folder in ("schemas", "templates"):
    shutil.copytree(ROOT / _folder, Path(_SITE.name, "redisspec", _folder))
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": _SITE.name,
    "PYTHONHASHSEED": "0",
    "PYTHONPYCACHEPREFIX": os.fspath(Path(_SITE.name, "bytecode")),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A command to time; `before` makes its starting point and is not counted."""

    command: Sequence[str]
    folder: Path
    before: Callable[[], None] | None = None


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]


def medians(runs: Mapping[str, Run], rounds: int) -> dict[str, float]:
    """Seconds a run, the median of `rounds`, after one round that warms the caches."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            seconds = _once(run)
            if number:
                taken[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _once(run: Run) -> float:
    if run.before is not None:
        run.before()
    started = time.perf_counter()
    output_of(run.command, run.folder)
    return time.perf_counter() - started


def output_of(command: Sequence[str], folder: Path) -> str:
    """What the command prints; a command that fails ends the benchmark."""
    done = subprocess.run(
        command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def verdict(value: float, bar: float | None) -> str:
    """`pass` or `MISS` beside the bar, or nothing where there is none yet."""
    if bar is None:
        return ""
    return f"≤ {bar:g}  {'pass' if value <= bar else 'MISS'}"
