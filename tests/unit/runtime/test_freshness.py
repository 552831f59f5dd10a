"""The synchronous runtime is what the awaited one makes of it."""

import pytest

from tests.unit.runtime.make_sync import MADE, source, target, to_sync


@pytest.mark.parametrize("name", MADE)
def test_it_is_made_from_its_awaited_twin(name: str) -> None:
    made = to_sync(source(name).read_text("utf-8"))
    hint = "run python tests/unit/runtime/make_sync.py"
    assert made == target(name).read_text("utf-8"), hint
