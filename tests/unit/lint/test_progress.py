"""How far a run is, where somebody looks; and nothing of it stays."""

import io
import sys

import pytest

from redisspec.cli import lint_progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_run_is_told_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint_progress, "PATIENCE", 0)
    monkeypatch.setattr(lint_progress, "_STEP", 0)
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    shown = lint_progress.progress()
    assert shown is not None
    for number in range(1, 1_201):
        shown(number, 1_200)
    text = screen.getvalue()
    assert "\rlinting: 7 of 1,200 files" in text
    last = text.rsplit("\r", 2)
    assert last[1].strip() == ""
    assert last[2] == ""


def test_a_short_run_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    shown = lint_progress.progress()
    assert shown is not None
    for number in range(1, 11):
        shown(number, 10)
    shown.clear()
    assert screen.getvalue() == ""


def test_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert lint_progress.progress() is None
