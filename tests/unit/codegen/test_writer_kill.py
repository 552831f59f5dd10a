"""The writer killed at random moments, and several at once: nothing torn, all healed, no strays."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from redisspec.codegen import manifest, writer
from redisspec.source.generated import MARK

KILLS = 25
COUNT = 60

CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_writer_kill import manifest_of, package
from redisspec.codegen import writer
print("ready", flush=True)
sys.stdin.readline()
content = package(int(sys.argv[2]))
# every other generation is written by two processes
writer.SHARED_FROM = 10 if int(sys.argv[2]) % 2 else 1_000
writer.apply(Path(sys.argv[1]), content, manifest_of(content))
print("done", flush=True)
"""


def package(generation: int) -> dict[str, str]:
    """A package whose every file names its generation at both ends; half of the paths change."""
    content = {}
    for number in range(COUNT):
        folder = f"part{number % 5}_{generation % 3}" if number % 2 else f"part{number % 5}"
        lines = "".join(f"line {line}\n" for line in range(2_000))
        # Every third file has no header, as verbatim copies and data files have none.
        header = "" if number % 3 == 0 else f"# {MARK}\n"
        content[f"{folder}/file{number}.py"] = (
            f"{header}start {generation}\n{lines}end {generation}\n"
        )
    return content


def manifest_of(content: dict[str, str]) -> manifest.Manifest:
    text = content["part0/file0.py"]
    return manifest.describe(content, tool="0.1.0", spec_hash=text[: text.index("\n")])


def start(folder: Path, generation: int) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(generation), str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def whole_files(folder: Path) -> set[str]:
    """Assert that no file is torn; the files' paths, without what a run leaves when killed."""
    seen = set()
    for path in folder.rglob("*"):
        if path.is_dir() or path.name.startswith(".") or path.name == manifest.MANIFEST:
            continue
        lines = path.read_text().splitlines()
        begin = lines[1] if lines[0].startswith("#") else lines[0]
        assert begin.replace("start", "end") == lines[-1], path
        seen.add(path.relative_to(folder).as_posix())
    return seen


@pytest.mark.timeout(300)
def test_a_kill_at_any_moment_tears_no_file_and_the_next_run_heals(tmp_path: Path) -> None:
    seed = random.Random(20)
    folder = tmp_path / "pkg"
    begun = time.perf_counter()
    content = package(0)
    writer.apply(folder, content, manifest_of(content))
    span = time.perf_counter() - begun
    old, mixed = content, 0
    for generation in range(1, 4 * KILLS + 1):
        # On a busy machine few kills land within a run: then there are more of them.
        if generation > KILLS and mixed >= KILLS // 5:
            break
        if generation % 10 == 0:  # now and then, a first run
            for path in sorted(folder.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        before = writer.read_manifest(folder)
        child = start(folder, generation)
        go(child)
        time.sleep(seed.uniform(0, span * 1.3))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        present = whole_files(folder)
        content = package(generation)
        drift = writer.plan(folder, content, manifest_of(content))
        if drift.clean:
            assert present == set(content)
        else:
            untouched = present == set(old if before else ()) and not drift.unfinished
            if not untouched:
                mixed += 1
                # Held against the older spec, the same folder is no less out of date.
                assert drift.unfinished
                assert not writer.plan(folder, old, manifest_of(old)).clean
        assert not drift.foreign
        # The run that heals may be of a spec that changed again meanwhile.
        if seed.random() < 0.3:
            content = package(generation + 100)
        old = content
        writer.apply(folder, content, manifest_of(content))
        assert whole_files(folder) == set(content)
        assert writer.plan(folder, content, manifest_of(content)).clean
        everything = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert everything == set(content) | {manifest.MANIFEST}
    assert mixed >= KILLS // 5


def test_runs_at_once_leave_one_whole_set(tmp_path: Path) -> None:
    folder = tmp_path / "pkg"
    for round_ in range(3):
        generations = [round_ * 10 + number for number in range(4)]
        children = [start(folder, generation) for generation in generations]
        for child in children:
            go(child)
        for child in children:
            out, _ = child.communicate(timeout=60)
            assert (out, child.returncode) == ("done\n", 0)
        clean = [
            generation
            for generation in generations
            if writer.plan(folder, package(generation), manifest_of(package(generation))).clean
        ]
        assert len(clean) == 1
        assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == set(
            package(clean[0])
        ) | {manifest.MANIFEST}
