"""What importing the shop's package costs beyond `import redis`, in fresh processes with bytecode cached."""

from __future__ import annotations

from timing import ROOT, Run, medians, python, verdict

ROUNDS = 40
_BAR_MS = 15


def main() -> None:
    """Print the medians, and what each form costs beyond redis with its bar."""
    shop = ROOT / "examples" / "shop"
    statements = {
        "import redis": "import redis",
        "sync": "import redis; from shop_redis import Shop",
        "sync, every accessor": "import redis; from shop_redis import Shop; "
        "import pkgutil, importlib, shop_redis.keyspaces as found; "
        "[importlib.import_module(f'{found.__name__}.{one.name}') "
        "for one in pkgutil.iter_modules(found.__path__)]",
        "import redis.asyncio": "import redis.asyncio",
        "async": "import redis.asyncio; from shop_redis.aio import Shop",
    }
    seconds = medians(
        {name: Run(python("-c", code), shop) for name, code in statements.items()}, ROUNDS
    )
    plain, awaited = seconds["import redis"], seconds["import redis.asyncio"]
    print(f"  {'import redis':<26}{plain * 1e3:>8.1f} ms")
    print(f"  {'import redis.asyncio':<26}{awaited * 1e3:>8.1f} ms")
    for name, base, bar in (
        ("sync", plain, _BAR_MS),
        ("async", awaited, _BAR_MS),
        ("sync, every accessor", plain, None),
    ):
        beyond = (seconds[name] - base) * 1e3
        print(f"  {name:<26}{beyond:>+8.1f} ms beyond redis   {verdict(beyond, bar)}")


if __name__ == "__main__":
    main()
