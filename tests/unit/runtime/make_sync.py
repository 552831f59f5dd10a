"""Makes the synchronous runtime from the asyncio one: `python tests/unit/runtime/make_sync.py`."""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).parents[3] / "redisspec" / "runtime"
MADE = ("lane", "session", "idempotency")
"""The modules that are made, each of `aio_<name>.py`."""

REPLACEMENTS = (
    (r"(through|over) an asyncio client", r"\1 a synchronous client"),
    (r"import asyncio\n", ""),
    (r"redis\.asyncio's Redis", "redis-py's Redis"),
    (r"A second cancellation does not stop it; where", "Where"),
    (r"await asyncio\.shield\((.*)\)\n", r"\1\n"),
    (r"asyncio\.sleep", "time.sleep"),
    (r"from \. import aio_nodes as nodes", "from . import nodes"),
    (r"from \.aio_", "from ."),
    (r"import Awaitable, ", "import "),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync(Client|DirectLane|Lane|Sessions|Run|Idempotency)\b", r"\1"),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"for key in keys:\n +yield key", "yield from keys"),
    (r"(?m)^__all__ = .*Lane.*$", '__all__ = ["Client", "Command", "DirectLane", "Encodable", "Lane"]'),
)  # fmt: skip


def source(name: str) -> str:
    """The text of the asyncio module."""
    return (RUNTIME / f"aio_{name}.py").read_text("utf-8")


def to_sync(text: str) -> str:
    """The synchronous module's text, import lines in order."""
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    return text


def formatted(text: str) -> str:
    """The text as ruff's defaults have it: imports in order, and what closes up without awaits."""
    for words in (("check", "--select=I", "--fix", "--quiet"), ("format",)):
        command = [sys.executable, "-m", "ruff", *words, "--isolated", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


if __name__ == "__main__":
    for made in MADE:
        (RUNTIME / f"{made}.py").write_text(formatted(to_sync(source(made))), "utf-8")
