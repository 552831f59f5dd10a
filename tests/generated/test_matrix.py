"""Every structure with every refresh, TTL and bound: what is generated compiles and keeps its promises."""

import re
from itertools import product
from pathlib import Path

from tests.generated.compiled import compiled

SHAPES = {
    "string": "value: str",
    "counter": "floor: 0",
    "hash": "fields: {a: int, b: str | none}",
    "map": "map: {str: int}",
    "list": "item: int",
    "set": "member: int",
    "sorted_set": "member: int",
    "stream": "fields: {a: int}",
    "hyperloglog": "element: int",
    "bitmap": "",
    "geo": "member: int",
    "bloom_filter": "member: int, capacity: 100, error_rate: 1%",
}
LIFETIMES = {
    "plain": "{for: 1h, refresh: %s}",
    "jitter": "{for: 1h, jitter: 10%%, refresh: %s}",
    "max": "{for: 1h, max: 2h, refresh: %s}",
}
REFRESHES = ("on_write", "on_access", "never")
TRIMMED = ("list", "sorted_set", "stream")
BOUNDED = (*TRIMMED, "map", "set", "bitmap", "geo")


def keyspaces() -> list[str]:
    """One line a keyspace."""
    out: list[str] = []
    for shape, parameters in product(SHAPES, (False, True)):
        bounds = ["", *(["max_items: 7"] if shape in BOUNDED else [])]
        bounds += ["max_items: 7, when_full: reject"] if shape in TRIMMED else []
        lives = [
            f"ttl: {text % refresh}" for text, refresh in product(LIFETIMES.values(), REFRESHES)
        ]
        for bound, life in product(bounds, [*lives, "ttl: never, reason: r"]):
            name = f"k{len(out)}_{shape}"
            key = f"{name}:<id:int>" if parameters else name
            structure = "hash" if shape == "map" else shape
            settings = ", ".join(
                text for text in (f'key: "{key}"', f"structure: {structure}", SHAPES[shape], bound, life)
                if text
            )  # fmt: skip
            out.append(f"  {name}: {{{settings}}}\n")
    return out


def test_every_combination_compiles(tmp_path: Path) -> None:
    spec = tmp_path / "redis.spec.yaml"
    spec.write_text("version: 1\nname: matrix\nkeyspaces:\n" + "".join(keyspaces()))
    files = compiled(spec)
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    for path, text in files.items():
        if re.match(r"keyspaces/k\d+_", path):
            for method in re.findall(r"^    def (\w+)", text, re.MULTILINE):
                for folder in ("aio/", "batch/"):
                    # a batch has no method that takes several round trips
                    if folder == "aio/" and method not in {"key", "__init__"}:
                        assert f"async def {method}(" in files[folder + path], (path, method)
