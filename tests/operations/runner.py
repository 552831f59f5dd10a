"""Runs a case on a real server and in the interpreter, and says where the two differ."""

from __future__ import annotations

import ast
import asyncio
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from redisspec.ir.model import Keyspace
from tests.operations.cases import NAMESPACE, Run
from tests.operations.catalogue import keyspaces
from tests.operations.compare import Comparison
from tests.operations.model.data import Data
from tests.operations.model.interpreter import EXACT, run
from tests.operations.outcomes import Outcome, of_model, of_package, same
from tests.operations.packages import client_class
from tests.operations.programs import Program
from tests.operations.server_data import differences, write
from tests.operations.states import key_of
from tests.server.servers import Server

_numbers = count()


class Owners(dict[str, Keyspace]):
    """The keyspace of each key, by the name that stands behind the namespace."""

    def __missing__(self, key: str) -> Keyspace:
        return keyspaces()[key.split(":")[1]]


@dataclass
class Apps:
    """A package's clients, of both kinds, on one server."""

    package: Any
    sync: Any
    awaited: Any
    loop: asyncio.AbstractEventLoop

    def call(self, namespace: str, name: str, arguments: dict[str, Any], aio: bool) -> Any:
        """What the operation returns: by place and sync, or by name and awaited."""
        if not aio:
            app = client_class(self.package)(self.sync, namespace=namespace)
            return getattr(app, name)(*arguments.values())

        async def awaited() -> Any:
            app = client_class(self.package.aio)(self.awaited, namespace=namespace)
            return await getattr(app, name)(**arguments)

        return self.loop.run_until_complete(awaited())


@contextmanager
def connected(package: Any, server: Server) -> Iterator[Apps]:
    """The package's own clients."""
    runtime = f"{package.__name__}._runtime"
    loop = asyncio.new_event_loop()

    async def made() -> Any:
        return importlib.import_module(f"{runtime}.aio_clients").from_url(server.url)

    sync = importlib.import_module(f"{runtime}.clients").from_url(server.url)
    awaited = loop.run_until_complete(made())
    try:
        yield Apps(package, sync, awaited, loop)
    finally:
        sync.close()
        loop.run_until_complete(awaited.aclose())
        loop.close()


def divergence(
    apps: Apps, execute: Any, name: str, program: Program, one: Run, *, aio: bool = False
) -> str | None:
    """What differs between the server and the model after this call; None where nothing does."""
    namespace = f"d{next(_numbers)}"
    before = renamed(one.state, namespace)
    owners = Owners()
    write(execute, owners, before)
    model = before.copy()
    started = datetime.now(UTC)
    model.now = started
    comparison = Comparison(started)
    try:
        real = of_package(lambda: apps.call(namespace, name, one.arguments, aio))
        said = interpreted(program, one.arguments, model, namespace)
        if said.error == "DecodeError" and real.error is None:
            return None  # nobody looked at what is not as declared
        lenient = _too_large(program, one, real, said) or _later(real, said)
        if lenient:
            model.restore(before)
        elif not same(comparison, real, said):
            return f"ended with {shown(real)}\n    in the model {shown(said)}"
        found = differences(
            execute, namespace, owners, model, comparison, before if said.error or lenient else None
        )
        return "\n    ".join(found) or None
    finally:
        keys = execute("KEYS", f"{namespace}:*")
        if keys:
            execute("DEL", *keys)


def interpreted(
    program: Program, arguments: dict[str, Any], model: Data, namespace: str
) -> Outcome:
    return of_model(
        lambda: run(
            program.source,
            arguments,
            model,
            {name: keyspaces()[name] for name in program.keyspaces},
            lambda *key: key_of(namespace, *key),
        )
    )


def renamed(data: Data, namespace: str) -> Data:
    """The same data under another namespace."""
    made = data.copy()
    for held in ("values", "ttls"):
        values = getattr(made, held)
        new = {f"{namespace}{key.removeprefix(NAMESPACE)}": value for key, value in values.items()}
        setattr(made, held, new)
    return made


def shown(outcome: Outcome) -> str:
    if outcome.error is None:
        return repr(outcome.value)
    return f"{outcome.error} {outcome.attributes or ''} {outcome.text[:300]}"


# --- what the language leaves open ------------------------------------------------


def _too_large(program: Program, one: Run, real: Outcome, said: Outcome) -> bool:
    """An int that the steps reckon with somewhere is refused before anything is sent, wherever that is."""
    if said.text == "argument":
        # a method's own bound, or the check of a parameter, may be what says so
        return real.error in {"EncodeError", "BoundExceeded", "ArithmeticFault"}
    numbers = [value for value in one.arguments.values() if type(value) is int]
    numbers += [
        item
        for value in one.arguments.values()
        if isinstance(value, list)
        for item in value
        if type(item) is int
    ]
    large = any(abs(number) > EXACT for number in numbers)
    unsent = large and real.error == "EncodeError"
    return unsent and (said.error == "ArithmeticFault" or reckons(program))


def _later(real: Outcome, said: Outcome) -> bool:
    """What is not as declared may be noticed at a later step, which another refusal may come before.

    Whichever it is, nothing has changed then.
    """
    return said.error == "DecodeError" and real.error != "ResponseError"


def reckons(program: Program) -> bool:
    """Whether there is anything in the steps that needs exact ints."""
    plain = (ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.Compare, ast.Call)
    return any(isinstance(node, plain) for node in ast.walk(ast.parse(program.source)))
