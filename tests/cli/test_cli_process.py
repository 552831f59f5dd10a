"""The command as a process: its streams, its signals, its colours, and what it imports."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from redisspec import __version__
from redisspec.cli import main
from redisspec.lint.rules import RULES

ROOT = Path(__file__).parents[2]
LEAKY = """\
version: 1
name: shop
keyspaces:
  views:
    key: views:{<user_id:int>}
    structure: list
    item: int
    max_items: 50
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "redis.spec.yaml").write_text(LEAKY)
    return tmp_path


def environment(**more):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "TERM", "REDISSPEC_DEBUG", "PYTHONUTF8")
    }
    return kept | {"PYTHONPATH": str(ROOT)} | more


def run(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "redisspec", *words],
        capture_output=True,
        env=environment(**more),
        timeout=60,
        check=False,
    )


def test_the_module_runs_as_the_command(folder):
    assert run("--version").stdout.decode() == f"redisspec {__version__}\n"
    assert run("lint").returncode == 1


def test_json_stands_alone_on_standard_output(folder):
    ended = run("lint", "--output-format", "json")
    assert [found["code"] for found in json.loads(ended.stdout)] == ["RS101"]
    assert ended.stderr == b""


def test_colour_is_for_terminals_and_for_those_who_force_it(folder):
    assert b"\x1b[" not in run("lint").stdout
    assert b"\x1b[" in run("lint", FORCE_COLOR="1").stdout
    assert b"\x1b[" not in run("lint", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert b"\x1b[" not in run("lint", FORCE_COLOR="0").stdout
    assert b"\x1b[" not in run("lint", "--output-format", "json", FORCE_COLOR="1").stdout
    assert b"\x1b[" in run("nothing", FORCE_COLOR="1").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal(folder, more, coloured):
    import pty  # noqa: PLC0415 - POSIX has it alone

    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "redisspec", "lint"],
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm", **more),
    )
    child.wait(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert b"RS101" in shown
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_what_an_encoding_lacks_is_escaped(folder, encoding):
    path = folder / "redis.spec.yaml"
    path.write_text(LEAKY + "    ttl: sehr länger 時\n", encoding="utf-8")
    ended = run("lint", PYTHONIOENCODING=f"{encoding}:strict", LC_ALL="C")
    assert ended.returncode == 2
    assert b"RS002" in ended.stdout
    assert b"\\u6642" in ended.stdout
    ended = run("lint", "時.yaml", PYTHONIOENCODING=f"{encoding}:strict", LC_ALL="C")
    assert b"\\u6642.yaml" in ended.stderr


@pytest.mark.parametrize("words", [("keys",), ("lint",), ("--help",), ("rule", "--all")])
def test_a_reader_that_left_is_no_error(folder, words):
    reader, writer = os.pipe()
    os.close(reader)
    child = subprocess.run(
        [sys.executable, "-m", "redisspec", *words],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (child.stderr, child.returncode) == (b"", 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_under_the_output_is_told(folder):
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "redisspec", "lint"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr == b"error: cannot write the output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_is_quiet(folder):
    program = (
        "import sys, time, redisspec.cli, redisspec.cli.schema as verb\n"
        "def wait(arguments):\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "verb.run = wait\n"
        "sys.exit(redisspec.cli.main(['schema']))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (130, b"")


def test_a_fault_of_ours_is_one_sentence(folder, monkeypatch, capsys):
    def fail(*_):
        raise ZeroDivisionError("of our own")

    monkeypatch.setattr("redisspec.cli.schema.run", fail)
    monkeypatch.delenv("REDISSPEC_DEBUG", raising=False)
    assert main(["schema"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert "the fault is not yours: ZeroDivisionError: of our own" in err
    assert "REDISSPEC_DEBUG=1" in err
    monkeypatch.setenv("REDISSPEC_DEBUG", "1")
    assert main(["schema"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_every_rule_is_listed(capsys):
    assert main(["rule", "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in RULES]
    for rule in RULES:
        assert main(["rule", rule.name]) == 0
        by_name = capsys.readouterr().out
        assert main(["rule", rule.code.lower()]) == 0
        assert capsys.readouterr().out == by_name


def test_the_collector_is_given_back(capsys):
    assert gc.isenabled()
    main(["rule", "--all"])
    assert gc.isenabled()


def imported(*words):
    """The modules that a command imports, and how it ended."""
    program = (
        "import sys, redisspec.cli\n"
        f"status = redisspec.cli.main({list(words)!r})\n"
        "print(status, *sorted(sys.modules), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env=environment(),
        text=True,
        timeout=60,
        check=True,
    )
    status, *modules = ended.stderr.splitlines()[-1].split()
    return int(status), set(modules)


def test_what_each_command_leaves_alone(folder):
    status, modules = imported("--version")
    assert status == 0
    assert not modules & {"argparse", "yaml", "redisspec.cli.app", "pydantic"}
    status, modules = imported("lint")
    assert status == 1
    assert not modules & {"jinja2", "redis", "tomllib", "pydantic"}
