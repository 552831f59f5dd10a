"""Packages made from a spec's text, and their clients, sync and awaited, with one face.

spec = "rate_limits:\n  api: {key: \"api:<user_id:int>\", limits: [5/s]}\n"
with face(package(spec), kind, server, namespace) as shop:
    shop.api.take(7)              # awaited where the kind is async
"""

import asyncio
import contextlib
import hashlib
import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import redis
from redis import asyncio as aio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.codegen import generate
from redisspec.diagnostics.text import render
from redisspec.ir.program import Program
from redisspec.lint.unsound import check
from redisspec.spec.load import load_spec
from tests.generated.compiled import written
from tests.server.generated.app import App
from tests.server.generated.conftest import clients_of
from tests.server.generated.packages import packages_folder
from tests.server.servers import Cluster, Server

KINDS = ("sync", "async")
HEAD = "version: 1\nname: live\nserver: {engine: redis >= 6.2, topology: cluster}\n"


@cache
def program(spec: str) -> Program:
    """The program of a spec's text (HEAD is put before it where it has no version)."""
    text = spec if spec.startswith("version:") else HEAD + spec
    digest = hashlib.sha1(text.encode()).hexdigest()[:12]
    file = packages_folder() / f"pattern_{digest}.spec.yaml"
    file.write_text(text)
    loaded = load_spec(str(file))
    found = list(loaded.diagnostics)
    if loaded.program is not None:
        found += check(loaded.program)
    assert loaded.program is not None and not found, render(found, loaded.sources)
    return loaded.program


@cache
def package(spec: str) -> Any:
    """The generated package, imported under a name of its own, with its `aio`."""
    name = f"pattern_{hashlib.sha1(spec.encode()).hexdigest()[:12]}"
    written(generate(program(spec)), packages_folder() / name)
    importlib.invalidate_caches()
    importlib.import_module(f"{name}.aio")
    return importlib.import_module(name)


@contextlib.contextmanager
def face(
    made: Any, kind: str, server: Server | Cluster, namespace: str, **options: Any
) -> Iterator[App]:
    """A client of the package over a plain client without retries, whose methods return values.

    `app.client` is the client itself, `app.loop` its loop (None where it is sync), `app.value(x)`
    awaits x where that is needed. `deadline` is the package's, other options are redis-py's.
    """
    deadline = options.pop("deadline", None)
    if kind == "sync":
        plain = _sync(made, server, options)
        yield App(made.Live(plain, namespace=namespace, deadline=deadline), None)
        plain.close()
        return
    loop = asyncio.new_event_loop()
    awaited = loop.run_until_complete(_awaited(made, server, options))
    try:
        yield App(made.aio.Live(awaited, namespace=namespace, deadline=deadline), loop)
    finally:
        loop.run_until_complete(clients_of(made, "async").close(awaited))
        loop.close()


def _sync(made: Any, server: Server | Cluster, options: dict[str, Any]) -> Any:
    if isinstance(server, Cluster):  # redis-py's own has retries; ours builds one without
        return clients_of(made, "sync").from_url(server.cluster_url)
    own = Retry(NoBackoff(), 0)
    return redis.Redis(host=server.host, port=server.port, retry=own, **options)


async def _awaited(made: Any, server: Server | Cluster, options: dict[str, Any]) -> Any:
    if isinstance(server, Cluster):
        return clients_of(made, "async").from_url(server.cluster_url)
    own = AsyncRetry(NoBackoff(), 0)
    return aio.Redis(host=server.host, port=server.port, retry=own, **options)
