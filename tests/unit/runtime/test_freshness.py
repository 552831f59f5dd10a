"""Each synchronous file of the runtime is what the awaited one makes of it."""

import pytest

from tests.unit.runtime.make_sync import RUNTIME, SOURCES, made


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_made_from_its_awaited_twin(name: str) -> None:
    hint = "run python tests/unit/runtime/make_sync.py"
    assert made(name) == (RUNTIME / f"{name}.py").read_text("utf-8"), hint
