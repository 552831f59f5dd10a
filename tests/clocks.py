"""Processes whose own clock is wrong: nothing that is decided may rest on it."""

import random
import time

OFF = 10
"""How many seconds at most."""


def disturb() -> None:
    """Put this process's clock ahead or behind, for good."""
    seconds = random.choice((-OFF, 0, OFF))
    right, right_ns = time.time, time.time_ns
    time.time = lambda: right() + seconds
    time.time_ns = lambda: right_ns() + seconds * 1_000_000_000
