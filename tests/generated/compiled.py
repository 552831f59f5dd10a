"""From a spec to the files of its package, for tests: no mistake is tolerated on the way."""

from pathlib import Path

from redisspec.codegen import generate
from redisspec.diagnostics.text import render
from redisspec.ir.program import Program
from redisspec.spec.check import check
from redisspec.spec.load import load_spec


def program_of(spec: Path) -> Program:
    """The program of a spec file; AssertionError showing its mistakes where it has any."""
    loaded = load_spec(str(spec))
    found = list(loaded.diagnostics)
    if loaded.program is not None:
        found += check(loaded.program)
    assert loaded.program is not None and not found, render(found, loaded.sources)
    return loaded.program


def compiled(spec: Path) -> dict[str, str]:
    """The files of the spec's package by their path."""
    return generate(program_of(spec))


def written(files: dict[str, str], folder: Path) -> Path:
    """The folder itself, with the files in it."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
