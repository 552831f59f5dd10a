"""A held lock: renewed, given back, and honest about whether it is held still."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Generic, TypeVar

from . import background
from .errors import OutcomeUnknown, RedisSpecError, Unavailable
from .keeper import Interruption, Keeper
from .lane import Lane
from .leases import TOMB_MS, LockBusy, LockLost, Side, lease_ends, one, owner_of
from .retry import FAILURES, TOKEN
from .ttl import held_for

L = TypeVar("L", bound="Lease")

_RETRY_PAUSE = 0.25


def let_go(
    lane: Lane, side: Side, keys: Mapping[str, str], token: str, tomb_ms: int
) -> tuple[bool, bool]:
    """Give a token up: whether it held the lock, and whether an earlier reply was lost."""
    command = side.release.command(keys, token, tomb_ms)
    return lane.told(command, one, TOKEN)


def abandon(
    lane: Lane, side: Side, keys: Mapping[str, str], token: str, seconds: float
) -> None:
    """Give a token up for good, as soon as the server can be told within the time."""
    ends = time.monotonic() + seconds
    while True:
        try:
            let_go(lane, side, keys, token, TOMB_MS)
            return
        except (OutcomeUnknown, Unavailable):
            if time.monotonic() >= ends:
                raise
            time.sleep(_RETRY_PAUSE)


class Lease:
    """A lock that is held for a time.

    `lost` turns true at the latest when another may hold it; with `renew: auto` it is
    renewed at every third of its TTL until it is released.
    """

    __slots__ = (
        "__weakref__",
        "_ends",
        "_gone",
        "_keeper",
        "_keys",
        "_lane",
        "_released",
        "_renewed",
        "_side",
        "_token",
        "_tomb_ms",
        "_ttl_ms",
        "key",
    )

    def __init__(
        self,
        lane: Lane,
        side: Side,
        keys: Mapping[str, str],
        token: str,
        fence: int,
    ) -> None:
        self.key = keys[""]
        self._lane = lane
        self._side = side
        self._keys = keys
        self._token = token
        self._tomb_ms = 0
        self._ttl_ms: int = side.ttl_ms
        self._ends = self._renewed = 0.0
        self._gone = self._released = False
        self._keeper: Keeper | None = None

    def __repr__(self) -> str:
        state = "lost" if self.lost else "released" if self._released else "held"
        return f"<{type(self).__name__} {ascii(self.key)[1:-1]}, {state}>"

    @property
    def owner(self) -> str:
        """The name under which others see the holder."""
        return owner_of(self._token.encode())

    @property
    def lost(self) -> bool:
        """Whether another may hold the lock, though this lease was not released."""
        return self._gone or (not self._released and time.monotonic() >= self._ends)

    @property
    def remaining(self) -> timedelta:
        """How long the lease is certain, if nobody renews it."""
        if self._gone or self._released:
            return timedelta()
        return timedelta(seconds=max(0.0, self._ends - time.monotonic()))

    def check(self) -> None:
        """Raise LockLost where the lock is not held for certain: call it before what counts."""
        if self.lost or self._released:
            raise LockLost(self.key)

    def extend(self, ttl: timedelta | float | None = None) -> None:
        """Hold the lock for a whole TTL from now; LockLost where it is held no more.

        `ttl` is at most the declared one, which it stands for.
        """
        ttl_ms = held_for(ttl, self._side.ttl_ms)
        if self._released or not self.renew(ttl_ms):
            raise LockLost(self.key)

    def release(self) -> bool:
        """Give the lock back; False where it had been lost. Twice does no harm."""
        if not self._released:
            certain = not self.lost
            self._released, self._gone = True, not certain
            if self._keeper is not None:
                self._keeper.stop()
            try:
                held, repeated = background.shielded(
                    let_go,
                    self._lane,
                    self._side,
                    self._keys,
                    self._token,
                    self._tomb_ms,
                )
            except BaseException:
                self._released = False
                raise
            # "Not held" in answer to a repeated call is what its first run did.
            self._gone = not held and not (repeated and certain)
        return not self._gone

    # --- for the lock and its keeper --------------------------------------------------

    def begin(self, sent: float, ttl_ms: int, unsure: bool) -> None:
        """Count from when the lock was asked for; `unsure` if it was more than once."""
        self._ttl_ms = ttl_ms
        self._tomb_ms = TOMB_MS if unsure else 0
        self._renewed, self._ends = sent, lease_ends(sent, ttl_ms)

    def keep(self, interruption: Interruption | None = None) -> None:
        """Have the lease renewed until it is released, lost, or forgotten."""
        if self._keeper is None:
            self._keeper = Keeper(self)
        self._keeper.interruption = interruption

    def renew(self, ttl_ms: int | None = None) -> bool:
        """Renew the lease; False where the lock is not held any more."""
        ttl_ms = self._ttl_ms if ttl_ms is None else ttl_ms
        sent = time.monotonic()
        command = self._side.extend.command(self._keys, self._token, ttl_ms)
        if self._lane.call(command, one, TOKEN):
            self._ttl_ms = ttl_ms
            self._renewed, self._ends = sent, lease_ends(sent, ttl_ms)
            return True
        if not self._released:
            self._gone = True
        return False

    def due(self) -> float | None:
        """In how many seconds the lease is to be renewed; None once it is over."""
        if self._released or self.lost:
            return None
        due = self._renewed + self._ttl_ms / 3000
        return max(0.0, due - time.monotonic())


class FencedLease(Lease):
    """A lock that is held for a time, with a number higher than all before.

    Give `fence` to what the lock protects, and have that refuse a lower one than it has
    seen: then a holder that was late cannot write after its successor.
    """

    __slots__ = ("fence",)

    def __init__(
        self,
        lane: Lane,
        side: Side,
        keys: Mapping[str, str],
        token: str,
        fence: int,
    ) -> None:
        super().__init__(lane, side, keys, token, fence)
        self.fence = fence


class Held(Generic[L]):
    """A lock around a block: `with shop.checkout.hold(…) as lease:`."""

    __slots__ = ("_acquire", "_interruption", "_key", "_lease", "_renews")

    def __init__(self, key: str, acquire: Callable[[], L | None], renews: bool) -> None:
        self._key = key
        self._acquire = acquire
        self._renews = renews
        self._lease: L | None = None
        self._interruption = Interruption()

    def __enter__(self) -> L:
        """The lease; LockBusy where others held the lock for the whole wait."""
        if self._lease is not None:
            raise RuntimeError("the lock is held by this very block: make another one")
        lease = self._acquire()
        if lease is None:
            raise LockBusy(self._key)
        self._lease = lease
        if self._renews:
            self._interruption.begin()
            lease.keep(self._interruption)
        return lease

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back; LockLost where it was lost on the way."""
        lease = self._lease
        if lease is None:
            return
        self._lease = None
        stopped = self._interruption.end(error)
        if lease.lost:
            # Nobody waits for a server that may be silent, to give back what is another's.
            background.settled(lease.release)
        else:
            try:
                lease.release()
            except (*FAILURES, RedisSpecError):
                if error is None:
                    raise
        if stopped or (error is None and lease.lost):
            raise LockLost(self._key) from error
