"""Each folder of cases/structures/ holds a spec of one keyspace, each of cases/patterns/ one of a
policy, and what is emitted for it.

Kept are the accessor, the records and the scripts, without their first line (version and hash).
REDISSPEC_UPDATE=1 writes them anew; the difference is then to be read like code.
"""

import os
import re
from pathlib import Path

import pytest

from redisspec.structures import STRUCTURES
from tests.generated.compiled import compiled

CASES = Path(__file__).parents[1] / "cases" / "structures"
PATTERNS = CASES.with_name("patterns")
OF_POLICIES = re.compile(
    r"(?:aio/)?(?!keyspaces|operations|batch|_)\w+/(?!__init__)\w+\.py|scripts/\w+\.lua"
)
KEPT = re.compile(r"keyspaces/(?!__init__)\w+\.py|types\.py|scripts/\w+\.lua")


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_what_is_emitted(case: str) -> None:
    found = {
        f"{path}.txt": text.partition("\n")[2]
        for path, text in compiled(CASES / case / "redis.spec.yaml").items()
        if KEPT.fullmatch(path)
    }
    same_as_kept(CASES / case / "expected", found)


@pytest.mark.parametrize("case", sorted(path.name for path in PATTERNS.iterdir()))
def test_what_is_emitted_for_a_policy(case: str) -> None:
    found = {
        f"{path}.txt": text.partition("\n")[2]
        for path, text in compiled(PATTERNS / case / "redis.spec.yaml").items()
        if OF_POLICIES.fullmatch(path)
    }
    same_as_kept(PATTERNS / case / "expected", found)


def same_as_kept(folder: Path, found: dict[str, str]) -> None:
    """Compare with the texts in the folder, or write them."""
    if os.environ.get("REDISSPEC_UPDATE"):
        for old in folder.rglob("*.txt"):
            old.unlink()
        for path, text in found.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    expected = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.txt")
    }
    assert sorted(found) == sorted(expected)
    for path, text in found.items():
        assert text == expected[path], path


def test_each_structure_has_a_case() -> None:
    specs = [path.read_text() for path in CASES.glob("*/redis.spec.yaml")]
    for structure in STRUCTURES:
        assert any(f"structure: {structure}\n" in spec for spec in specs), structure
