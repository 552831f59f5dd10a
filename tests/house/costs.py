"""The cost tables of docs/recipes/: what each call sends and what the server then runs, as a real server saw it."""

import contextlib
import hashlib
import importlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.codegen import generate
from redisspec.spec.load import load_spec
from tests.generated.compiled import written
from tests.server.generated.packages import packages_folder
from tests.server.servers import Server

_TABLE = re.compile(r"(?P<open><!-- costs -->\n\|.*\n\|.*\n)(?P<rows>(?:\|.*\n)+)<!-- end -->")
_CALL = re.compile(r"^\| `([^`]+)` \|", re.M)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NAMES = {"now": NOW, "today": NOW.date(), "week": NOW.date()}
"""What calls in the tables may name besides the client, which is called as its spec is."""


def filled(page: str, spec: Path, server: Server) -> str:
    """The page with its cost table made anew: the calls of a table run one after the other on empty data."""
    program = load_spec(spec).program
    assert program is not None
    package = _package(spec)
    with server.client(retry=Retry(NoBackoff(), 0)) as client:
        scope = {
            **NAMES,
            program.name: getattr(package, program.class_name)(client),
            **{name: getattr(package, name) for name in package.__all__},
        }

        def table(found: re.Match[str]) -> str:
            calls = _CALL.findall(found["rows"])
            assert len(calls) == found["rows"].count("\n"), found["rows"]
            for call in calls:  # the server knows the scripts then, as it does after the first day
                _run(call, scope)
            client.flushall()
            rows = "".join(_row(call, scope, server, client) for call in calls)
            return f"{found['open']}{rows}<!-- end -->"

        return _TABLE.sub(table, page)


def has_table(page: str) -> bool:
    """Whether the page has such a table."""
    return bool(_TABLE.search(page))


def _run(call: str, scope: dict[str, Any]) -> None:
    eval(call, dict(scope))


def _row(call: str, scope: dict[str, Any], server: Server, client: redis.Redis) -> str:
    with server.client() as watcher, watcher.monitor() as monitor:
        with _sent() as trips:
            _run(call, scope)
            taken = trips[0]
        client.echo("the end of the call")
        heard = []
        while (line := monitor.next_command())["command"].split()[0] != "ECHO":
            heard.append((line["client_type"] == "lua", line["command"].split()[0].upper()))
    scripted = any(inside for inside, _ in heard)
    names = dict.fromkeys(f"`{name}`" for inside, name in heard if inside or not scripted)
    return f"| `{call}` | {taken} | {'script: ' if scripted else ''}{' '.join(names)} |\n"


@contextlib.contextmanager
def _sent() -> Iterator[list[int]]:
    """Counts what leaves through any connection: a pipeline is one."""
    base: Any = redis.connection.AbstractConnection
    plain = base.send_packed_command
    count = [0]

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        count[0] += 1
        return plain(self, *args, **options)

    base.send_packed_command = counted
    try:
        yield count
    finally:
        base.send_packed_command = plain


def _package(spec: Path) -> ModuleType:
    program = load_spec(spec).program
    assert program is not None
    name = f"costs_{hashlib.sha1(spec.read_bytes()).hexdigest()[:12]}"
    written(generate(program), packages_folder() / name)
    importlib.invalidate_caches()
    return importlib.import_module(name)
