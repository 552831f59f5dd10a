"""What other programs run: the hooks of pre-commit, and the steps of the GitHub Action."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROGRAM = "import redis\n\nclient = redis.Redis(socket_timeout=2)\nclient.flushall()\n"
BIN = Path(sys.executable).parent


def run(words: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}
    env.pop("GIT_DIR", None)
    return subprocess.run(
        words, cwd=folder, env=env, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose hooks are ours, run by the redisspec of this environment."""
    folder = tmp_path / "project"
    folder.mkdir()
    assert run(["git", "init", "-q"], folder).returncode == 0
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    # The same hooks; what they install is tested by the wheel's own test.
    local = [{**hook, "language": "system"} for hook in hooks]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    return folder


def committed(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    assert run(["git", "add", "-A"], folder).returncode == 0
    return run(
        ["pre-commit", "run", "--all-files"],
        folder,
        PRE_COMMIT_HOME=str(folder.parent / "home"),
        **more,
    )


def test_hooks_are_valid() -> None:
    ran = run(["pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_lint_hook_fails_on_a_finding_and_passes_over_other_files(project: Path) -> None:
    (project / "config.yaml").write_text("- no spec\n")
    (project / "app.py").write_text(PROGRAM)
    ran = committed(project)
    assert ran.returncode == 1
    assert "app.py:4:1: RS209" in ran.stdout
    (project / "app.py").write_text(PROGRAM.replace("client.flushall()\n", ""))
    ran = committed(project)
    assert ran.returncode == 0, ran.stdout


def test_the_generate_hook_fails_where_the_package_is_stale(project: Path) -> None:
    spec = project / "redis.spec.yaml"
    assert run(["redisspec", "init"], project).returncode == 0
    assert committed(project).returncode == 1
    assert run(["redisspec", "generate"], project).returncode == 0
    ran = committed(project)
    assert ran.returncode == 0, ran.stdout
    spec.write_text(spec.read_text().replace("max_items: ", "max_items: 1"))
    assert "redisspec generate --check" in committed(project).stdout


def action_step(name: str) -> tuple[str, dict[str, str]]:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (step,) = [one for one in action["runs"]["steps"] if one["name"] == name]
    given = {
        f"${{{{ inputs.{key} }}}}": str(one.get("default", ""))
        for key, one in action["inputs"].items()
    }
    return step["run"], {key: given[value] for key, value in step["env"].items()}


def test_the_action_lints_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(PROGRAM)
    (tmp_path / "other.py").write_text(PROGRAM)
    script, env = action_step("Lint")
    ran = run(["bash", "-e", "-c", script], tmp_path, **env)
    assert ran.returncode == 1
    assert ran.stdout.count("::error title=redisspec (RS209)") == 2
    env |= {"PATHS": "src", "ARGS": "--ignore RS209 --fail-on error", "SARIF": "out/lint.sarif"}
    ran = run(["bash", "-e", "-c", script], tmp_path, **env)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out" / "lint.sarif").is_file()


def test_words_of_the_action_are_no_shell(tmp_path: Path) -> None:
    script, env = action_step("Lint")
    ran = run(
        ["bash", "-e", "-c", script], tmp_path, **{**env, "ARGS": "$(touch pwned); `touch pwned`"}
    )
    assert ran.returncode == 2
    assert not (tmp_path / "pwned").exists()


def test_the_action_installs_nothing_where_it_is_told_so(tmp_path: Path) -> None:
    script, env = action_step("Install redisspec")
    assert env["PACKAGE"] == "redisspec"
    ran = run(["bash", "-e", "-c", script], tmp_path, **{**env, "PACKAGE": ""})
    assert (ran.returncode, ran.stdout) == (0, "")
