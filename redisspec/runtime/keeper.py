"""Renews leases from threads, until they are released, lost or forgotten."""

import contextlib
import threading
import weakref
from typing import Protocol

from .errors import RedisSpecError
from .retry import FAILURES

_PAUSE = 0.05


class Kept(Protocol):
    """What is kept: a lease."""

    def due(self) -> float | None:
        """In how many seconds it is to be renewed; None once it is over."""
        ...

    def renew(self) -> bool:
        """Renew it; False where it is lost."""
        ...


class Interruption:
    """How a block hears that its lock was lost: a thread cannot be stopped, it must ask."""

    __slots__ = ()

    def begin(self) -> None:
        """The block begins."""

    def end(self, error: BaseException | None) -> bool:
        """The block ends; whether it was stopped."""
        return False


class Keeper:
    """Renews one lease at every third of its TTL.

    It keeps no lease alive: one that was dropped without a release ends by itself.
    """

    __slots__ = ("_stopped", "interruption")

    def __init__(self, lease: Kept) -> None:
        self.interruption: Interruption | None = None
        self._stopped = threading.Event()
        threading.Thread(
            target=_keep,
            args=(weakref.ref(lease), self._stopped),
            name="redisspec-renew",
            daemon=True,
        ).start()

    def stop(self) -> None:
        """Renew no more."""
        self._stopped.set()


def _keep(ref: "weakref.ref[Kept]", stopped: threading.Event) -> None:
    pause = _due(ref)
    while pause is not None and not stopped.wait(pause):
        pause = _renewed(ref)


def _due(ref: "weakref.ref[Kept]") -> float | None:
    lease = ref()
    return None if lease is None else lease.due()


def _renewed(ref: "weakref.ref[Kept]") -> float | None:
    """Renew; in how many seconds again. A failure is tried again until the lease is over."""
    lease = ref()
    if lease is None:
        return None
    with contextlib.suppress(*FAILURES, RedisSpecError):
        lease.renew()
    due = lease.due()
    return None if due is None else max(due, _PAUSE if due == 0 else 0)
