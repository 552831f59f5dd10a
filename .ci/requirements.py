"""Prints a dependency group of pyproject.toml, one requirement a line, for pip releases that cannot read groups."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path


def requirements(groups: dict[str, list[str | dict[str, str]]], name: str) -> Iterator[str]:
    for entry in groups[name]:
        if isinstance(entry, dict):
            yield from requirements(groups, entry["include-group"])
        else:
            yield entry


project = Path(__file__).resolve().parent.parent / "pyproject.toml"
found = requirements(tomllib.loads(project.read_text("utf-8"))["dependency-groups"], sys.argv[1])
sys.stdout.write("".join(f"{line}\n" for line in found))
