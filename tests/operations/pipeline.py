"""Many operations in one spec, through the real pipeline: what compiles, as a package; what is refused, with why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from redisspec.codegen import generate
from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.program import Program as Compiled
from redisspec.operations.check import check
from redisspec.spec.load import load_spec
from tests.operations.catalogue import SPEC
from tests.operations.packages import folder, imported
from tests.operations.programs import Program

_numbers = count()

Mutation = Callable[[str], str]
"""A deliberate mistake in the Lua of an operation."""


@dataclass(frozen=True)
class Built:
    """The package with the operations that compile (None where none does), and the first refusal of the others."""

    package: Any
    accepted: tuple[str, ...]
    refused: dict[str, Diagnostic]
    files: dict[str, str]

    def spoilt(self, mutation: Mutation) -> Built:
        """The same package with a mistake in the scripts; what has none of it is not among the accepted."""
        paths = _paths(self.files, self.accepted)
        texts = {name: self.files[path] for name, path in paths.items()}
        changed = tuple(name for name, text in texts.items() if mutation(text) != text)
        if not changed:
            return Built(None, (), {}, {})
        files = mutated(self.files, changed, mutation)
        return Built(imported(files), changed, {}, files)


def built(programs: Mapping[str, Program], spec: str | None = None) -> Built:
    """Compiles all, drops what is refused, and compiles the rest once more: it must be clean then."""
    program, refused = _compiled(programs, spec)
    left = {name: one for name, one in programs.items() if name not in refused}
    if not left:
        return Built(None, (), refused, {})
    if refused:
        program, still = _compiled(left, spec)
        assert not still, still
    assert program is not None
    files = generate(program)
    return Built(imported(files), tuple(left), refused, files)


def spec_text(programs: Mapping[str, Program], spec: str | None = None) -> str:
    """redis.spec.yaml (or `spec`) with the keyspaces that are used, and the operations."""
    used = {name for one in programs.values() for name in one.keyspaces}
    lines = []
    for line in (spec or SPEC.read_text("utf-8")).splitlines():
        keyspace = re.match(r"  (\w+): \{key:", line)
        if keyspace is None or keyspace[1] in used or (not used and keyspace[1] == "text"):
            lines.append(line)
    operations = "".join(one.declared(name) for name, one in programs.items())
    return "\n".join(lines) + f"\noperations:\n{operations}"


def _compiled(
    programs: Mapping[str, Program], spec: str | None
) -> tuple[Compiled | None, dict[str, Diagnostic]]:
    text = spec_text(programs, spec)
    file = folder() / f"spec_{next(_numbers)}.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = load_spec(str(file))
    found = [one for one in loaded.diagnostics if one.severity == "error"]
    if loaded.program is not None:
        found += [one for one in check(loaded.program) if one.severity == "error"]
    file.unlink()
    owners = _lines(text)
    refused: dict[str, Diagnostic] = {}
    for one in found:
        owner = owners.get(one.span.line)
        assert owner is not None, f"outside of the operations: {one}"
        refused.setdefault(owner, one)
    return loaded.program, refused


def _lines(text: str) -> dict[int, str]:
    """The operation that each line belongs to."""
    found: dict[int, str] = {}
    owner = None
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        inside = inside or line == "operations:"
        head = re.match(r"  (\w+):$", line)
        owner = head[1] if inside and head else owner
        if inside and owner:
            found[number] = owner
    return found


# --- deliberate mistakes ----------------------------------------------------------


def _paths(files: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The path of each operation's script."""
    scripts = [path for path in files if path.endswith(".lua")]
    return {
        name: path
        for name in names
        for path in scripts
        if path.rsplit("/", 1)[-1] in {f"{name}.lua", f"operation_{name}.lua"}
    }


def mutated(files: dict[str, str], names: Iterable[str], mutation: Mutation) -> dict[str, str]:
    """The files with every operation's script changed, and its SHA-1 with it."""
    made = dict(files)
    paths = _paths(files, names)
    assert paths
    for path in paths.values():
        text = mutation(files[path])
        made[path] = text
        made["_scripts.py"] = made["_scripts.py"].replace(_sha(files[path]), _sha(text))
    return made


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
