"""Each folder of scripts/ holds a spec, and the script that each of its operations becomes.

REDISSPEC_UPDATE=1 writes the scripts anew; the difference is then to be read like code.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from redisspec.lint.lua_files import check_script
from redisspec.lint.rules import RULES
from redisspec.lint.unsound import check
from redisspec.operations import compile_operations
from redisspec.operations.compiled import CompiledOperation
from redisspec.operations.translate.state import bound_pattern
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText
from redisspec.spec.load import load_spec

CASES = Path(__file__).parent / "scripts"
FOLDERS = sorted(path.name for path in CASES.iterdir())


def compiled(case: str) -> list[CompiledOperation]:
    loaded = load_spec(CASES / case / "redis.spec.yaml")
    assert loaded.program is not None
    assert not loaded.diagnostics
    assert not check(loaded.program)
    made, _ = compile_operations(loaded.program)
    return [each for each in made if isinstance(each, CompiledOperation)]


@pytest.mark.parametrize("case", FOLDERS)
def test_what_operations_become(case: str) -> None:
    for each in compiled(case):
        expected = CASES / case / f"{each.operation.name}.lua"
        if os.environ.get("REDISSPEC_UPDATE"):
            expected.write_text(each.lua, encoding="utf-8")
        assert each.lua == expected.read_text(encoding="utf-8")


def clustered(case: str) -> bool:
    return "topology: cluster" in (CASES / case / "redis.spec.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", FOLDERS)
def test_scripts_are_clean_by_our_own_rules(case: str) -> None:
    for each in compiled(case):
        declared = [
            replace(use.keyspace, pattern=bound_pattern(use.keyspace, use.arguments))
            for use in each.keys
            if not use.each
        ]
        source = SourceText(f"{each.operation.name}.lua", each.lua)
        script = read_lua(source, declared)
        assert isinstance(script, LuaScript)
        found = list(check_script(script, list(RULES)))
        if each.keys and not clustered(case):
            found = [one for one in found if one.code != "RS707"]
        if any(use.each for use in each.keys):
            # of the keys of a list it cannot be said here which keyspace they belong to
            found = [one for one in found if one.code != "RS101"]
        assert found == []
