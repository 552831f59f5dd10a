"""Every script of an operation, read back by the Lua reader: its keys, its writes, its TTLs and its replies are those declared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from redisspec.codegen.scripts import operation_script
from redisspec.ir.flows import Unit
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Keyspace
from redisspec.lint.lua_files import check_script
from redisspec.lint.rules import RULES
from redisspec.lint.suppressions import suppress_in_lua
from redisspec.operations import compile_operations
from redisspec.operations import compiled as c
from redisspec.operations.compiled import CompiledOperation
from redisspec.operations.translate.state import bound_pattern
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.readers.lua.replies import reply_types
from redisspec.source.text import SourceText
from redisspec.spec.load import load_spec
from tests.operations.packages import folder
from tests.operations.pipeline import spec_text
from tests.operations.variants import STRUCTURES, keyspaces_of, singles, spec_of

ROOT = folder().parent
REPLIES: dict[type, set[str]] = {
    c.Nothing: {"nil"},
    c.Plain: {"integer", "text", "status", "nil"},
    c.Milliseconds: {"integer", "nil"},
}
"""What a success that is no array may be; where a `nil` is not declared, it is as far as one sees."""


@cache
def of_structure(structure: str) -> tuple[CompiledOperation, ...]:
    """Every method of every variant of a structure, an operation each."""
    spec = spec_of(structure)
    found = [single for keyspace in keyspaces_of(spec).values() for single in singles(keyspace)]
    text = spec_text({f"op_{at}": single.program for at, single in enumerate(found)}, spec=spec)
    file = folder() / f"read_back_{structure}.yaml"
    file.write_text(text, encoding="utf-8")
    return compiled(str(file))


def compiled(path: str) -> tuple[CompiledOperation, ...]:
    program = load_spec(path).program
    assert program is not None
    made, problems = compile_operations(program)
    assert not problems, problems[0]
    return tuple(
        one for one in made if isinstance(one, CompiledOperation) and one.operation.script is None
    )


def patterns(operation: CompiledOperation) -> list[Keyspace]:
    return [
        replace(use.keyspace, pattern=bound_pattern(use.keyspace, use.arguments))
        for use in operation.keys
    ]


def faults(operation: CompiledOperation, text: str) -> list[str]:
    """Where the script does something else than its operation declares."""
    declared = patterns(operation)
    groups = [use for use in operation.keys if use.each]
    script = read_lua(SourceText("operation.lua", text), declared)
    if not isinstance(script, LuaScript):
        return [script.message]
    found = [
        f"{call.command} touches a key that is not in KEYS"
        for call in script.calls
        for key in call.keys
        if key.kind not in ("declared", "some")
    ]
    found += [
        f"{call.command} touches unknown keys" for call in script.calls if not call.keys_known
    ]
    if len(groups) <= 1:
        found += _actions(operation, script, declared)
    return [*found, *_replies(operation, script)]


def _actions(
    operation: CompiledOperation, script: LuaScript, declared: list[Keyspace]
) -> Iterable[str]:
    """The keys that are written, created and given a TTL."""
    assert isinstance(operation.procedure.flow, Unit)
    wanted: dict[KeyPattern, set[str]] = {}
    for effect in operation.procedure.flow.effects:
        assert effect.key is not None
        wanted.setdefault(effect.key, set()).update(effect.actions)
    seen: dict[KeyPattern, set[str]] = {}
    for call in script.calls:
        for key, effect in zip(call.keys, call.effects, strict=bool(call.keys)):
            seen.setdefault(key.pattern, set()).update(effect.actions)
    if set(wanted) != set(seen):
        yield f"touches {sorted(p.text for p in seen)} instead of {sorted(p.text for p in wanted)}"
        return
    for keyspace in declared:
        told, done = wanted[keyspace.pattern], seen[keyspace.pattern]
        if ".update(shop)" in operation.operation.source and not done - {"reads"}:
            continue  # no field is given, and there is no TTL: there is nothing to write
        if ("writes" in told or "deletes" in told) != ("writes" in done or "deletes" in done):
            yield f"{keyspace.name}: does {sorted(done)}, and declares {sorted(told)}"
        if "creates" in done and keyspace.lifetime.ttl_ms is not None and "expires" not in done:
            yield f"{keyspace.name} is created without its TTL"
        if "creates" in done and "creates" not in told:
            yield f"{keyspace.name} is created"


def _replies(operation: CompiledOperation, script: LuaScript) -> Iterable[str]:
    result = operation.result
    optional = isinstance(result, c.OptionalOf)
    inner = result.inner if isinstance(result, c.OptionalOf) else result
    allowed = {"array"} if operation.wrapped else set(REPLIES[type(inner)])
    if optional or operation.wrapped:
        allowed.add("nil")
    if operation.refusals:
        allowed.add("array")
    for reply in script.replies:
        types = set(reply_types(reply.value)) - {"unknown"}
        if not types <= allowed:
            yield f"answers {sorted(types)}, and declares {sorted(allowed)}"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_method_is_read_back(structure: str) -> None:
    wrong = {
        one.operation.source.strip(): told
        for one in of_structure(structure)
        if (told := faults(one, one.lua))
    }
    assert not wrong, f"{len(wrong)}: {list(wrong.items())[:5]}"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_script_by_itself_is_clean(structure: str) -> None:
    """As who names a generated script to the linter sees it: without its spec."""
    for one in of_structure(structure):
        source = SourceText("one.lua", operation_script("one", one.lua).text)
        script = read_lua(source)
        assert isinstance(script, LuaScript)
        left = suppress_in_lua(list(check_script(script, list(RULES))), script, lambda rule: True)
        assert not left, (one.operation.source, left[0])


@pytest.mark.parametrize("example", ["examples/shop", "examples/operations"])
def test_the_examples_are_read_back(example: str, pytestconfig: pytest.Config) -> None:
    for one in compiled(str(pytestconfig.rootpath / example / "redis.spec.yaml")):
        assert not faults(one, one.lua), one.operation.name
        text = operation_script(one.operation.name, one.lua).text
        script = read_lua(SourceText(f"{one.operation.name}.lua", text), patterns(one))
        assert isinstance(script, LuaScript)
        told = list(check_script(script, list(RULES)))
        if sum(bool(use.each) for use in one.keys) > 1:
            # of several lists' keys the reader cannot say which is which
            told = [each for each in told if each.code != "RS101"]
        assert not told, told[0]


MISTAKES = {
    "a TTL is lost": ("hash", r"\n *call\('PEXPIRE'[^\n]*", ""),
    "a key is built": ("set", r"(call\('SADD', )set_\w+_key", r"\1'set:' .. KEYS[1]"),
    "another key is written": ("list", r"(call\('LPUSH', )list_\w+_key", r"\1ARGV[1]"),
    "nothing is written": ("counter", r"\n *call\('INCRBY'[^\n]*", ""),
    "a refusal is a text": ("counter", r"return \{ (\d+), [^}]*\}", r"return { ok = '\1' }"),
    "the answer is a list": ("string", r"return (string_\w+_value)\n", r"return { \1, '' }\n"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_seen(mistake: str) -> None:
    structure, pattern, by = MISTAKES[mistake]
    changed = [
        (one, text)
        for one in of_structure(structure)
        if (text := re.sub(pattern, by, one.lua)) != one.lua
    ]
    assert changed, "the mistake changes nothing: the emitted text is another by now"
    assert any(faults(one, text) for one, text in changed)
