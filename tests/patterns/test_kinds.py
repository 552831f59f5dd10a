"""A kind of policy is switched on in every place, or in none."""

import pytest

from redisspec.codegen.python.policies import SECTIONS
from redisspec.patterns.kinds import PATTERNS
from redisspec.resources import runtime_files
from redisspec.spec.check import GENERATED
from redisspec.spec.check import SECTIONS as NAMES
from redisspec.spec.names import PACKAGE_NAMES, POLICY_EXPORTS


def test_a_kind_is_switched_on_everywhere() -> None:
    assert set(PATTERNS) == set(SECTIONS) == set(GENERATED)


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
