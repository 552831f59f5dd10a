"""Makes the synchronous modules of the runtime from the asyncio ones: `python tests/unit/runtime/make_sync.py`."""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).parents[3] / "redisspec" / "runtime"
NAMES = ("lane", "cache")

REPLACEMENTS = (
    (r"through an asyncio client", "through a synchronous client"),
    (r"over an asyncio client", "over a synchronous client"),
    (r"import asyncio\n", ""),
    (r"redis\.asyncio's Redis", "redis-py's Redis"),
    (r"asyncio\.sleep", "time.sleep"),
    (r"from \. import aio_(\w+) as \1", r"from . import \1"),
    (r"from \.aio_(\w+) import", r"from .\1 import"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync(Client|DirectLane|Lane|Cache)\b", r"\1"),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"for key in keys:\n +yield key", "yield from keys"),
    (r"import Awaitable, ", "import "),
)


def to_sync(text: str) -> str:
    """The synchronous module's text."""
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    text = _without_awaitable(text)
    names = '["Client", "Command", "DirectLane", "Encodable", "Lane"]'
    return re.sub(r"(?m)^__all__ = .*$", f"__all__ = {names}", text)


def _without_awaitable(text: str) -> str:
    """`Awaitable[T | None]` becomes `T | None`."""
    while (start := text.find("Awaitable[")) >= 0:
        inner = start + len("Awaitable[")
        end, depth = inner, 1
        while depth:
            depth += {"[": 1, "]": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[inner : end - 1] + text[end:]
    return text


def formatted(text: str) -> str:
    """The text as ruff's defaults have it: imports in order, and lines closed up where awaits are gone."""
    for step in (("check", "--select", "I", "--fix", "--quiet"), ("format",)):
        command = [sys.executable, "-m", "ruff", *step, "--isolated", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def source(name: str) -> Path:
    return RUNTIME / f"aio_{name}.py"


def target(name: str) -> Path:
    return RUNTIME / f"{name}.py"


if __name__ == "__main__":
    for each in NAMES:
        target(each).write_text(formatted(to_sync(source(each).read_text("utf-8"))), "utf-8")
