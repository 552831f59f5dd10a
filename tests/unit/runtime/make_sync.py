"""Makes the synchronous files of the runtime from the awaited ones: `python tests/unit/runtime/make_sync.py`."""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).parents[3] / "redisspec" / "runtime"
PREFIX = "aio_"

# aio_nodes.py, aio_pool.py, aio_clients.py, aio_keeper.py and aio_background.py differ from their
# twins by nature.
SOURCES: tuple[str, ...] = (
    "cache",
    "idempotency",
    "lane",
    "lease",
    "lock",
    "rate_limit",
    "session",
)
"""The files that are made; aio_<name>.py is the source of <name>.py."""

REPLACEMENTS = (
    (r"\b(through|over) an asyncio client", r"\1 a synchronous client"),
    (r"import asyncio\n", ""),
    (r"redis\.asyncio's Redis", "redis-py's Redis"),
    (r"asyncio\.sleep", "time.sleep"),
    (r"from \. import aio_(\w+) as \1\b", r"from . import \1"),
    (r"from \.aio_(\w+) import", r"from .\1 import"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r", awaited\b", ""),
    (r"for key in keys:\n +yield key", "yield from keys"),
)
OWN: dict[str, tuple[tuple[str, str], ...]] = {
    "cache": (
        (r"await awaitable\((.*)\)(\)|\}|\n)", r"\1\2"),
        (r"\(EncodeError, NoAwaitable\)", "EncodeError"),
        (r"from \.awaitables import .*\n", ""),
    ),
    "idempotency": (
        (r"A second cancellation does not stop it; where", "Where"),
        (r"await asyncio\.shield\((.*)\)\n", r"\1\n"),
        (r"await awaitable\((.*)\)\n", r"\1\n"),
        (r" +except NoAwaitable:\n.*\n", ""),
        (r"from \.awaitables import .*\n", ""),
        (r"import Awaitable, ", "import "),
        (r"\bAwaitable\[(\w+)\]", r"\1"),
    ),
    "lease": (
        (r"collections\.abc import Awaitable, ", "collections.abc import "),
        (r"Awaitable\[(.*?)\]", r"\1"),
        (r"__a(enter|exit)__", r"__\1__"),
    ),
}
"""Replacements of one file, made before the common ones."""


def to_sync(text: str, name: str) -> str:
    """The synchronous module's text."""
    for pattern, replacement in (*OWN.get(name, ()), *REPLACEMENTS):
        text = re.sub(pattern, replacement, text)
    return without_awaitable(text)


def without_awaitable(text: str) -> str:
    """`Awaitable[T | None]` becomes `T | None`."""
    text = re.sub(r"\bAwaitable, ", "", text)
    while (start := text.find("Awaitable[")) >= 0:
        end = inner = start + len("Awaitable[")
        depth = 1
        while depth:
            depth += {"[": 1, "]": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[inner : end - 1] + text[end:]
    return text


def formatted(text: str) -> str:
    """The text as ruff's defaults have it: awaits gone, some lines close up; imports in order."""
    for command in (["check", "--select", "I,RUF022", "--fix-only", "--preview"], ["format"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "-q", "--isolated", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = done.stdout
    return text


def made(name: str) -> str:
    """What the awaited file makes of its twin."""
    return formatted(to_sync((RUNTIME / f"{PREFIX}{name}.py").read_text("utf-8"), name))


if __name__ == "__main__":
    for each in SOURCES:
        (RUNTIME / f"{each}.py").write_text(made(each), "utf-8")
