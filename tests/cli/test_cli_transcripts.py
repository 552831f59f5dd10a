"""Transcripts: files, the commands run over them, and all that they print (golden).

A case opens with its files (`=== name`, then the content) and goes on with commands (`$ redisspec
...`), each followed by its standard output, its standard error (lines marked `! `) and its exit
status. `$ cat FILE` and `$ write FILE TEXT` look at and change the folder.
`REDISSPEC_UPDATE=1` writes what the commands print now.
"""

import os
import shlex
from pathlib import Path

import pytest

import redisspec
from redisspec.cli import main
from redisspec.source.generated import MARK

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def emitted(program):
    """Stands in for the emitter: what these cases are about is what is done with its files."""
    header = f"# {MARK}. Do not edit.\n"
    files = {
        f"keyspaces/{keyspace.name}.py": f'{header}KEY = "{keyspace.pattern.text}"\n'
        for keyspace in program.keyspaces
    }
    return files | {"__init__.py": header, "py.typed": ""}


@pytest.fixture(autouse=True)
def plain_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "REDISSPEC_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("redisspec.codegen.generate", emitted, raising=False)


def run(line: str, capsys) -> list[str]:
    verb, *words = shlex.split(line)
    if verb == "cat":
        text = Path(words[0]).read_text()
        version = f'"redisspec": "{redisspec.__version__}"'
        return text.replace(version, '"redisspec": "VERSION"').splitlines()
    if verb == "write":
        path = Path(words[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words[1].replace("\\n", "\n"))
        return []
    if verb == "rm":
        Path(words[0]).unlink()
        return []
    assert verb == "redisspec"
    status = main(words)
    out, err = capsys.readouterr()
    lines = out.splitlines() + [f"! {line}".rstrip() for line in err.splitlines()]
    lines = [
        line.replace(f"redisspec {redisspec.__version__}", "redisspec VERSION") for line in lines
    ]
    return [*lines, f"[exit {status}]"]


def split(text: str) -> tuple[dict[str, str], list[str]]:
    """The files of a case, and its commands."""
    files: dict[str, list[str]] = {}
    commands: list[str] = []
    current: list[str] | None = None
    for line in text.splitlines():
        if line.startswith("=== "):
            current = files.setdefault(line[4:], [])
        elif line.startswith("$ "):
            current = None
            commands.append(line[2:])
        elif current is not None:
            current.append(line)
    return {name: "".join(f"{line}\n" for line in lines) for name, lines in files.items()}, commands


def transcript(files: dict[str, str], commands: list[str], capsys) -> str:
    text = "".join(f"=== {name}\n{content}" for name, content in files.items())
    for command in commands:
        lines = run(command, capsys)
        text += f"$ {command}\n" + "".join(f"{line}\n" for line in lines)
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_transcript(case, capsys):
    expected = case.read_text(encoding="utf-8")
    files, commands = split(expected)
    for name, content in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")
    actual = transcript(files, commands, capsys)
    if os.environ.get("REDISSPEC_UPDATE"):
        case.write_text(actual, encoding="utf-8", newline="\n")
    assert actual == expected or os.environ.get("REDISSPEC_UPDATE")
