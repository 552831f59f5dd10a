"""Keeps something renewed by a thread of its own while a block runs."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


@contextmanager
def renewed(renew: Callable[[], bool], every: float) -> Generator[None, None, None]:
    """Call `renew` each `every` seconds until it answers False, or the block ends."""
    over = Event()
    thread = Thread(target=_again, args=(renew, every, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        # Not joined: a renewal that is under way changes nothing that is the block's.
        over.set()


def _again(renew: Callable[[], bool], every: float, over: Event) -> None:
    while not over.wait(every):
        try:
            if not renew():
                return
        except Exception:  # noqa: BLE001, S112 - it is tried again while the block runs
            continue


def undisturbed(work: Callable[[A], T], given: A) -> T:
    """The result: only awaited callers are cancelled."""
    return work(given)


def pause(seconds: float) -> None:
    """Sleep."""
    time.sleep(seconds)
