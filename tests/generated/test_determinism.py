"""The same spec gives the same bytes: in another process, another folder, another hash seed."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.generated.compiled import compiled

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PROGRAM = """
import sys
from hashlib import sha256
from pathlib import Path
from tests.generated.compiled import compiled
print(sha256(repr(list(compiled(Path(sys.argv[1])).items())).encode()).hexdigest())
"""


def digest(files: dict[str, str]) -> str:
    return sha256(repr(list(files.items())).encode()).hexdigest()


def test_two_generations_are_the_same(all_files: dict[str, str]) -> None:
    assert compiled(HERE / "all.spec.yaml") == all_files


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_another_process_and_folder(all_files: dict[str, str], tmp_path: Path, seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(HERE / "all.spec.yaml")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(all_files)
