"""Start-up is part of the product: what the quick commands must not import.

No times here, which a busy machine would make false; what costs time is imports, and those are facts.
"""

import subprocess
import sys
from pathlib import Path

HEAVY = {"jinja2", "redis", "pydantic", "yaml", "tree_sitter", "tree_sitter_lua"}
CLEAN_SPEC = """\
version: 1
name: start
namespace: start
server: {engine: "redis >= 7.0"}
python: {package: start_redis}
keyspaces:
  greeting:
    key: greeting:<user_id:int>
    structure: string
    value: int
    ttl: 5m
"""


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The modules that `python -m redisspec` imports with these arguments, packages' own modules too."""
    root = Path(__file__).resolve().parents[2]
    program = f"import sys; sys.path.insert(0, {str(root)!r}); import runpy; "
    program += "sys.argv[0] = 'redisspec'; runpy.run_module('redisspec', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", "-c", program, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {row.rpartition("|")[2].strip() for row in rows}


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def test_the_measure_sees_imports(tmp_path: Path) -> None:
    """The control: a command that needs templates is seen to import jinja2."""
    (tmp_path / "redis.spec.yaml").write_text(CLEAN_SPEC)
    assert {"jinja2", "yaml"} <= packages(imported("generate", cwd=tmp_path))


def test_version_imports_next_to_nothing(tmp_path: Path) -> None:
    # without site (-I keeps it) a bare interpreter has some of these; what the command adds is what counts
    modules = imported("--version", cwd=tmp_path)
    assert not packages(modules) & HEAVY
    assert not modules & {"argparse", "importlib.metadata", "json", "dataclasses", "asyncio"}


def test_lint_imports_neither_templates_nor_a_client(tmp_path: Path) -> None:
    (tmp_path / "redis.spec.yaml").write_text(CLEAN_SPEC)
    modules = packages(imported("lint", cwd=tmp_path))
    assert not modules & {"jinja2", "redis", "tree_sitter", "tree_sitter_lua"}
    assert "yaml" in modules


def test_lint_of_a_spec_reads_no_lua(tmp_path: Path) -> None:
    (tmp_path / "redis.spec.yaml").write_text(CLEAN_SPEC)
    assert "redisspec.readers.lua.syntax" not in imported("lint", cwd=tmp_path)
    (tmp_path / "get.lua").write_text("return redis.call('GET', KEYS[1])\n")
    modules = imported("lint", "get.lua", cwd=tmp_path)
    assert {"tree_sitter", "redisspec.readers.lua.syntax"} <= modules
    assert not packages(modules) & {"jinja2", "redis", "pydantic", "yaml"}


def test_importing_redisspec_is_cheap() -> None:
    program = "import sys; before = set(sys.modules); import redisspec; print(*(set(sys.modules) - before))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {"redisspec", "__future__"}
