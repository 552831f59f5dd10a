"""What a run over folders looks at: packages that hand a client on are seen through, copies of the library are not told of."""

from pathlib import Path

import pytest

from redisspec.cli.config import Config
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
