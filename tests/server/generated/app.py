"""A generated client with one face, sync or asyncio, that notes which methods were called."""

import asyncio
import contextlib
import inspect
from collections.abc import Callable
from typing import Any

Called = set[tuple[str, str]]


class Accessor:
    """An accessor whose methods return values, whichever client is behind it."""

    def __init__(self, app: "App", name: str) -> None:
        self._app = app
        self._name = name
        self._inner = getattr(app.client, name)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        made = getattr(self._inner, method)

        def call(*arguments: Any, **named: Any) -> Any:
            self._app.called.add((self._name, method))
            return self._app.value(made(*arguments, **named))

        return call


class App:
    """`client` is of the class `Live`, of the package's root or of its `aio`."""

    def __init__(
        self, client: Any, loop: asyncio.AbstractEventLoop | None, called: Called | None = None
    ) -> None:
        self.client = client
        self.loop = loop
        self.called: Called = set() if called is None else called

    def __getattr__(self, name: str) -> Accessor:
        return Accessor(self, name)

    def value(self, result: Any) -> Any:
        """The result itself, awaited where that is needed; generators as lists."""
        if inspect.isasyncgen(result):

            async def gathered() -> list[Any]:
                return [item async for item in result]

            return self.value(gathered())
        if inspect.isgenerator(result):
            return list(result)
        if inspect.isawaitable(result):
            assert self.loop is not None
            return self.loop.run_until_complete(result)
        assert self.loop is None or not inspect.iscoroutine(result)
        return result

    def batched(self, fill: Callable[[Any], Any]) -> Any:
        """What `fill` returns for a batch that is sent right after it."""
        if self.loop is None:
            with self.client.batch() as batch:
                return fill(batch)

        async def sent() -> Any:
            async with self.client.batch() as batch:
                return fill(batch)

        return self.loop.run_until_complete(sent())


class Connection:
    """A redis-py client, sync or asyncio, over which apps of any namespace are made."""

    def __init__(self, package: Any, kind: str, make: Callable[[Any], Any]) -> None:
        self.loop = asyncio.new_event_loop() if kind == "async" else None
        self.package = package
        self.client = self.loop.run_until_complete(self._made(make)) if self.loop else make(package)

    async def _made(self, make: Callable[[Any], Any]) -> Any:
        return make(self.package)

    def app(self, namespace: str, called: Called | None = None) -> App:
        module = self.package.aio if self.loop else self.package
        return App(module.Live(self.client, namespace=namespace), self.loop, called)

    def close(self) -> None:
        if self.loop is None:
            self.client.close()
            return
        close = getattr(self.client, "aclose", None) or self.client.close
        with contextlib.suppress(RuntimeError):
            self.loop.run_until_complete(close())
        self.loop.close()
