"""How long a spec of 1,000 and of 5,000 keyspaces takes to validate, lint and generate, beside PyYAML's C loader."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from large_spec import spec_text
from timing import Run, medians, python, verdict

SIZES = (1_000, 5_000)
ROUNDS = 5

_LOADER = "import yaml; yaml.load(open('redis.spec.yaml', encoding='utf-8'), yaml.CSafeLoader)"

# The least that a command can take: the interpreter's start and the imports of `generate`.
_NO_WORK = "import redisspec.cli.app, redisspec.cli.generate"

# Of PyYAML's time on the same file, whole processes (performance.md). Lint has no bar on specs.
_RATIOS = {
    "validate": 0.6,
    "lint": None,
    "generate, from nothing": 1.5,
    "generate, own fields": 1.5,
    "generate --check": None,
}
_UNCHANGED = "generate, nothing changed"
_UNCHANGED_MS = 50
_GROWTH = 5.5


def main() -> None:
    """Print a table a size, then how the cost grows."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        found = {size: _measured(Path(scratch), size, rounds) for size in SIZES}
    for size in SIZES:
        _print(size, found[size])
    small, large = SIZES
    print(f"\n{small:,} → {large:,} keyspaces: the cost grows by")
    for name in (*_RATIOS, _UNCHANGED):
        grown = found[large][name] / found[small][name]
        print(f"  {name:<26}{grown:>8.2f}x   {verdict(grown, _GROWTH)}")


def _measured(scratch: Path, size: int, rounds: int) -> dict[str, float]:
    text = spec_text(size)
    folders = {name: scratch / f"{size}-{name}" for name in ("fresh", "kept", "own")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "redis.spec.yaml").write_text(text, encoding="utf-8")
    fresh, kept, own = folders["fresh"], folders["kept"], folders["own"]
    (own / "redis.spec.yaml").write_text(spec_text(size, own_fields=True), encoding="utf-8")
    redisspec = python("-m", "redisspec")
    runs = {
        "yaml.load": Run(python("-c", _LOADER), fresh),
        "no work": Run(python("-c", _NO_WORK), fresh),
        "validate": Run([*redisspec, "validate"], fresh),
        "lint": Run([*redisspec, "lint"], fresh),
        "generate, from nothing": Run([*redisspec, "generate"], fresh, _aside(fresh / "shop_redis")),
        "generate, own fields": Run([*redisspec, "generate"], own, _aside(own / "shop_redis")),
        _UNCHANGED: Run([*redisspec, "generate"], kept),
        "generate --check": Run([*redisspec, "generate", "--check"], kept),
    }  # fmt: skip
    return medians(runs, rounds)


def _aside(package: Path) -> Callable[[], None]:
    """Moves the package away; ext4 is slow to make files for minutes after many were deleted."""
    numbers = count()

    def move() -> None:
        if package.exists():
            package.rename(package.with_name(f"old-{next(numbers)}"))

    return move


def _print(size: int, seconds: dict[str, float]) -> None:
    base = seconds["yaml.load"]
    print(f"\n{size:,} keyspaces")
    for name in ("yaml.load", "no work"):
        print(f"  {name:<26}{seconds[name] * 1e3:>8.0f} ms")
    for name, bar in _RATIOS.items():
        ratio = seconds[name] / base
        print(
            f"  {name:<26}{seconds[name] * 1e3:>8.0f} ms{ratio:>8.2f}x yaml.load   {verdict(ratio, bar)}"
        )
    work = (seconds[_UNCHANGED] - seconds["no work"]) * 1e3
    print(
        f"  {_UNCHANGED:<26}{seconds[_UNCHANGED] * 1e3:>8.0f} ms{work:>8.0f} ms of work   {verdict(work, _UNCHANGED_MS)}"
    )


if __name__ == "__main__":
    main()
