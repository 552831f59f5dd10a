"""Idempotency over an asyncio client: one recorded result for a key."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .aio_lane import AsyncLane
from .awaitables import NoAwaitable, awaitable
from .errors import RedisSpecError
from .idempotency_runs import (
    Begun,
    Recorded,
    fingerprint_of,
    new_token,
    reading,
)
from .replies import as_bool
from .retry import FAILURES, TOKEN, Encodable

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class IdempotencyScripts:
    """The SHA-1 of each script of idempotency records."""

    begin: str
    complete: str
    fail: str
    renew: str


class AsyncRun(Generic[R]):
    """A run that has begun: nobody else begins one for the key while its lease lasts.

    `attempt` counts the runs of the key; from 2 on an earlier one did not end in time, and
    may have done its work, or some of it.
    """

    __slots__ = ("_fingerprint", "_key", "_records", "_token", "attempt")

    def __init__(
        self,
        records: "AsyncIdempotency[R]",
        key: str,
        token: str,
        fingerprint: str,
        attempt: int,
    ) -> None:
        self._records = records
        self._key = key
        self._token = token
        self._fingerprint = fingerprint
        self.attempt = attempt

    async def complete(self, result: R) -> R:
        """Record the result and return what is recorded: another run's, where that was first.

        It is recorded even when the lease is over, as long as nobody has taken over;
        InFlight tells that somebody has.
        """
        records = self._records
        raw = records.encode(result)
        return await records.complete(
            self._key, self._token, self._fingerprint, self.attempt, raw, result
        )

    async def fail(self) -> bool:
        """Let the next run begin at once; False when the key is not this run's any more."""
        return await self._records.fail(self._key, self._token)

    async def renew(self) -> bool:
        """Take the whole lease again; False when the key is not this run's any more."""
        return await self._records.renew(self._key, self._token)


class AsyncIdempotency(Generic[R]):
    """The records of one declaration, on ready keys."""

    __slots__ = ("_keep_ms", "_lane", "_lease_ms", "_read", "_scripts", "encode")

    def __init__(
        self,
        lane: AsyncLane,
        scripts: IdempotencyScripts,
        keep_ms: int,
        lease_ms: int,
        encode: Callable[[R], Encodable],
        decode: Callable[[bytes], R],
    ) -> None:
        self._lane = lane
        self._scripts = scripts
        self._keep_ms = keep_ms
        self._lease_ms = lease_ms
        self.encode = encode
        self._read = reading(decode)

    async def begin(
        self, key: str, fingerprint: str | bytes | None = None
    ) -> AsyncRun[R] | Recorded[R]:
        """Begin a run, or give the result that is recorded."""
        token, digest = new_token(), fingerprint_of(fingerprint)
        found = await self._lane.call(
            (
                "EVALSHA",
                self._scripts.begin,
                1,
                key,
                self._keep_ms,
                self._lease_ms,
                token,
                digest,
            ),
            self._read,
            TOKEN,
        )
        if isinstance(found, Recorded):
            return found
        return AsyncRun(self, key, token, digest, found.attempt)

    async def run(
        self,
        key: str,
        function: Callable[[], Awaitable[R]],
        fingerprint: str | bytes | None = None,
    ) -> R:
        """The recorded result, or else that of the function, recorded.

        When the function raises, the key is given up and the next call runs it again. When
        its result cannot be recorded, the lease runs out first: the work is done already.
        """
        begun = await self.begin(key, fingerprint)
        if isinstance(begun, Recorded):
            return begun.result
        try:
            result = await awaitable(function())
        except NoAwaitable:
            raise  # the work is done already: the lease stays
        except BaseException:
            # A second cancellation does not stop it; where this fails, the lease ends by itself.
            with contextlib.suppress(RedisSpecError, *FAILURES):
                await asyncio.shield(begun.fail())
            raise
        return await begun.complete(result)

    async def complete(
        self,
        key: str,
        token: str,
        fingerprint: str,
        attempt: int,
        raw: Encodable,
        result: R,
    ) -> R:
        """Record the encoded result of a run; what is recorded."""
        found = await self._lane.call(
            (
                "EVALSHA",
                self._scripts.complete,
                1,
                key,
                self._keep_ms,
                token,
                fingerprint,
                attempt,
                raw,
            ),
            self._read,
            TOKEN,
        )
        return result if isinstance(found, Begun) else found.result

    async def fail(self, key: str, token: str) -> bool:
        """Remove the record of a run that has failed."""
        command = ("EVALSHA", self._scripts.fail, 1, key, token)
        return await self._lane.call(command, as_bool, TOKEN)

    async def renew(self, key: str, token: str) -> bool:
        """Give a run its lease again."""
        command = ("EVALSHA", self._scripts.renew, 1, key, self._lease_ms, token)
        return await self._lane.call(command, as_bool, TOKEN)
