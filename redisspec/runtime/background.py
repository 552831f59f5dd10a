"""What must come to its end though its caller does not wait for it: with threads."""

import contextlib
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_GRACE = 0.5
_threads = threading.BoundedSemaphore(32)


def shielded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it; nothing cancels a thread."""
    return function(*args, **kwargs)


def settled(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call it beside the caller, who waits a moment only and hears of no failure."""

    def run() -> None:
        # Whoever is told was given another error already; the lease ends by itself.
        try:
            with contextlib.suppress(Exception):
                function(*args, **kwargs)
        finally:
            _threads.release()

    if not _threads.acquire(blocking=False):
        # So many at once mean an outage: it ends by itself, and the lease does too.
        return
    thread = threading.Thread(target=run, name="redisspec-abandon", daemon=True)
    thread.start()
    thread.join(_GRACE)
