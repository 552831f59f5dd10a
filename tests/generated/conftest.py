"""Packages generated once a session: the one of all.spec.yaml, and others from a spec's text."""

from pathlib import Path

import pytest

from tests.generated.compiled import compiled, written

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def all_files() -> dict[str, str]:
    """The files of all.spec.yaml's package by their path."""
    return compiled(HERE / "all.spec.yaml")


@pytest.fixture(scope="session")
def all_folder(all_files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the package `all_redis`."""
    return written(all_files, tmp_path_factory.mktemp("all") / "all_redis").parent
