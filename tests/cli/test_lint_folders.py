"""What a run over folders looks at: packages that hand a client on are seen through, copies of the library are not told of."""

import os
from pathlib import Path

import pytest

from redisspec.cli.command_error import CommandError
from redisspec.cli.config import CODE, Config, load_config
from redisspec.cli.lint_files import lint_files
from redisspec.lint import LintConfig, lint_paths

USE = "def keep(user):\n    {client}.set('token:' + user, 1)\n    {client}.expire('token:' + user, 60)\n"


def found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.chdir(folder)
    files = lint_files((), Config())
    result = lint_paths(files.paths, LintConfig(ignore=("RS601",)), files.known)
    return [(one.span.file, one.code) for one in result.diagnostics]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_client_that_silent_packages_hand_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/store/__init__.py": "from app.store.inner import keeper\n",
            "app/store/inner/__init__.py": "from .made import keeper\n",
            "app/store/inner/made.py": "import redis\nkeeper = redis.Redis(socket_timeout=2)\n",
            "app/use.py": f"from app.store import keeper\n\n{USE.format(client='keeper')}",
            "app/other.py": f"from app import store\n\n{USE.format(client='store.keeper')}",
        },
    )
    assert found(tmp_path, monkeypatch) == [("app/other.py", "RS103"), ("app/use.py", "RS103")]


def test_packages_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        {
            "a/__init__.py": "from b import keeper\n",
            "b/__init__.py": "from c import keeper\nfrom a import other\n",
            "c/__init__.py": "import redis\nfrom a import more\nkeeper = redis.Redis(socket_timeout=2)\n",
            "use.py": f"from a import keeper\n\n{USE.format(client='keeper')}",
        },
    )
    assert found(tmp_path, monkeypatch) == [("use.py", "RS103")]


def test_a_file_in_a_large_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies below a file's folder is looked at, but not all of a home folder."""
    write(tmp_path, {f"lib/{name}.py": "" for name in range(7)} | {"use.py": "", "other.py": ""})
    monkeypatch.chdir(tmp_path)
    assert len(lint_files(("use.py",), Config()).known) >= 8
    monkeypatch.setattr("redisspec.cli.lint_files._MOST_AROUND", 3)
    assert len(lint_files(("use.py",), Config()).known) <= 3


LIBRARY = dict.fromkeys(
    (f"vendor/redis/{name}.py" for name in ("__init__", "connection", "exceptions", "sentinel")),
    "import redis\n",
)


def test_a_copy_of_the_library_is_not_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    itself = f"import redis\nr = redis.Redis(socket_timeout=2)\n{USE.format(client='r')}"
    write(tmp_path, {**LIBRARY, "vendor/redis/client.py": itself, "vendor/redis/lock.py": itself})
    assert found(tmp_path, monkeypatch) == []


def test_a_projects_own_package_of_that_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    itself = f"import redis\nr = redis.Redis(socket_timeout=2)\n{USE.format(client='r')}"
    files = {**LIBRARY, "vendor/__init__.py": "", "vendor/redis/client.py": itself}
    write(tmp_path, files)
    assert found(tmp_path, monkeypatch) == [("vendor/redis/client.py", "RS103")]


def left(
    top: str, folder: Path, monkeypatch: pytest.MonkeyPatch, exclude: tuple[str, ...] = ()
) -> set[str]:
    monkeypatch.chdir(folder)
    return set(lint_files((top,), Config(), exclude).paths)


def test_what_git_ignores_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest file has the last word, and a file further up is heard as well."""
    names = ("a.py", "made.py", "app/a.py", "app/made.py", "app/inner/gone.py", "app/inner/made.py")
    write(tmp_path, dict.fromkeys((*names, "build/a.py"), CLIENT))
    (tmp_path / ".git").mkdir()
    write(
        tmp_path,
        {
            ".gitignore": "made.py\nbuild/\n",
            "app/.gitignore": "!made.py\n",
            "app/inner/.gitignore": "gone.py\nmade.py\n",
        },
    )
    assert left(".", tmp_path, monkeypatch) == {"a.py", "app/a.py", "app/made.py"}
    assert left("app", tmp_path, monkeypatch) == {"app/a.py", "app/made.py"}
    # What is named itself is wanted.
    assert left("build", tmp_path, monkeypatch) == {"build/a.py"}
    write(tmp_path, {"app/inner/deep/gone.py": CLIENT, "app/inner/deep/.gitignore": "x.py\n"})
    assert left("app/inner", tmp_path, monkeypatch, ("none",)) == set()


def test_outside_of_a_repository_git_ignores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"app/a.py": CLIENT, ".gitignore": "a.py\n"})
    assert left("app", tmp_path, monkeypatch) == {"app/a.py"}


CLIENT = "import redis\nr = redis.Redis(socket_timeout=2)\n"


@pytest.mark.timeout(30)
def test_pipes_and_broken_links_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"use.py": f"{CLIENT}{USE.format(client='r')}"})
    for name in ("pipe.py", "pipe.lua", "redis.spec.yaml"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "circle.py").symlink_to("circle.py")
    (tmp_path / "lost.py").symlink_to("nowhere.py")
    assert found(tmp_path, monkeypatch) == [("use.py", "RS103")]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pipe.py", "`pipe.py` is a pipe, socket or device, not a file"),
        ("pipe.lua", "`pipe.lua` is a pipe, socket or device, not a file"),
        ("lost.py", "`lost.py` is a link to nothing"),
        ("missing.py", "there is no file `missing.py`"),
        ("missing", "there is no file `missing`"),
    ],
)
def test_what_is_named_and_is_no_file(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for pipe in ("pipe.py", "pipe.lua"):
        os.mkfifo(tmp_path / pipe)
    (tmp_path / "lost.py").symlink_to("nowhere.py")
    with pytest.raises(CommandError) as caught:
        lint_files((name,), Config())
    assert caught.value.message == said
    assert caught.value.help


def _denied(*_: object, **__: object) -> object:
    raise PermissionError(13, "Permission denied")


def test_files_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everything: the refusal is made here.
    write(tmp_path, {"a.py": CLIENT, "a.lua": "return 1\n", "pyproject.toml": "[tool.redisspec]\n"})
    write(tmp_path, {"redis.spec.yaml": "version: 1\n"})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", _denied)
    (fault,) = load_config().diagnostics
    assert (fault.code, fault.message) == (
        CODE,
        "`pyproject.toml` cannot be read: Permission denied",
    )
    result = lint_paths(("a.lua", "a.py", "redis.spec.yaml"), LintConfig())
    right = "give the user that runs redisspec the right to read it"
    assert {(one.code, one.help) for one in (*result.diagnostics, fault)} == {
        ("RS001", right),
        ("RS006", right),
        ("RS007", right),
        ("RS008", right),
    }
    assert all("Python 3" not in one.message for one in result.diagnostics)


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"closed/a.py": CLIENT})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CommandError, match="the folder `closed` cannot be read"):
        lint_files(("closed",), Config())
