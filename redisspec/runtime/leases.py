"""What locks of every kind share: tokens, keys, commands, what replies say, what can go wrong."""

import math
import os
import random
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from .beside import key_beside
from .blocking import SHORTEST_BLOCK
from .errors import KeyedError
from .replies import as_bytes
from .retry import Command
from .ttl import is_number

FENCE_KEPT_MS: Final = 3_600_000
"""How long a fence outlives its lease: a clock that steps back by less breaks no order."""
TOMB_MS: Final = 15_000
"""How long a token that was given up is refused: longer than any request is on its way."""
QUEUED_MS: Final = 5_000
"""How long one that waits is believed to: it says so again every two seconds."""
_LONGEST_WAIT: Final = 2.0
_TOKEN_DIGITS: Final = 32
_LONGEST_OWNER: Final = 128
_TOMB: Final = "tomb"


class LockLost(KeyedError):
    """The lease ended while it was needed: another may hold the lock by now."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"{self._at()}the lock was lost: another may hold it"


class LockBusy(KeyedError):
    """Others held the lock for as long as the caller would wait."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"{self._at()}others held the lock for the whole wait"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, for logs and for people: it may be over when you read it.

    `fence` and `waiting` (how many wait) are None where the lock keeps no account.
    """

    owner: str
    remaining: timedelta
    fence: int | None = None
    waiting: int | None = None


class Call(NamedTuple):
    """A script: its SHA-1, the keys by their suffixes, what ARGV ends with."""

    sha: str
    keys: tuple[str, ...]
    more: tuple[int, ...] = ()

    def command(self, keys: Mapping[str, str], *arguments: int | str) -> Command:
        """The call with these arguments, of which the first is the token."""
        named = [keys[suffix] for suffix in self.keys]
        return ("EVALSHA", self.sha, len(named), *named, *arguments, *self.more)


@dataclass(frozen=True, slots=True)
class Side:
    """One way to hold a lock: what it calls, the list that wakes it, how long it holds."""

    acquire: Call
    release: Call
    extend: Call
    look: Call
    wake: str
    ttl_ms: int
    wait_ms: int
    renews: bool
    fenced: bool = False

    def keys(self, prefix: str, key: str, token: str) -> dict[str, str]:
        """The keys of one lock by their suffixes."""
        found: dict[str, str] = {}
        for suffix in {*self.acquire.keys, *self.extend.keys}:
            if suffix == "":
                found[suffix] = key
            elif suffix == _TOMB:
                tomb = f"{_TOMB}:{token[:_TOKEN_DIGITS]}"
                found[suffix] = key_beside(prefix, key, tomb)
            else:
                found[suffix] = key_beside(prefix, key, suffix)
        return found


class Shas(NamedTuple):
    """The scripts of one way to hold a lock."""

    acquire: str
    release: str
    extend: str
    look: str


def mutex(
    shas: Shas, *, ttl_ms: int, wait_ms: int, renews: bool = False, fenced: bool = False
) -> Side:
    """One holder at a time."""
    kept, fence = _fence(fenced)
    return Side(
        Call(shas.acquire, ("", fence, "wake", "waiters", _TOMB), (kept,)),
        Call(shas.release, ("", "wake", "waiters", _TOMB)),
        Call(shas.extend, ("", fence), (kept,)),
        Call(shas.look, ("", "waiters")),
        "wake",
        ttl_ms,
        wait_ms,
        renews,
        fenced,
    )


def semaphore(
    shas: Shas, *, ttl_ms: int, wait_ms: int, permits: int, renews: bool = False
) -> Side:
    """So many holders at a time."""
    return Side(
        Call(shas.acquire, ("", "wake", _TOMB), (ttl_ms, permits)),
        Call(shas.release, ("", "wake", _TOMB), (permits,)),
        Call(shas.extend, ("",), (ttl_ms,)),
        Call(shas.look, ("",)),
        "wake",
        ttl_ms,
        wait_ms,
        renews,
    )


_PHASES: Final = (
    "readers",
    "",
    "wake_writers",
    "wake_readers",
    "writers_waiting",
    "readers_waiting",
    _TOMB,
)


def read_side(shas: Shas, *, ttl_ms: int, wait_ms: int, renews: bool = False) -> Side:
    """Any number of readers while nobody writes."""
    return Side(
        Call(shas.acquire, _PHASES, (ttl_ms,)),
        Call(shas.release, _PHASES),
        Call(shas.extend, ("readers",), (ttl_ms,)),
        Call(shas.look, ("readers",)),
        "wake_readers",
        ttl_ms,
        wait_ms,
        renews,
    )


def write_side(
    shas: Shas, *, ttl_ms: int, wait_ms: int, renews: bool = False, fenced: bool = False
) -> Side:
    """One writer while nobody reads."""
    kept, fence = _fence(fenced)
    return Side(
        Call(shas.acquire, (*_PHASES, fence), (ttl_ms, kept)),
        Call(shas.release, _PHASES),
        Call(shas.extend, ("", fence), (kept,)),
        Call(shas.look, ("", "writers_waiting")),
        "wake_writers",
        ttl_ms,
        wait_ms,
        renews,
        fenced,
    )


def _fence(fenced: bool) -> tuple[int, str]:
    """For how long the fence is kept, and its key: the lock's own where there is none."""
    return (FENCE_KEPT_MS, "fence") if fenced else (0, "")


# --- tokens -----------------------------------------------------------------------


def new_token(owner: str | None) -> str:
    """A token that nobody has, with its owner's name behind it."""
    if owner is None:
        owner = f"{_host()}:{os.getpid()}"
    elif not _is_owner(owner):
        raise ValueError(f"owner: expected a text of 1 to {_LONGEST_OWNER} characters")
    return f"{secrets.token_hex(_TOKEN_DIGITS // 2)}@{owner}"


def _is_owner(given: object) -> bool:
    return isinstance(given, str) and 0 < len(given) <= _LONGEST_OWNER


def owner_of(token: bytes) -> str:
    """The name in a token."""
    return token[_TOKEN_DIGITS + 1 :].decode("utf-8", "replace")


@cache
def _host() -> str:
    return socket.gethostname()[:_LONGEST_OWNER] or "?"


# --- time -------------------------------------------------------------------------


def patience(wait: timedelta | float | None, default_ms: int) -> float:
    """How many seconds an acquire waits: what it says, or the default."""
    if wait is None:
        return default_ms / 1000
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
    if not is_number(seconds) or seconds < 0:
        raise ValueError("wait: expected a timedelta or seconds, zero or more")
    return float(seconds)


def queued_ms(left: float) -> int:
    """For how long one that waits `left` seconds more is put among those that wait."""
    return min(max(0, math.ceil(left * 1000)), QUEUED_MS)


def pause(hint_ms: int, left: float) -> float:
    """How many seconds to wait for a wake-up: until the lease ends that is in the way.

    Never long, since a wake-up may be lost with who took it; and never all at once.
    """
    longest = _LONGEST_WAIT if hint_ms < 0 else min(hint_ms / 1000, _LONGEST_WAIT)
    return min(max(SHORTEST_BLOCK, longest * random.uniform(0.75, 1)), left)


def lease_ends(sent: float, ttl_ms: int) -> float:
    """Until when, by the monotonic clock, a lease is certain that was asked for at `sent`.

    Two clocks do not run alike: a hundredth is kept back.
    """
    return sent + max(0.0, ttl_ms * 0.00099 - 0.002)


# --- replies ----------------------------------------------------------------------


class Taken(NamedTuple):
    """What acquire says: 1 with the fence, 0 with a hint how long to wait, -1 for never."""

    state: int
    number: int


def taken(reply: Any) -> Taken:
    """Acquire's reply."""
    state, number = reply
    return Taken(int(state), int(number))


def one(reply: Any) -> bool:
    """1 or 0."""
    return int(reply) == 1


def holder(reply: Any) -> Holder | None:
    """Who holds a mutex, or writes; its fence is a number that nobody is told without one."""
    value, left_ms, waiting = reply
    fence, _, token = as_bytes(value).partition(b":")
    if not token:  # nobody, or kept for one that waits
        return None
    left = timedelta(milliseconds=max(0, int(left_ms)))
    number = int(fence) if fence.isdigit() else None
    return Holder(owner_of(token), left, number, int(waiting))


def holders(reply: Sequence[Any]) -> list[Holder]:
    """Who shares a lock."""
    return [
        Holder(owner_of(as_bytes(token)), timedelta(milliseconds=int(left_ms)))
        for token, left_ms in zip(reply[::2], reply[1::2], strict=True)
    ]
