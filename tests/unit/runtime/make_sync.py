"""Makes runtime/lane.py from runtime/aio_lane.py: `python tests/unit/runtime/make_sync.py`."""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).parents[3] / "redisspec" / "runtime"
SOURCE = RUNTIME / "aio_lane.py"
TARGET = RUNTIME / "lane.py"

REPLACEMENTS = (
    (r"through an asyncio client", "through a synchronous client"),
    (r"import asyncio\n", ""),
    (r"redis\.asyncio's Redis", "redis-py's Redis"),
    (r"asyncio\.sleep", "time.sleep"),
    (r"from \. import aio_nodes as nodes", "from . import nodes"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync(Client|DirectLane|Lane)\b", r"\1"),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"for key in keys:\n +yield key", "yield from keys"),
)


def to_sync(text: str) -> str:
    """The synchronous module's text, import lines in order."""
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    names = '["Client", "Command", "DirectLane", "Encodable", "Lane"]'
    text = re.sub(r"(?m)^__all__ = .*$", f"__all__ = {names}", text)
    return text.replace(
        "from collections.abc import Iterator, Callable, Sequence",
        "from collections.abc import Callable, Iterator, Sequence",
    )


def formatted(text: str) -> str:
    """The text as ruff's defaults format it: awaits gone, some lines close up."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    TARGET.write_text(formatted(to_sync(SOURCE.read_text("utf-8"))), "utf-8")
