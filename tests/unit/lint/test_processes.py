"""A run over many files says the same in one process as in several, in the same order."""

from pathlib import Path

import pytest

from redisspec.lint import LintConfig, lint_paths, processes

PROGRAM = """\
import redis

client = redis.Redis(socket_timeout=2)


def remember{n}(user, token):
    client.set(f"token{n}:{{user}}", token)
    client.expire(f"token{n}:{{user}}", 3_600)


def carts{n}():
    return client.keys("cart{n}:*")  # redisspec: ignore[keys-command] few keys
"""


def test_several_processes_say_what_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [f"part{n}.py" for n in range(processes.FEW + 6)]
    for number, name in enumerate(names):
        Path(name).write_text(PROGRAM.format(n=number) + "# more\n" * (number % 7))
    Path(names[3]).write_text("import redis\n\nredis.Redis(\n")
    several = lint_paths(names, LintConfig())
    monkeypatch.setattr(processes, "FEW", 1_000)
    one = lint_paths(names, LintConfig())
    assert several.diagnostics == one.diagnostics
    assert {path: text.text for path, text in several.sources.items()} == {
        path: text.text for path, text in one.sources.items()
    }
    assert {diagnostic.code for diagnostic in one.diagnostics} == {"RS008", "RS103"}


def test_an_error_in_the_work_is_told_and_no_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(path: str) -> str:
        raise ValueError(path)

    with pytest.raises(ValueError, match="p"):
        dict(processes.in_turn(work, [f"p{n}" for n in range(processes.FEW)]))


def test_answers_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    """The largest are begun first, and nobody sees it."""
    paths = []
    for number in range(processes.FEW + 9):
        path = tmp_path / f"{number}.py"
        path.write_text("#" * (number * 37 % 50))
        paths.append(str(path))
    heard: list[tuple[int, int]] = []
    found = list(processes.in_turn(len, paths, lambda *one: heard.append(one)))
    assert found == [(path, len(path)) for path in paths]
    assert heard == [(number, len(paths)) for number in range(1, len(paths) + 1)]
