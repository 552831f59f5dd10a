"""`--watch` lints again when a file changes, and ends by an interrupt."""

import signal
import subprocess
import sys
import time
from pathlib import Path

CLEAN = "import redis\n\nclient = redis.Redis(socket_timeout=2)\n"


def test_a_change_is_linted_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(CLEAN)
    watching = subprocess.Popen(
        [sys.executable, "-u", "-m", "redisspec", "lint", "--watch", "--output-format", "concise"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    try:
        assert watching.stdout.readline() == "no findings\n"
        assert watching.stdout.readline() == "watching 1 files; Ctrl+C ends it\n"
        time.sleep(0.05)
        file.write_text(CLEAN + "client.flushall()\n")
        assert watching.stdout.readline().startswith("app.py:4:1: RS209 ")
        assert watching.stdout.readline() == "found 1 error\n"
        (tmp_path / "pyproject.toml").write_text("[tool.redisspec]\nignore = 'RS209'\n")
        assert "watching" in watching.stdout.readline()
        (tmp_path / "pyproject.toml").write_text("[tool.redisspec]\nignore = ['RS209']\n")
        lines = [watching.stdout.readline() for _ in range(2)]
        assert "no findings\n" in lines
    finally:
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=20)
    assert watching.returncode == 130
    assert "Traceback" not in errors
