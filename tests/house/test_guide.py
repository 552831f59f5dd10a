"""The package guide's tables are what the compiler emits. REDISSPEC_UPDATE=1 makes them anew."""

import os
import re
from pathlib import Path

import pytest

from redisspec.structures import STRUCTURES
from tests.house.guide import filled, shown_structures
from tests.house.prose import blocks
from tests.house.tree import ROOT

GUIDE = ROOT / "docs" / "package.md"
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The guide's own spec."""
    page = GUIDE.read_text("utf-8")
    for block in blocks(page):
        if block.directive.startswith("file: "):
            path = tmp_path / block.directive.removeprefix("file: ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
    return tmp_path / "redis.spec.yaml"


def test_the_tables_are_fresh(spec: Path) -> None:
    page = GUIDE.read_text("utf-8")
    fresh = filled(page, spec)
    if os.environ.get("REDISSPEC_UPDATE") == "1":
        GUIDE.write_text(fresh, "utf-8")
        return
    assert page == fresh, "run it with REDISSPEC_UPDATE=1"


def test_every_structure_has_its_table(spec: Path) -> None:
    shown = shown_structures(GUIDE.read_text("utf-8"), spec)
    assert shown == {(name, False) for name in STRUCTURES} | {("hash", True)}


def test_a_table_that_is_out_of_date_is_seen(spec: Path) -> None:
    """The control."""
    page = GUIDE.read_text("utf-8")
    assert filled(page.replace("| `get(user_id) ->", "| `fetch(user_id) ->", 1), spec) == page


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/README.md",
        "docs/package.md",
        "docs/operations.md",
        "docs/coming-from.md",
        *(
            page.relative_to(ROOT).as_posix()
            for folder in ("patterns", "recipes")
            for page in sorted((ROOT / "docs" / folder).glob("*.md"))
        ),
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for path, anchor in _LINK.findall(page.read_text("utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.M)
            assert anchor in {title.lower().replace(" ", "-") for title in titles}, anchor
