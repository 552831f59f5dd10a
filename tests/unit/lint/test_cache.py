"""A run that changed nothing reads nothing; what changed is read again, with whatever rests on it."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from redisspec.lint import LintConfig, LintResult, cache, lint_paths, python_files, python_run
from redisspec.readers.python.files import PyFile
from redisspec.readers.python.project import LIBRARY, Project

FILES = {
    "store.py": "import redis\n\nr = redis.Redis(socket_timeout=2)\n\n\ndef keep(key, value):\n    r.set(key, value)\n",
    "use.py": "from store import keep, r\n\n\ndef login(user):\n    keep(f'token:{user}', 1)\n    r.expire(f'token:{user}', 60)\n",
    "other.py": "import redis\n\nr = redis.Redis(socket_timeout=2)\n\n\ndef count():\n    return r.keys('*')  # redisspec: ignore[RS208] ten keys\n",
    "broken.py": "import redis\n\nredis.Redis(\n",
    "silent.py": "import json\n",
}
SPEC = "version: 1\nname: token\nkeyspaces:\n  {name}: {{key: '<user:slug>', structure: string, value: int, ttl: 1h}}\n"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read, in a folder with a project whose files are a day old."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        write(name, text)
    seen: list[str] = []
    inner = python_files.lint_python

    def spy(file: PyFile, project: Project, config: LintConfig, spec: object = None) -> object:
        seen.append(file.source.path)
        return inner(file, project, config, spec)  # type: ignore[arg-type] # a Program or None, handed on as it is

    monkeypatch.setattr(python_files, "lint_python", spy)
    return seen


def write(name: str, text: str, age: int = 86_400) -> None:
    Path(name).write_text(text)
    then = Path(name).stat().st_mtime - age
    os.utime(name, (then, then))


def lint(config: LintConfig | None = None, names: tuple[str, ...] = tuple(FILES)) -> LintResult:
    return lint_paths(names, config, keep=Path("kept"))


def same(one: LintResult, other: LintResult) -> bool:
    texts = [{path: text.text for path, text in each.sources.items()} for each in (one, other)]
    return one.diagnostics == other.diagnostics and texts[0] == texts[1]


def test_the_second_run_reads_nothing_and_says_the_same(read: list[str]) -> None:
    first = lint()
    assert sorted(read) == ["other.py", "store.py", "use.py"]
    read.clear()
    assert same(lint(), first)
    assert same(lint_paths(tuple(FILES)), first)
    assert {one.code for one in first.diagnostics} == {"RS008", "RS101", "RS103"}
    assert sorted(read) == ["other.py", "store.py", "use.py"], "the run without a cache reads all"


def test_a_copy_of_a_library_is_no_reason_to_look_at_all_files(
    read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("redis").mkdir()
    library = tuple(f"redis/{name}.py" for name in ("__init__", *LIBRARY))
    for name in library:
        write(name, "import redis\n")
    names = (*FILES, *library)
    first = lint(names=names)
    monkeypatch.setattr(python_run, "relevant", None)
    assert same(lint(names=names), first), "nothing but the stamps was looked at"


def test_what_rests_on_a_changed_file_is_read_again(read: list[str]) -> None:
    lint()
    read.clear()
    write("store.py", FILES["store.py"].replace("r.set(key, value)", "r.set(key, value, ex=9)"))
    assert {one.code for one in lint().diagnostics} == {"RS008"}
    assert sorted(read) == ["store.py", "use.py"]
    read.clear()
    lint()
    assert read == []


def test_a_change_of_the_same_size_is_seen_by_its_time(read: list[str]) -> None:
    lint()
    write("use.py", FILES["use.py"].replace("60", "61"), age=3_600)
    read.clear()
    lint()
    assert read == ["use.py"]


def test_a_silent_file_that_speaks_now(read: list[str]) -> None:
    lint()
    read.clear()
    write("silent.py", "from store import r\n\n\ndef f():\n    r.flushdb()\n")
    assert "RS209" in {one.code for one in lint().diagnostics}
    assert read == ["silent.py"]


def test_other_settings_and_other_files_are_other_runs(read: list[str]) -> None:
    lint()
    read.clear()
    assert {one.code for one in lint(LintConfig(ignore=("RS103",))).diagnostics} == {
        "RS008",
        "RS101",
    }
    assert len(read) == 3
    read.clear()
    lint(names=("store.py", "use.py"))
    assert sorted(read) == ["store.py", "use.py"]


def test_a_changed_spec_judges_anew(read: list[str]) -> None:
    Path("redis.spec.yaml").write_text(SPEC.format(name="token"))
    names = ("redis.spec.yaml", *FILES)
    first = lint(names=names)
    assert any("token" in one.message for one in first.diagnostics if one.code == "RS705")
    read.clear()
    assert same(lint(names=names), first)
    assert read == []
    Path("redis.spec.yaml").write_text(SPEC.format(name="login_token"))
    again = lint(names=names)
    assert any("login_token" in one.message for one in again.diagnostics if one.code == "RS705")
    assert len(read) == 3


def test_a_file_that_is_as_young_as_the_run_is_not_kept(read: list[str]) -> None:
    write("use.py", FILES["use.py"], age=-1)
    lint()
    read.clear()
    lint()
    assert read == ["use.py"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"\x80\x05not a pickle",
        lambda data: pickle.dumps({"use.py": 1}),
        lambda data: pickle.dumps([1, 2]),
        lambda data: data.replace(b"redisspec.lint.cache", b"redisspec.lint.gone0"),
    ],
)
def test_a_damaged_cache_is_none(read: list[str], damage: Callable[[bytes], bytes]) -> None:
    first = lint()
    (file,) = Path("kept").glob("*.lint")
    file.write_bytes(damage(file.read_bytes()))
    read.clear()
    assert same(lint(), first)
    assert len(read) == 3


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("pwned",)


def test_a_cache_from_elsewhere_runs_no_code(read: list[str]) -> None:
    first = lint()
    (file,) = Path("kept").glob("*.lint")
    file.write_bytes(pickle.dumps({"use.py": Evil()}))
    assert same(lint(), first)
    assert not Path("pwned").exists()
    pickle.loads(pickle.dumps(Evil()))
    assert Path("pwned").exists()


def test_where_nothing_can_be_kept_the_run_is_the_same(read: list[str]) -> None:
    Path("kept").write_text("a file where the folder would be")
    first = lint()
    assert same(lint(), first)
    assert Path("kept").read_text() == "a file where the folder would be"


def test_the_oldest_go_and_nothing_is_left_half_written(
    read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    for target in ((5, 0), (6, 0), (7, 0), (8, 0)):
        lint(LintConfig(target_redis_py=target))
    left = sorted(path.suffix or path.name for path in Path("kept").iterdir())
    assert left == [".TAG", ".gitignore", ".lint", ".lint"]
    read.clear()
    lint(LintConfig(target_redis_py=(8, 0)))
    assert read == []
