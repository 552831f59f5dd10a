"""Runs redisspec as a reader of the demo would, and shows what it says."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WIDTH = 100


def title(text: str) -> None:
    """A heading of the demo."""
    print(f"\n{text}\n{'-' * len(text)}\n", flush=True)


def shown(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run redisspec, and show the command with what it said."""
    done = redisspec(*arguments, cwd=cwd)
    print("$ redisspec " + " ".join(arguments))
    for line in (done.stdout + done.stderr).rstrip().splitlines():
        print(textwrap.fill(line, WIDTH, subsequent_indent="    ") if len(line) > WIDTH else line)
    return done


def keys(folder: Path) -> Sequence[Mapping[str, Any]]:
    """What the folder's spec declares, as `redisspec keys` tells it."""
    said = redisspec("keys", "--output-format", "json", cwd=folder).stdout
    found: Sequence[Mapping[str, Any]] = json.loads(said)
    return found


def redisspec(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run redisspec without showing it."""
    return subprocess.run(  # noqa: S603 - our own command with our own words
        [sys.executable, "-m", "redisspec", *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
