"""A cache over an asyncio client: entries read, loaded once, invalidated."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Generic, NamedTuple, TypeVar, cast

from redis.exceptions import ResponseError

from . import aio_renewal as renewal
from .aio_lane import AsyncLane
from .awaitables import NoAwaitable, awaitable
from .beside import key_beside
from .cache_settings import CacheSettings, Patience
from .envelope import (
    MISS,
    NONE_THERE,
    TOMBSTONE,
    Found,
    Missing,
    fill_of,
    mark_of,
    new_token,
    opened,
    packed,
    reading,
    sealed,
    still_valid,
    value_in,
    version_text,
)
from .errors import (
    DecodeError,
    EncodeError,
    KeyParameterError,
    OutcomeUnknown,
    Unavailable,
    ValueTooLarge,
)
from .keys import check_key
from .replies import as_bool, as_bytes, as_int, as_list, as_optional_bytes
from .retry import NEVER, SAFE, TOKEN, Command, Encodable, refuses_writes

T = TypeVar("T")
K = TypeVar("K")

_HIT = 0
_OURS = 1
_LOST = (Unavailable, OutcomeUnknown)


class Slot(NamedTuple):
    """Where an entry stands: its key, and the tags that its key's parameters give it.

    `given` are the parameters, for tags that are made of them and of the value.
    """

    key: str
    tags: tuple[str, ...] = ()
    given: Any = None


class _Read(NamedTuple):
    """What the script said of an entry: see cache_read.lua."""

    state: int
    raw: bytes | None
    token: str
    fresh: bool


class _Work(NamedTuple):
    """An entry to be loaded, under a lease: one's own, or `joined` another's.

    `spare` may be served where the loader fails.
    """

    slot: Slot
    token: str
    spare: Any = MISS
    joined: bool = False


class AsyncCache(Generic[T]):
    """One declared cache, on ready keys; `prefix` is the namespace with its colon.

    T is what a reader gets: with None where "there is none" is remembered. `value_tags`
    gives the tags that come from a value, of it and of its slot's `given`.
    """

    __slots__ = (
        "_decode",
        "_encode",
        "_lane",
        "_mark",
        "_negative",
        "_prefix",
        "_set",
        "_value_tags",
    )

    def __init__(
        self,
        lane: AsyncLane,
        prefix: str,
        settings: CacheSettings,
        encode: Callable[[Any], Encodable],
        decode: Callable[[bytes], T],
        value_tags: Callable[[Any, Any], tuple[str, ...]] | None = None,
    ) -> None:
        self._lane = lane
        self._prefix = prefix
        self._set = settings
        self._encode = encode
        self._decode = decode
        self._value_tags = value_tags
        self._negative = settings.negative_ms is not None
        self._mark = mark_of(settings.shape)

    # --- one entry

    async def get(self, slot: Slot) -> T | Missing:
        """What may be served without loading, None for "there is none", or MISS."""
        value, _ = await self._looked(slot)
        return value

    async def get_or_load(
        self,
        slot: Slot,
        load: Callable[[], Awaitable[T]],
        ttl: timedelta | float | None = None,
    ) -> T:
        """The entry's value, loaded by one of those who ask where there is none."""
        self._set.check(ttl)
        seen = b""
        if not self._set.timed:
            value, seen = await self._looked(slot)
            if value is not MISS:
                return value
        token = new_token()
        patience = Patience(0 if self._set.stampede == "none" else self._set.wait_ms)
        while True:
            ((said, value),) = await self._read([(slot, token, seen)])
            if value is not MISS and said.state != _OURS:
                return value
            if said.state == _OURS:
                spare = value if said.fresh else MISS
                return await self._loaded(_Work(slot, token, spare), load, ttl)
            if said.raw is not None:
                # It is there and of no use: whoever fills next has another mark.
                seen = fill_of(said.raw)
            if said.state == _HIT:
                continue
            wait = patience.next()
            if wait is None:
                # Beside the holder, under its lease: the first of both to end fills.
                work = _Work(slot, said.token, joined=True)
                return await self._loaded(work, load, ttl)
            await renewal.pause(wait)

    async def refresh(
        self,
        slot: Slot,
        load: Callable[[], Awaitable[T]],
        ttl: timedelta | float | None = None,
    ) -> T:
        """Load the entry now, whatever is stored; a load that is under way is discarded."""
        self._set.check(ttl)
        token = new_token()
        lease = ("SET", self._lease(slot.key), token, "PX", self._set.lease_ms)
        await self._lane.call(lease, as_bool, TOKEN)
        return await self._loaded(_Work(slot, token), load, ttl)

    async def put(
        self,
        slot: Slot,
        value: T,
        ttl: timedelta | float | None = None,
        version: int | None = None,
    ) -> bool:
        """Store a value without loading it; False where a newer version is known."""
        self._set.check(ttl)
        # The clock before the value is encoded: what is invalidated from now on is so.
        stamp = await self._now() if self._set.tag_ms else 0
        negative = value is None and self._negative
        body = NONE_THERE if negative else self._packed(value)
        tags = self._tags(slot, value)
        text = version_text(version)
        raw = sealed(
            self._mark, body, new_token(), stamp=stamp, tags=tags, version=text
        )
        command: Command = (
            *("EVALSHA", self._set.scripts.put, 2, slot.key, self._lease(slot.key)),
            *(self._set.key_ms(ttl, negative), text, raw),
        )
        await self._lane.fan(self._tagged(tags, stamp), as_bool, TOKEN)
        return await self._lane.call(command, as_bool, TOKEN if text else NEVER)

    async def invalidate(self, slot: Slot, version: int | None = None) -> bool:
        """Remove an entry, and discard loads that are under way; False without one."""
        text = version_text(version)
        stone = sealed(self._mark, TOMBSTONE, new_token())
        command: Command = (
            *("EVALSHA", self._set.scripts.invalidate, 2),
            *(slot.key, self._lease(slot.key), self._set.tombstone_ms, text, stone),
        )
        return await self._lane.call(command, as_bool, TOKEN)

    async def invalidate_tag(self, tag: str) -> None:
        """Make every entry with the tag invalid, and those that are being loaded.

        Two round trips: the clock moves on, then the tag is set to it.
        """
        stamp = await self._now(move=True)
        await self._lane.call(self._tag_command(tag, stamp, "1"), as_bool, TOKEN)

    async def write_through(self, slot: Slot, write: Callable[[], Awaitable[K]]) -> K:
        """Run `write`, then invalidate the entry, also where `write` failed.

        A failed write may have been done all the same, so the entry goes in both cases.
        """
        try:
            result = await awaitable(write())
        except BaseException:
            with suppress(*_LOST):
                await renewal.undisturbed(self.invalidate, slot)
            raise
        await renewal.undisturbed(self.invalidate, slot)
        return result

    # --- many entries

    async def get_many_or_load(
        self,
        slots: Mapping[K, Slot],
        load: Callable[[list[K]], Awaitable[Mapping[K, T]]],
        ttl: timedelta | float | None = None,
    ) -> dict[K, T]:
        """The values by id; what is missing is loaded together, once each.

        What `load` leaves out is stored as "there is none", where that is remembered,
        and is left out of the answer elsewhere.
        """
        self._set.check(ttl)
        found: dict[K, T] = {}
        todo = dict.fromkeys(slots, b"")
        if todo and not self._set.timed:
            looked = await self._looked_up(list(slots.values()))
            for name, (value, seen) in zip(slots, looked, strict=True):
                todo[name] = seen
                if value is not MISS:
                    found[name] = value
                    del todo[name]
        tokens = {name: new_token() for name in todo}
        patience = Patience(0 if self._set.stampede == "none" else self._set.wait_ms)
        ours: dict[K, _Work] = {}
        while todo:
            asked = [(slots[name], tokens[name], seen) for name, seen in todo.items()]
            try:
                said = dict(zip(todo, await self._read(asked), strict=True))
            except BaseException:
                await renewal.undisturbed(self._released, list(ours.values()))
                raise
            others: dict[K, _Work] = {}
            again = False
            for name, (read, value) in said.items():
                if read.raw is not None:
                    todo[name] = fill_of(read.raw)
                if read.state == _OURS:
                    spare = value if read.fresh else MISS
                    ours[name] = _Work(slots[name], read.token, spare)
                    del todo[name]
                elif value is not MISS:
                    found[name] = value
                    del todo[name]
                elif read.state == _HIT:
                    again = True
                else:
                    others[name] = _Work(slots[name], read.token, joined=True)
            if again:
                # What is there and of no use is ours in a moment: load it with the rest.
                continue
            wait = patience.next() if others and not ours else 0.0
            if wait is None:
                ours = others
                todo = {}
            if ours:
                found.update(await self._loaded_many(ours, load, ttl))
                ours = {}
            elif wait:
                await renewal.pause(wait)
        return {name: found[name] for name in slots if name in found}

    # --- reading

    async def _looked(self, slot: Slot) -> tuple[T | Missing, bytes]:
        """One value by GET alone, with the fill of the entry that is there."""
        if slot.tags:
            found = await self._looked_up([slot])
            return found[0]
        try:
            raw = await self._lane.call(("GET", slot.key), as_optional_bytes, SAFE)
        except DecodeError:
            return MISS, b""
        if raw is None:
            return MISS, b""
        if self._set.tag_ms:
            (value,) = await self._opened([raw], {})
            return value, fill_of(raw)
        return self._value(opened(raw, self._mark)), fill_of(raw)

    async def _looked_up(
        self, slots: Sequence[Slot]
    ) -> list[tuple[T | Missing, bytes]]:
        """Values by GET alone, with the fill of each entry that is there.

        Tags of the keys' parameters come in the same round trip, those of values in a
        second one.
        """
        keys = [slot.key for slot in slots]
        known = self._keys_of_tags(tag for slot in slots for tag in slot.tags)
        try:
            replies = await self._lane.mget([*keys, *known], as_optional_bytes)
        except DecodeError:
            # On a cluster another type of key is an error; it is a miss like others.
            return [(MISS, b"")] * len(slots)
        readings = dict(zip(known, map(reading, replies[len(keys) :]), strict=True))
        raws = replies[: len(keys)]
        values = await self._opened(raws, readings)
        return [(value, fill_of(raw)) for value, raw in zip(values, raws, strict=True)]

    async def _read(
        self, asked: Sequence[tuple[Slot, str, bytes]]
    ) -> list[tuple[_Read, T | Missing]]:
        """Read by the script, which takes the lease of what is due."""
        said: list[_Read] = []
        commands: list[Command] = [
            (
                *(
                    "EVALSHA",
                    self._set.scripts.read,
                    2,
                    slot.key,
                    self._lease(slot.key),
                ),
                *(token, self._set.lease_ms, seen, self._set.early()),
                self._set.stale_ms,
            )
            for slot, token, seen in asked
        ]
        known = self._keys_of_tags(tag for slot, _, _ in asked for tag in slot.tags)
        commands.extend(("GET", key) for key in known)
        try:
            if len(commands) == 1:
                found = [await self._lane.call(commands[0], _same, TOKEN)]
            else:
                found = await self._lane.fan(commands, _same, TOKEN)
        except Exception:
            raise
        except BaseException:
            # Cancelled: nobody would load under a lease that the call may have taken.
            taken = [_Work(slot, token) for slot, token, _ in asked]
            await renewal.undisturbed(self._released, taken)
            raise
        replies = [as_list(reply) for reply in found[: len(asked)]]
        readings = dict(zip(known, map(reading, found[len(asked) :]), strict=True))
        for (_, token, _), (state, raw, more) in zip(
            asked, map(_three, replies), strict=True
        ):
            holder = as_bytes(more).decode() if state > _OURS else token
            fresh = state == _HIT or (state == _OURS and as_int(more) == 1)
            said.append(_Read(state, as_optional_bytes(raw), holder, fresh))
        values = await self._opened([read.raw for read in said], readings)
        return list(zip(said, values, strict=True))

    async def _opened(
        self, raws: Sequence[bytes | None], readings: dict[str, int | None]
    ) -> list[T | Missing]:
        """The values of entries whose tags are valid; tags that are not known yet are read."""
        entries = [None if raw is None else opened(raw, self._mark) for raw in raws]
        if not self._set.tag_ms:
            return [self._value(entry) for entry in entries]
        wanted = self._keys_of_tags(
            tag for entry in entries if entry is not None for tag in entry.tags
        )
        # One that was not there yet may have come with its entry, which was read later.
        missing = [key for key in wanted if readings.get(key) is None]
        if missing:
            read = await self._lane.mget(missing, reading)
            readings.update(zip(missing, read, strict=True))
        return [
            self._value(entry) if self._valid(entry, readings) else MISS
            for entry in entries
        ]

    def _value(self, entry: Found | None) -> T | Missing:
        return MISS if entry is None else value_in(entry, self._decode, self._negative)

    def _valid(self, entry: Found | None, readings: dict[str, int | None]) -> bool:
        if entry is None:
            return False
        keys = self._keys_of_tags(entry.tags)
        return still_valid(entry, [readings.get(key) for key in keys])

    # --- loading

    async def _loaded(
        self,
        work: _Work,
        load: Callable[[], Awaitable[T]],
        ttl: timedelta | float | None,
    ) -> T:
        """Run the loader under a lease that is renewed meanwhile, and store what it gives."""

        async def load_one(names: list[None]) -> Mapping[None, T]:
            return {None: await awaitable(load())}

        found = await self._loaded_many({None: work}, load_one, ttl)
        return found[None]

    async def _loaded_many(
        self,
        works: Mapping[K, _Work],
        load: Callable[[list[K]], Awaitable[Mapping[K, T]]],
        ttl: timedelta | float | None,
    ) -> dict[K, T]:
        """Load some entries together: one clock, one run of the loader, one pipeline."""

        # The clock before the loader: what is invalidated from here on is later than it.
        async def renew() -> bool:
            return await self._renewed(works.values())

        results: dict[K, T] = {}
        fills: list[Command] = []
        tags: list[str] = []
        loose: list[_Work] = []
        try:
            stamp = await self._now() if self._set.tag_ms else 0
            started = time.monotonic()
            async with renewal.renewed(renew, self._set.lease_ms / 3000):
                values = await awaitable(load(list(works)))
            if not _is_mapping(values):
                raise EncodeError("a mapping of what was loaded by key", values)
            if values and works.keys().isdisjoint(values):
                # Ids of another type: kept as "there is none" they would hide what is there.
                raise EncodeError(
                    "a mapping by the keys that were asked for", next(iter(values))
                )
            cost = time.monotonic() - started
            # Longer than tags live: one that was invalidated meanwhile may be gone.
            late = cost * 1000 > self._set.tag_ms > 0
            for name, work in works.items():
                if name in values or self._negative:
                    value = results[name] = cast("T", values.get(name))
                    fill = self._fill(work, value, cost, stamp, ttl)
                    if fill is not None and not late:
                        fills.append(fill[0])
                        tags += fill[1]
                        continue
                loose.append(work)
        except BaseException as error:
            await renewal.undisturbed(self._released, list(works.values()))
            spares = {name: work.spare for name, work in works.items()}
            wrong = not isinstance(error, Exception) or isinstance(
                error, (EncodeError, NoAwaitable)
            )
            if wrong or any(spare is MISS for spare in spares.values()):
                raise
            return spares
        # The values are here: that they could not be kept costs the next reader a load.
        try:
            await self._stored(fills, self._tagged(dict.fromkeys(tags), stamp))
        except _LOST:
            pass
        except ResponseError as error:
            if not refuses_writes(error):
                raise
            # Not even a tag's mark could be written: nothing is stored, and the leases go back.
            loose = list(works.values())
        if loose:
            await self._released(loose)
        return results

    def _fill(
        self,
        work: _Work,
        value: T,
        cost: float,
        stamp: int,
        ttl: timedelta | float | None,
    ) -> tuple[Command, tuple[str, ...]] | None:
        """The command that stores a loaded value, and its tags; None for what is not kept."""
        negative = value is None and self._negative
        try:
            body = NONE_THERE if negative else self._packed(value)
            tags = self._tags(work.slot, value)
            self._keys_of_tags(tags)  # a tag may be too long for a key
        except (ValueTooLarge, KeyParameterError):
            return None
        raw = sealed(self._mark, body, work.token, cost=cost, stamp=stamp, tags=tags)
        key = work.slot.key
        command: Command = (
            *("EVALSHA", self._set.scripts.fill, 2, key, self._lease(key)),
            *(self._set.key_ms(ttl, negative), work.token, raw),
        )
        return command, tags

    async def _stored(self, fills: list[Command], tags: list[Command]) -> None:
        """Tags before entries: one round trip, on a cluster two where there are tags."""
        if self._lane.cluster and tags:
            await self._lane.fan(tags, as_int, TOKEN)
            tags = []
        commands = [*tags, *fills]
        if len(commands) == 1:  # as it mostly is
            await self._lane.call(commands[0], as_int, TOKEN)
        else:
            await self._lane.fan(commands, as_int, TOKEN, len(tags))

    async def _renewed(self, works: Iterable[_Work]) -> bool:
        """Renew leases; False when none is left."""
        kept = await self._lane.fan(
            [
                (
                    *("EVALSHA", self._set.scripts.renew, 1),
                    *(self._lease(work.slot.key), work.token, self._set.lease_ms),
                )
                for work in works
            ],
            as_bool,
            TOKEN,
        )
        return any(kept)

    async def _released(self, works: Iterable[_Work]) -> None:
        """Let others load what was not stored."""
        commands: list[Command] = [
            (
                *("EVALSHA", self._set.scripts.release, 1),
                *(self._lease(work.slot.key), work.token),
            )
            for work in works
            if not work.joined
        ]
        # Where the server cannot be reached, the leases end by themselves.
        with suppress(*_LOST):
            await self._lane.fan(commands, as_bool, TOKEN)

    # --- tags

    async def _now(self, *, move: bool = False) -> int:
        """The cache's clock, moved on first where something is to become older than it."""
        clock = f"{self._prefix}{self._set.name}:clock"
        command: Command = (
            *("EVALSHA", self._set.scripts.clock, 1, clock, self._set.tag_ms),
            1 if move else 0,
        )
        return await self._lane.call(command, int, TOKEN)

    def _tags(self, slot: Slot, value: T) -> tuple[str, ...]:
        """The tags of an entry; "there is none" has those of its key's parameters."""
        if value is None or self._value_tags is None:
            return slot.tags
        return tuple(dict.fromkeys((*slot.tags, *self._value_tags(value, slot.given))))

    def _tagged(self, tags: Iterable[str], stamp: int) -> list[Command]:
        """The commands that set tags where there are none, and prolong those that are."""
        return [self._tag_command(tag, stamp, "0") for tag in tags]

    def _tag_command(self, tag: str, stamp: int, higher: str) -> Command:
        return (
            *("EVALSHA", self._set.scripts.tag, 1, self._tag(tag)),
            *(self._set.tag_ms, stamp, higher),
        )

    def _tag(self, tag: str) -> str:
        return check_key(f"{self._prefix}{self._set.name}:tag:{tag}")

    def _keys_of_tags(self, tags: Iterable[str]) -> list[str]:
        return [self._tag(tag) for tag in dict.fromkeys(tags)]

    def _lease(self, key: str) -> str:
        return key_beside(self._prefix, key, "lease")

    def _packed(self, value: Any) -> Any:
        return packed(
            self._encode(value), self._set.compress_above, self._set.max_bytes
        )


def _is_mapping(given: object) -> bool:
    return isinstance(given, Mapping)


def _same(reply: Any) -> Any:
    return reply


def _three(reply: list[Any]) -> tuple[int, Any, Any]:
    state, raw, *more = reply
    return as_int(state), raw, more[0] if more else None
