"""A kind of policy is switched on in every place, or in none."""

import pytest

from redisspec.codegen import generate
from redisspec.codegen.python.policies import SECTIONS, own_runtime
from redisspec.patterns.kinds import PATTERNS
from redisspec.resources import runtime_files
from redisspec.spec.check import GENERATED
from redisspec.spec.check import SECTIONS as NAMES
from redisspec.spec.names import PACKAGE_NAMES, POLICY_EXPORTS
from tests.patterns.made import program
from tests.patterns.specs import SPECS


def test_a_kind_is_switched_on_everywhere() -> None:
    assert set(PATTERNS) == set(SECTIONS) == set(GENERATED)


def test_a_package_has_the_runtime_of_its_kinds_alone() -> None:
    plain = "keyspaces:\n  a: {key: a, structure: string, value: int, ttl: 1h}\n"
    owned = own_runtime()
    assert owned
    without = generate(program(plain))
    assert not {f"_runtime/{file}" for file in owned} & without.keys()
    assert "Decision" not in without["__init__.py"]
    limited = generate(program(SPECS["rate_limit"]))
    assert {"_runtime/limits.py", "_runtime/aio_rate_limit.py"} <= limited.keys()
    assert "Decision" in limited["__init__.py"]
    assert "rate_limits" not in limited["batch/__init__.py"]


@pytest.mark.parametrize("kind", sorted(SECTIONS))
def test_the_spec_keeps_free_what_a_kind_exports(kind) -> None:
    section = SECTIONS[kind]
    exported = {name for names in section.exports.values() for name in names}
    assert exported == set(POLICY_EXPORTS.get(kind, ()))
    assert not exported & set(PACKAGE_NAMES)
    assert section.folder == NAMES[kind]
    files = set(runtime_files())
    assert set(section.runtime) <= files
    assert {f"{file}.py" for file in section.exports} <= files
