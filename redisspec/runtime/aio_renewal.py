"""Keeps something renewed in the background while an awaited block runs."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


@asynccontextmanager
async def renewed(
    renew: Callable[[], Awaitable[bool]], every: float
) -> AsyncGenerator[None, None]:
    """Call `renew` each `every` seconds until it answers False, or the block ends."""
    task = asyncio.get_running_loop().create_task(_again(renew, every))
    try:
        yield
    finally:
        task.cancel()


async def _again(renew: Callable[[], Awaitable[bool]], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            if not await renew():
                return
        except Exception:  # noqa: BLE001, S112 - it is tried again while the block runs
            continue


async def undisturbed(work: Callable[[A], Awaitable[T]], given: A) -> T:
    """Bring `work` to its end, also where the caller is cancelled meanwhile."""
    return await asyncio.shield(work(given))


async def pause(seconds: float) -> None:
    """Sleep."""
    await asyncio.sleep(seconds)
