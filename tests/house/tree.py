"""The project's own files, with or without version control."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = shutil.ignore_patterns(
    *(".git", ".venv*", ".servers", "__pycache__", "*.pyc", "dist", "build", "node_modules"),
    *(".*_cache", ".hypothesis", ".coverage*"),
)


@cache
def tracked() -> tuple[Path, ...]:
    """The files under version control; in a plain copy, all that are no by-products."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout.split("\0")
        return tuple(sorted(ROOT / name for name in listed if name and (ROOT / name).is_file()))
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> list[Path]:
    names = [path.name for path in folder.iterdir()]
    skipped = NOT_OURS(str(folder), names)
    found: list[Path] = []
    for name in names:
        path = folder / name
        if name in skipped:
            continue
        found += _walk(path) if path.is_dir() else [path]
    return found


def plain_copy(target: Path) -> Path:
    """The tree as an archive would hold it: no version control, no by-products."""
    shutil.copytree(ROOT, target, ignore=NOT_OURS)
    return target
