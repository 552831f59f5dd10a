"""Each folder of diagnostics/ holds a spec with mistakes and the text that is said about them.

REDISSPEC_UPDATE=1 writes the texts anew; the difference is then to be read like code.
"""

import os
from pathlib import Path

import pytest

from redisspec.diagnostics.text import render
from redisspec.lint.unsound import check
from redisspec.spec.load import load_spec

CASES = Path(__file__).parent / "diagnostics"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_what_is_said(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / case
    monkeypatch.chdir(folder)
    loaded = load_spec("redis.spec.yaml")
    found = list(loaded.diagnostics)
    if loaded.program is not None:
        found += check(loaded.program)
    assert found, "a case has a mistake"
    said = render(found, loaded.sources)
    expected = folder / "expected.txt"
    if os.environ.get("REDISSPEC_UPDATE"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_no_word_of_our_tools_reaches_a_reader() -> None:
    for expected in CASES.glob("*/expected.txt"):
        text = expected.read_text(encoding="utf-8").lower()
        for word in ("pydantic", "input should", "validation error", "traceback", "literal_error"):
            assert word not in text, expected
