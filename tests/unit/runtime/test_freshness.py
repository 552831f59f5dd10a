"""A synchronous module is what its asyncio twin makes of it."""

import pytest

from tests.unit.runtime.make_sync import NAMES, formatted, source, target, to_sync


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_made_from_its_twin(name: str) -> None:
    made = formatted(to_sync(source(name).read_text("utf-8")))
    hint = "run python tests/unit/runtime/make_sync.py"
    assert made == target(name).read_text("utf-8"), hint
