"""What a package exports is what the spec language keeps free."""

from __future__ import annotations

from redisspec.codegen.python.package import ERRORS
from redisspec.spec.names import PACKAGE_NAMES


def test_the_spec_keeps_free_what_a_package_exports() -> None:
    assert set(PACKAGE_NAMES) == {*ERRORS, "Pending", "UNCHANGED"}
