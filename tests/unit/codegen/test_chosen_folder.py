"""A package gets a folder of its own, not the spec's and not the one that a person stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from redisspec.codegen.output import OutputError, chosen_folder


def test_a_folder_of_its_own(tmp_path: Path) -> None:
    assert chosen_folder(str(tmp_path / "pkg"), tmp_path) == tmp_path / "pkg"


def test_not_the_folder_of_the_spec(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no folder of its own"):
        chosen_folder(str(tmp_path), tmp_path)


def test_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="no folder of its own"):
        chosen_folder(".")
