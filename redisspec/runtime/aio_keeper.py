"""Renews leases from tasks, until they are released, lost or forgotten."""

import asyncio
import contextlib
import weakref
from datetime import timedelta
from typing import Any, Protocol

from .errors import RedisSpecError
from .retry import FAILURES

_PAUSE = 0.05


class Kept(Protocol):
    """What is kept: a lease."""

    @property
    def remaining(self) -> timedelta:
        """How long it is certain."""
        ...

    @property
    def lost(self) -> bool:
        """Whether it is over, and was not released."""
        ...

    def due(self) -> float | None:
        """In how many seconds it is to be renewed; None once it is over."""
        ...

    async def renew(self) -> bool:
        """Renew it; False where it is lost."""
        ...


class Interruption:
    """Cancels the task of a block whose lock was lost, as a timeout does."""

    __slots__ = ("_before", "_task", "made")

    def __init__(self) -> None:
        self.made = False
        self._task: asyncio.Task[Any] | None = None
        self._before = 0

    def begin(self) -> None:
        """The block begins, in the current task."""
        self.made = False
        self._task = asyncio.current_task()
        self._before = self._task.cancelling() if self._task else 0

    def make(self) -> None:
        """Stop the block."""
        if self._task is not None and not self.made:
            self.made = True
            self._task.cancel("the lock was lost")

    async def end(self, error: BaseException | None) -> bool:
        """The block ends; whether it was stopped by this and by nothing else."""
        task, self._task = self._task, None
        if task is None or not self.made:
            return False
        late = not isinstance(error, asyncio.CancelledError)
        if late:
            # It ended just before it was stopped, and would be stopped behind its end.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        if task.uncancel() <= self._before:
            return not late
        if late:
            raise asyncio.CancelledError
        return False


class Keeper:
    """Renews one lease at every third of its TTL.

    It keeps no lease alive: one that was dropped without a release ends by itself.
    """

    __slots__ = ("__weakref__", "_task", "interruption")

    def __init__(self, lease: Kept) -> None:
        self.interruption: Interruption | None = None
        self._task = asyncio.create_task(_keep(weakref.ref(lease), weakref.ref(self)))

    def stop(self) -> None:
        """Renew no more."""
        self._task.cancel()


async def _keep(ref: "weakref.ref[Kept]", keeper: "weakref.ref[Keeper]") -> None:
    pause = _due(ref)
    while pause is not None:
        await asyncio.sleep(pause)
        pause = await _renewed(ref)
    lease, own = ref(), keeper()
    if lease is not None and lease.lost and own is not None and own.interruption:
        own.interruption.make()


def _due(ref: "weakref.ref[Kept]") -> float | None:
    lease = ref()
    return None if lease is None else lease.due()


async def _renewed(ref: "weakref.ref[Kept]") -> float | None:
    """Renew; in how many seconds again. A failure is tried again until the lease is over."""
    lease = ref()
    if lease is None:
        return None
    # A server that is silent must not keep the holder from hearing that its time is up.
    with contextlib.suppress(*FAILURES, RedisSpecError, TimeoutError):
        async with asyncio.timeout(lease.remaining.total_seconds()):
            await lease.renew()
    due = lease.due()
    return None if due is None else max(due, _PAUSE if due == 0 else 0)
