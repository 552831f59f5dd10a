"""The synchronous modules are what the asyncio ones make of them."""

import pytest

from tests.unit.runtime.make_sync import MADE, RUNTIME, formatted, source, to_sync


@pytest.mark.parametrize("name", MADE)
def test_a_module_is_made_from_its_awaited_one(name: str) -> None:
    hint = "run python tests/unit/runtime/make_sync.py"
    assert formatted(to_sync(source(name))) == (RUNTIME / f"{name}.py").read_text("utf-8"), hint
