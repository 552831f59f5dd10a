"""The synchronous lane is what the asyncio one makes of it."""

from tests.unit.runtime.make_sync import SOURCE, TARGET, formatted, to_sync


def test_lane_is_made_from_aio_lane() -> None:
    made = formatted(to_sync(SOURCE.read_text("utf-8")))
    hint = "run python tests/unit/runtime/make_sync.py"
    assert made == TARGET.read_text("utf-8"), hint
