"""What must come to its end though its caller does not wait for it: with tasks."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_GRACE = 0.5
_tasks: set[asyncio.Task[Any]] = set()


async def shielded(
    function: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Await it; the caller's cancellation does not reach it, and waits a moment for it."""
    task = _started(function(*args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait({task}, timeout=_GRACE)
        raise


async def settled(
    function: Callable[P, Coroutine[Any, Any, object]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Run it beside the caller, who waits a moment only and hears of no failure."""
    task = _started(function(*args, **kwargs))
    await asyncio.wait({task}, timeout=_GRACE)


def _started(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    _tasks.add(task)  # the loop itself keeps weak references only
    task.add_done_callback(_finished)
    return task


def _finished(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled():
        task.exception()  # read, so that asyncio does not report it as never read
