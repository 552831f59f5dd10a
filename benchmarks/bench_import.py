"""What importing the shop's package costs beyond `import redis`, in fresh processes with bytecode cached."""

from __future__ import annotations

import statistics

from timing import ROOT, output_of, python, verdict

ROUNDS = 30
_BAR_MS = 15

# The clock starts when redis is there: beside its 200 ms the package's own would drown in noise.
_PROGRAM = """
import time, {redis}
started = time.perf_counter()
{statement}
print((time.perf_counter() - started) * 1e3)
"""
_EVERY_ACCESSOR = """
import importlib, pkgutil, shop_redis.keyspaces as found
for one in pkgutil.iter_modules(found.__path__):
    importlib.import_module(f"{found.__name__}.{one.name}")
"""
_FORMS = {
    "sync": ("redis", "from shop_redis import Shop", _BAR_MS),
    "async": ("redis.asyncio", "from shop_redis.aio import Shop", _BAR_MS),
    "sync, every accessor": ("redis", "from shop_redis import Shop" + _EVERY_ACCESSOR, None),
}


def main() -> None:
    """Print the medians with their bar."""
    taken: dict[str, list[float]] = {name: [] for name in _FORMS}
    for number in range(ROUNDS + 1):
        for name, (redis, statement, _) in _FORMS.items():
            program = _PROGRAM.format(redis=redis, statement=statement)
            beyond = float(output_of(python("-c", program), ROOT / "examples" / "shop"))
            if number:  # the first round fills the bytecode cache
                taken[name].append(beyond)
    for name, (_, _, bar) in _FORMS.items():
        median = statistics.median(taken[name])
        print(f"  {name:<26}{median:>8.1f} ms beyond redis   {verdict(median, bar)}")


if __name__ == "__main__":
    main()
