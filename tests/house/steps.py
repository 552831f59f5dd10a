"""What a page's operations compile to: whole scripts, their steps, the messages of those that do not."""

import re
import textwrap
from pathlib import Path

from redisspec.diagnostics.order import in_order
from redisspec.diagnostics.text import render
from redisspec.operations import compile_operations
from redisspec.operations.check import check
from redisspec.operations.compiled import CompiledOperation
from redisspec.spec.load import load_spec


def script(spec: Path, name: str) -> str:
    """The whole script of an operation of the spec."""
    program = load_spec(spec).program
    assert program is not None
    (found,) = (each for each in compile_operations(program)[0] if each.operation.name == name)
    assert isinstance(found, CompiledOperation)
    return found.lua


def steps(spec: Path, operation: str) -> str:
    """What an operation, written as in `operations:`, becomes beside the spec's keyspaces: its steps alone."""
    alone = _beside(spec, operation)
    name = operation.partition(":")[0]
    said = says(spec, operation)
    assert not said, said
    return script(alone, name).rstrip("\n").rpartition("\n\n")[2] + "\n"


def says(spec: Path, operation: str) -> str:
    """What is said of such an operation; nothing where it compiles."""
    loaded = load_spec(_beside(spec, operation))
    found = list(loaded.diagnostics)
    if loaded.program is not None:
        found += check(loaded.program)
    text = render(in_order(dict.fromkeys(found)), loaded.sources) if found else ""
    return re.sub(r"\S*redis\.spec\.alone\.yaml", "redis.spec.yaml", text)


def _beside(spec: Path, operation: str) -> Path:
    keyspaces = spec.read_text("utf-8").partition("\noperations:\n")[0]
    alone = spec.with_name("redis.spec.alone.yaml")
    indented = textwrap.indent(operation, "  ")
    alone.write_text(f"{keyspaces.rstrip()}\n\noperations:\n{indented}", "utf-8")
    return alone
