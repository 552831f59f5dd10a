"""How long 500 operations take to compile, and a spec with them to validate and generate, beside PyYAML's C loader."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from large_operations import spec_text
from timing import Run, medians, output_of, python, verdict

SIZES = (100, 500)
ROUNDS = 5
_BAR_SECONDS = 1.5
_GROWTH = 5.5

_LOADER = "import yaml; yaml.load(open('redis.spec.yaml', encoding='utf-8'), yaml.CSafeLoader)"

# the compiler alone, in a process of its own: CPU seconds of the first time, as a command pays them
_COMPILE = """
import json, time
from redisspec.spec.load import load_spec
from redisspec.operations.program import compile_all
program = load_spec("redis.spec.yaml").program
started = time.process_time()
made, problems = compile_all(program)
print(json.dumps([time.process_time() - started, len(made), len(problems)]))
"""


def main() -> None:
    """Print a table a size, then how the cost grows."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        found = {size: _measured(Path(scratch), size, rounds) for size in SIZES}
    for size in SIZES:
        print(f"\n{size:,} operations")
        base = found[size]["yaml.load"]
        for name, seconds in found[size].items():
            bar = _BAR_SECONDS * size / SIZES[-1] if name == "compile, CPU" else None
            print(
                f"  {name:<26}{seconds * 1e3:>8.0f} ms{seconds / base:>8.2f}x yaml.load   ", end=""
            )
            print(verdict(seconds, bar))
    small, large = SIZES
    print(f"\n{small:,} → {large:,} operations: the cost grows by")
    for name in found[small]:
        grown = found[large][name] / found[small][name]
        print(f"  {name:<26}{grown:>8.2f}x   {verdict(grown, _GROWTH)}")


def _measured(scratch: Path, size: int, rounds: int) -> dict[str, float]:
    folders = {name: scratch / f"{size}-{name}" for name in ("fresh", "kept")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "redis.spec.yaml").write_text(spec_text(size), encoding="utf-8")
    fresh, kept = folders["fresh"], folders["kept"]
    redisspec = python("-m", "redisspec")
    numbers = iter(range(1_000_000))

    def aside() -> None:
        if (fresh / "shop_redis").exists():
            (fresh / "shop_redis").rename(fresh / f"old-{next(numbers)}")

    taken = medians(
        {
            "yaml.load": Run(python("-c", _LOADER), fresh),
            "validate": Run([*redisspec, "validate"], fresh),
            "generate, from nothing": Run([*redisspec, "generate"], fresh, aside),
            "generate, nothing changed": Run([*redisspec, "generate"], kept),
            "generate --check": Run([*redisspec, "generate", "--check"], kept),
        },
        rounds,
    )
    compiled = []
    for _ in range(rounds):
        seconds, made, problems = json.loads(output_of(python("-c", _COMPILE), fresh))
        if (made, problems) != (size, 0):
            sys.exit(f"{made} of {size} operations compile, with {problems} problems")
        compiled.append(seconds)
    taken["compile, CPU"] = sorted(compiled)[len(compiled) // 2]
    return taken


if __name__ == "__main__":
    main()
