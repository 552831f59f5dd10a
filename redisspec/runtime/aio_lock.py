"""Takes locks: waits for its turn, and leaves nothing behind where it gives up."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Generic, TypeVar

from . import aio_background as background
from .aio_lane import AsyncLane
from .aio_lease import AsyncHeld, AsyncLease, abandon, let_go
from .errors import KeyedError, OutcomeUnknown, Unavailable
from .leases import (
    TOMB_MS,
    Holder,
    Side,
    holder,
    holders,
    new_token,
    patience,
    pause,
    queued_ms,
    taken,
)
from .retry import SAFE, TOKEN, Command
from .ttl import held_for

L = TypeVar("L", bound=AsyncLease)


class AsyncLock(Generic[L]):
    """One way to hold the locks of a declaration, by their keys."""

    __slots__ = ("_lane", "_lease", "_prefix", "_side")

    def __init__(
        self,
        lane: AsyncLane,
        prefix: str,
        side: Side,
        lease: Callable[[AsyncLane, Side, Mapping[str, str], str, int], L],
    ) -> None:
        self._lane = lane
        self._prefix = prefix
        self._side = side
        self._lease = lease

    def hold(
        self,
        key: str,
        ttl: timedelta | float | None,
        wait: timedelta | float | None,
        owner: str | None,
    ) -> AsyncHeld[L]:
        """The lock around a block."""

        async def acquire() -> L | None:
            return await self.acquire(key, ttl, wait, owner)

        return AsyncHeld(key, acquire, self._side.renews)

    async def acquire(
        self,
        key: str,
        ttl: timedelta | float | None,
        wait: timedelta | float | None,
        owner: str | None,
    ) -> L | None:
        """Take the lock; None where others held it for the whole wait."""
        side = self._side
        ttl_ms = held_for(ttl, side.ttl_ms)
        seconds = patience(wait, side.wait_ms)
        # Made before anything is sent: what becomes of a lost call is known by its token.
        token = new_token(owner)
        keys = side.keys(self._prefix, key, token)
        try:
            lease = await self._taken(keys, token, ttl_ms, seconds)
        except Unavailable:
            raise
        except BaseException as error:
            if isinstance(error, KeyedError):
                # A script's error does not say which of its keys is meant: the lock's names it.
                error.key = error.key or key
            # It may be executed yet, by a server that was only slow: its token is buried.
            seconds = (ttl_ms + TOMB_MS) / 1000
            await background.settled(abandon, self._lane, side, keys, token, seconds)
            raise
        if lease is not None and side.renews:
            lease.keep()
        return lease

    async def holder(self, key: str) -> Holder | None:
        """Who holds a lock that one holds at a time."""
        found = await self._lane.call(self._look(key), holder, SAFE)
        if found is None or self._side.fenced:
            return found
        return replace(found, fence=None)

    async def holders(self, key: str) -> list[Holder]:
        """Who shares a lock."""
        return await self._lane.call(self._look(key), holders, SAFE)

    def _look(self, key: str) -> Command:
        side = self._side
        return side.look.command(side.keys(self._prefix, key, ""))

    async def _taken(
        self, keys: Mapping[str, str], token: str, ttl_ms: int, seconds: float
    ) -> L | None:
        side = self._side
        ends = time.monotonic() + seconds
        unsure = waited = False
        while True:
            sent = time.monotonic()
            queued = queued_ms(ends - sent)
            command = side.acquire.command(keys, token, ttl_ms, queued)
            try:
                reply, lost = await self._lane.told(command, taken, TOKEN)
            except Unavailable as error:
                if unsure:  # this attempt changed nothing, an earlier one may yet
                    raise OutcomeUnknown(error.command, error.key) from error
                raise
            unsure = unsure or lost
            left = ends - time.monotonic()
            if reply.state == 1:
                lease = self._lease(self._lane, side, keys, token, reply.number)
                lease.begin(sent, ttl_ms, unsure)
                if not lease.lost:
                    return lease
                # The reply came after the lease's end: asked again, it is renewed.
                waited = True
                if left > 0:
                    continue
            if reply.state < 0:
                return None
            if left <= 0:
                if waited:
                    tomb_ms = TOMB_MS if unsure else 0
                    await let_go(self._lane, side, keys, token, tomb_ms)
                return None
            waited = True
            await self._lane.pop(keys[side.wake], pause(reply.number, left))
