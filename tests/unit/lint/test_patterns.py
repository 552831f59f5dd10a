"""Which files a pattern means, and that a rule that is always told is left out in none."""

import pytest

from redisspec.lint.config import LintConfig, ignored_in, matches
from redisspec.lint.rules import rule_called


@pytest.mark.parametrize(
    ("path", "pattern", "meant"),
    [
        ("scripts/take.lua", "scripts/*", True),
        ("scripts/take.lua", "./scripts/*", True),
        ("./scripts/take.lua", "scripts/*", True),
        ("scripts/old/take.lua", "scripts/old", True),
        ("scripts/old/take.lua", "scripts/old/", True),
        ("app/scripts/take.lua", "scripts/*", False),
        ("app/scripts/take.lua", "**/scripts/*", True),
        ("scripts/take.lua", "**/scripts/*", True),
        ("app/scripts/take.lua", "scripts", True),
        ("app/scripts/take.lua", "*.lua", True),
        ("app/scripts/take.lua", "take", False),
    ],
)
def test_what_a_pattern_means(path: str, pattern: str, meant: bool) -> None:
    assert matches(path, pattern) is meant


def test_rules_are_left_out_in_some_files_but_not_what_leaves_no_program() -> None:
    config = LintConfig(per_file_ignores=(("old/*", ("ALL",)),))
    left_out, told = rule_called("RS201"), rule_called("RS002")
    assert left_out is not None
    assert told is not None
    assert ignored_in("old/redis.spec.yaml", left_out, config)
    assert not ignored_in("new/redis.spec.yaml", left_out, config)
    assert not ignored_in("old/redis.spec.yaml", told, config)
