"""The caller's own clock decides nothing, but where a rate limit says `clock: client`."""

import ast
from pathlib import Path

import redisspec.runtime

RUNTIME = Path(redisspec.runtime.__file__).parent
CLOCKS = {"time", "time_ns", "now", "utcnow", "today", "gmtime", "localtime"}
"""What reads it, as a method: `time.time()`, `datetime.now()`."""


def readings(file: Path) -> list[str]:
    """Where a file reads the clock, by the function that does."""
    return [
        function.name
        for function in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCKS
    ]


def test_only_limits_read_the_callers_clock() -> None:
    found = {file.name: read for file in RUNTIME.glob("*.py") if (read := readings(file))}
    assert found == {"limits.py": ["now_us"]}
