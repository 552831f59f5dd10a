"""Makes the synchronous runtime from the awaited one: `python tests/unit/runtime/make_sync.py`."""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).parents[3] / "redisspec" / "runtime"
MADE = ("lane", "lease", "lock")
"""Each file is made from the one with `aio_` before its name."""

REPLACEMENTS = (
    (r"through an asyncio client", "through a synchronous client"),
    (r"import asyncio\n", ""),
    (r"redis\.asyncio's Redis", "redis-py's Redis"),
    (r"asyncio\.sleep", "time.sleep"),
    (r"from \. import aio_(\w+) as (\w+)", r"from . import \2"),
    (r"from \.aio_(\w+) import", r"from .\1 import"),
    (r"from collections\.abc import Awaitable, ", "from collections.abc import "),
    (r"Awaitable\[(.*?)\]", r"\1"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync([A-Z]\w+)\b", r"\1"),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"for key in keys:\n +yield key", "yield from keys"),
)


def source(name: str) -> Path:
    """What a file is made from."""
    return RUNTIME / f"aio_{name}.py"


def target(name: str) -> Path:
    """The file that is made."""
    return RUNTIME / f"{name}.py"


def to_sync(text: str) -> str:
    """The synchronous module's text, imports and exports in order."""
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I,RUF022"]
    done = subprocess.run(
        [*command, "--fix", "--quiet", "-"], input=text, capture_output=True, text=True, check=True
    )
    return formatted(done.stdout)


def formatted(text: str) -> str:
    """The text as ruff's defaults format it: awaits gone, some lines close up."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    for name in MADE:
        target(name).write_text(to_sync(source(name).read_text("utf-8")), "utf-8")
