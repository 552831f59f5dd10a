"""Rate limits, awaited: takes, peeks, refunds and resets of ready keys."""

import secrets
import time
from collections.abc import Sequence

from .aio_lane import AsyncLane
from .beside import key_beside
from .errors import KeyedError, RedisSpecError
from .limits import (
    Call,
    Decision,
    Denials,
    Limit,
    Outage,
    Settings,
    arguments,
    checked,
    decided,
    listed,
    now_us,
)
from .replies import as_bool, as_none
from .retry import FAILURES, NEVER, SAFE, TOKEN, Command, Retry, key_of


class AsyncRateLimit:
    """What a declared rate limit does with its keys; `prefix` begins them."""

    __slots__ = ("_denials", "_lane", "_outage", "_prefix", "_settings")

    def __init__(self, lane: AsyncLane, prefix: str, settings: Settings) -> None:
        self._lane = lane
        self._prefix = prefix
        self._settings = settings
        self._denials = Denials(settings.local_deny)
        self._outage = Outage(settings)

    async def take(
        self,
        key: str,
        cost: int,
        request_id: str | None,
        limits: Sequence[Limit | None] | None,
    ) -> Decision:
        """Take from all limits, or from none."""
        settings = self._settings
        call = checked(settings, cost, limits, request_id)
        known = listed(settings, key.removeprefix(self._prefix))
        if known is None and not call.request:
            # One with an id may have been admitted already.
            known = self._denials.of(key, call)
        if known is not None:
            return known
        keys: tuple[str, ...] = (key,)
        if settings.algorithm == "sliding_log":
            # What is kept needs a name, and the name makes a second run count once.
            call = call._replace(request=call.request or secrets.token_hex(8))
        elif call.request:
            keys = (key, key_beside(self._prefix, key, f"request:{call.request}"))
        retry: Retry = TOKEN if call.request else NEVER
        asked = time.monotonic()
        command = (
            "EVALSHA",
            settings.shas[0],
            len(keys),
            *keys,
            *arguments(settings, call),
        )
        decision = await self._decided(command, call, retry)
        self._denials.note(key, call, decision, asked)
        return decision

    async def peek(
        self, key: str, cost: int, limits: Sequence[Limit | None] | None
    ) -> Decision:
        """Say what a take would answer."""
        call = checked(self._settings, cost, limits, None)
        known = listed(self._settings, key.removeprefix(self._prefix))
        if known is not None:
            return known
        sent = arguments(self._settings, call)
        command = ("EVALSHA", self._settings.shas[1], 1, key, *sent)
        return await self._decided(command, call, SAFE)

    async def refund(self, key: str, cost: int, request_id: str | None) -> None:
        """Give back what was taken."""
        settings = self._settings
        call = checked(settings, cost, None, request_id)
        self._denials.forget(key)
        retry: Retry = NEVER
        sent = arguments(settings, call)
        if settings.algorithm == "sliding_log":
            sent = [call.cost, call.request]
            retry = TOKEN if call.request else NEVER
        command = ("EVALSHA", settings.shas[2], 1, key, *sent)
        await self._lane.call(command, as_none, retry)

    async def reset(self, key: str) -> bool:
        """Forget all that was taken; whether there was anything."""
        self._denials.forget(key)
        return await self._lane.call(("DEL", key), as_bool, NEVER)

    async def _decided(self, command: Command, call: Call, retry: Retry) -> Decision:
        return await _decided(
            self._lane, self._settings, self._outage, command, call, retry
        )


class AsyncConcurrencyLimit:
    """What a declared limit on what goes on at once does with its keys."""

    __slots__ = ("_denials", "_lane", "_outage", "_prefix", "_settings")

    def __init__(self, lane: AsyncLane, prefix: str, settings: Settings) -> None:
        self._lane = lane
        self._prefix = prefix
        self._settings = settings
        self._denials = Denials(settings.local_deny)
        self._outage = Outage(settings)

    async def take(
        self, key: str, lease: str | None, limits: Sequence[Limit | None] | None
    ) -> Decision:
        """Take a lease, or renew the one that is named."""
        settings = self._settings
        call = checked(settings, 1, limits, lease or secrets.token_hex(16))
        known = listed(settings, key.removeprefix(self._prefix), call.request)
        if known is None and not lease:
            known = self._denials.of(key, call)
        if known is not None:
            return known
        asked = time.monotonic()
        command = ("EVALSHA", settings.shas[0], 1, key, *arguments(settings, call))
        decision = await _decided(
            self._lane, settings, self._outage, command, call, TOKEN
        )
        self._denials.note(key, call, decision, asked)
        return decision

    async def peek(self, key: str, limits: Sequence[Limit | None] | None) -> Decision:
        """Say what a take would answer."""
        settings = self._settings
        call = checked(settings, 1, limits, None)
        known = listed(settings, key.removeprefix(self._prefix))
        if known is not None:
            return known
        command = ("EVALSHA", settings.shas[1], 1, key, *arguments(settings, call))
        return await _decided(self._lane, settings, self._outage, command, call, SAFE)

    async def extend(self, key: str, lease: str) -> bool:
        """Renew a lease; False where it has ended."""
        settings = self._settings
        (rate,) = settings.rates
        call = checked(settings, 1, None, lease)
        if self._uncounted(key):
            return True
        sent = (now_us(settings), call.request, rate.period_us)
        command = ("EVALSHA", settings.shas[2], 1, key, *sent)
        return await self._lane.call(command, as_bool, TOKEN)

    async def release(self, key: str, lease: str) -> bool:
        """End a lease; False where it had ended."""
        call = checked(self._settings, 1, None, lease)
        if self._uncounted(key):
            return True
        self._denials.forget(key)
        return await self._lane.call(("ZREM", key, call.request), as_bool, TOKEN)

    async def reset(self, key: str) -> bool:
        """End all leases; whether there was any."""
        self._denials.forget(key)
        return await self._lane.call(("DEL", key), as_bool, NEVER)

    def _uncounted(self, key: str) -> bool:
        """Whether the key is always admitted: its leases never reach the server, or end."""
        return key.removeprefix(self._prefix) in self._settings.allow


async def _decided(
    lane: AsyncLane,
    settings: Settings,
    outage: Outage,
    command: Command,
    call: Call,
    retry: Retry,
) -> Decision:
    """The server's decision, or what `on_redis_down` says."""
    known = outage.decision(call)
    if known is not None:
        return known
    try:
        return await lane.call(
            command, lambda reply: decided(settings, call, reply), retry
        )
    except (RedisSpecError, *FAILURES) as error:
        if isinstance(error, KeyedError):
            # Of the subject and the note of its request an error does not say which is meant.
            error.key = error.key or key_of(command)
        known = outage.begun(call, error)
        if known is None:
            raise
        return known
