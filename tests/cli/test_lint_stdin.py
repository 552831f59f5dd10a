"""What stands on standard input is linted as the file that it is called: for editors and hooks."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """\
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token)
    client.expire(f"token:{user}", 3_600)
"""


def lint(folder: Path, *words: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "redisspec", "lint", *words],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_findings_are_of_the_text_and_not_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import redis\n")
    ran = lint(
        tmp_path, "-", "--stdin-filename", "app.py", "--output-format", "concise", text=PROGRAM
    )
    assert ran.returncode == 1
    assert ran.stdout.startswith("app.py:7:5: RS103 [error] ")


def test_a_fix_prints_the_mended_text_alone(tmp_path: Path) -> None:
    ran = lint(tmp_path, "--stdin-filename", "app.py", "--fix", text=PROGRAM)
    assert ran.returncode == 0
    assert ran.stdout.endswith('    client.set(f"token:{user}", token, ex=3_600)\n')
    assert not (tmp_path / "app.py").exists()


def test_what_needs_no_fix_is_printed_as_it_is(tmp_path: Path) -> None:
    text = "import redis\r\n\r\nx = 'Ä'\r\n"
    ran = subprocess.run(
        [sys.executable, "-m", "redisspec", "lint", "-", "--stdin-filename", "app.py", "--fix"],
        cwd=tmp_path,
        input=text.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout == text.encode()


def test_wrappers_of_the_project_around_it_are_seen(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text(
        "import redis\n\nclient = redis.Redis(socket_timeout=2)\n\n\ndef put(key, value):\n    client.set(key, value)\n"
    )
    text = "from store import client\n\n\ndef carts():\n    return client.keys('cart:*')\n"
    ran = lint(tmp_path, "-", "--stdin-filename", "app.py", "--output-format", "concise", text=text)
    assert "app.py:5:12: RS208" in ran.stdout


def test_a_name_is_needed(tmp_path: Path) -> None:
    ran = lint(tmp_path, "-", text=PROGRAM)
    assert ran.returncode == 2
    assert "--stdin-filename app/cache.py" in ran.stderr
    ran = lint(tmp_path, "app.py", "-", text=PROGRAM)
    assert ran.returncode == 2
    assert "--stdin-filename app/cache.py" in ran.stderr
    ran = lint(tmp_path, "--stdin-filename", "a.py", "b.py", text=PROGRAM)
    assert ran.returncode == 2
    assert "takes no further PATH" in ran.stderr
