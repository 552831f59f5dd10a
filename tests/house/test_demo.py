"""`make demo`: the example ends well, shows what it stored, leaves nothing, and notices what is wrong."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.tree import NOT_OURS, ROOT


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the examples, so that generating touches nothing here; the shop among them."""
    return shutil.copytree(ROOT / "examples", tmp_path / "copy", ignore=NOT_OURS) / "shop"


@pytest.fixture
def operations(example: Path) -> Path:
    """The other example of the same copy."""
    return example.parent / "operations"


def demo(example: Path) -> subprocess.CompletedProcess[str]:
    scratch = example.parent / "scratch"
    scratch.mkdir()
    return subprocess.run(
        [sys.executable, "-W", "error", example / "demo.py"],
        cwd=example.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_demo_shows_keys_and_ttls_and_ends_well(example: Path) -> None:
    done = demo(example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    for shown in ("no findings", "RS101", "RS201", "shop:views:{42}", "never expires", "shop-aio:"):
        assert shown in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "\033" not in done.stdout


def test_it_leaves_nothing_behind(example: Path) -> None:
    before = sorted(path.name for path in example.rglob("*") if "__pycache__" not in path.parts)
    done = demo(example)
    assert done.returncode == 0, done.stdout + done.stderr
    after = sorted(path.name for path in example.rglob("*") if "__pycache__" not in path.parts)
    assert [name for name in after if name not in before] == []
    assert list((example.parent / "scratch").iterdir()) == []
    assert _servers_below(example.parent) == []


def test_it_generates_what_is_not_there(example: Path) -> None:
    shutil.rmtree(example / "shop_redis")
    done = demo(example)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_notices_a_shop_that_behaves_otherwise(example: Path) -> None:
    spec = example / "redis.spec.yaml"
    spec.write_text(spec.read_text().replace("max_items: 50 ", "max_items: 49 "))
    done = demo(example)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "of 61 views the newest 50 are kept (sync): expected 50, found 49" in done.stdout


def test_the_operations_show_their_keys_and_end_well(operations: Path) -> None:
    shutil.rmtree(operations / "recipes_redis")
    done = demo(operations)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    for shown in ("no findings", "-- raise NoHold(user_id)", "recipes:ledger:{north}"):
        assert shown in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert list((operations.parent / "scratch").iterdir()) == []
    assert _servers_below(operations.parent) == []


@pytest.mark.parametrize(
    ("step", "instead", "noticed"),
    [
        (
            "if voters.contains(poll_id, user_id):",
            "if voters.contains(poll_id, 0):",
            "each user has one vote",
        ),
        (
            "tokens=tokens - wanted,",
            "tokens=tokens,",
            "then five are too many, for less than a second",
        ),
        (
            "holds.count_by_score(show_id, lowest=moment)",
            "holds.count_by_score(show_id, lowest=moment + 3600.0)",
            "while both seats are held, a third waits",
        ),
    ],
)
def test_it_notices_steps_that_do_something_else(
    operations: Path, step: str, instead: str, noticed: str
) -> None:
    spec = operations / "redis.spec.yaml"
    assert step in spec.read_text()
    spec.write_text(spec.read_text().replace(step, instead))
    done = demo(operations)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"FAILED              {noticed}" in done.stdout


def test_told_to_end_it_ends_its_server(example: Path) -> None:
    scratch = example.parent / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, example / "demo.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            while not list(scratch.glob("valkey-*/valkey.log")):
                assert process.poll() is None
                time.sleep(0.005)
            process.terminate()
            process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 128 + signal.SIGTERM
    assert list(scratch.iterdir()) == []
    assert _servers_below(example.parent) == []


def _servers_below(folder: Path) -> list[str]:
    """The processes that work in the folder, where the system can tell."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            where = process.resolve()
        except OSError:  # somebody else's, or ended by now
            continue
        if where.is_relative_to(folder):
            found.append(str(where))
    return found
