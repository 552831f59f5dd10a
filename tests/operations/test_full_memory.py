"""A server without memory refuses an operation whole or does it whole, with whatever write it begins."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pytest

from tests.operations.campaign import plain_client
from tests.operations.catalogue import SPEC
from tests.operations.packages import client_class
from tests.operations.pipeline import Built, built
from tests.operations.runner import connected
from tests.operations.snapshot import snapshot
from tests.operations.test_all_or_nothing import STEPS, filled, program_of_steps
from tests.server.conftest import here
from tests.server.generated.packages import ENGINES
from tests.server.servers import Server, start

GIVEN = {"shop": 1, "part": "x", "n": 3, "s": "s"}


@cache
def package(engine: str) -> Built:
    """The steps of test_all_or_nothing, each of them once the first."""
    shapes = {
        f"first_{at}": program_of_steps([*STEPS[at:], *STEPS[:at]]) for at in range(len(STEPS))
    }
    return built(shapes, spec=SPEC.read_text("utf-8").replace("redis >= 7.0", engine))


@pytest.fixture(scope="module", params=ENGINES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    here(request.param)
    with start(request.param, "--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as one:
        yield one


def memory(server: Server, size: int) -> None:
    server.call("CONFIG", "SET", "maxmemory", size)


def changed(execute: Any, server: Server, call: Any, *, full: bool) -> tuple[set[str], str]:
    """The keys (without their namespace) that the call changed, and its error."""
    ends = "PEXPIRETIME" if server.binary.version >= (7, 0, 0) else "EXISTS"
    namespace = f"f{uuid.uuid4().hex[:8]}"
    filled(execute, namespace)
    before = snapshot(execute, namespace, ends)
    error = ""
    memory(server, 1 if full else 0)
    try:
        call(namespace)
    except Exception as raised:
        error = str(raised)
    finally:
        memory(server, 0)
    after = snapshot(execute, namespace, ends)
    execute("DEL", *{*before, *after})
    keys = {*before, *after}
    differ = {key for key in keys if before.get(key) != after.get(key)}
    return {key.decode().partition(":")[2] for key in differ}, error


def _called(apps: Any, name: str, awaited: bool, space: str) -> Any:
    return apps.call(space, name, GIVEN, awaited)


def test_unchanged_or_wholly_changed(server: Server) -> None:
    made = package(ENGINES[server.binary.kind])
    assert not made.refused
    ends: list[str] = []
    with connected(made.package, server) as apps, plain_client(server) as execute:
        for at, name in enumerate(made.accepted):
            call = partial(_called, apps, name, at % 2 == 1)
            wholly, error = changed(execute, server, call, full=False)
            assert wholly and not error, (name, error)
            found, error = changed(execute, server, call, full=True)
            assert found in (set(), wholly), (STEPS[at], error, wholly - found)
            assert bool(error) == (not found), (STEPS[at], error)
            assert not error or "OOM" in error or "memory" in error, error
            ends.append(error)
    assert sum(map(bool, ends)) > 10 and ends.count("") > 3, ends


def test_control_step_by_step(server: Server) -> None:
    """The same writes as commands of their own: what needs no memory is done, the rest is not."""
    made = package(ENGINES[server.binary.kind])

    def one_by_one(namespace: str) -> None:
        app = client_class(made.package)(apps.sync, namespace=namespace)
        app.flag.delete(1, "x")
        app.text.set(1, "x", "s")

    with connected(made.package, server) as apps, plain_client(server) as execute:
        found, error = changed(execute, server, one_by_one, full=True)
    assert found == {"flag:{1}:x"} and error
