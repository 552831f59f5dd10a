"""A process with some threads that read one entry; each run of the loader is noted in a file.

Its own clock is seconds off.

`python -m tests.server.caches.loader URL NAMESPACE FILE SECONDS TTL_MS LEASE_MS LOADING`
"""

import os
import sys
import threading
import time

from tests.clocks import disturb
from tests.server.caches.driver import Caches


def main() -> None:
    url, namespace, file, seconds, ttl_ms, lease_ms, loading = sys.argv[1:]
    made = Caches("sync", url)
    cache = made.cache(namespace, ttl_ms=int(ttl_ms), lease_ms=int(lease_ms), wait_ms=20_000)
    log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    ends = time.monotonic() + float(seconds)

    def load() -> float:
        began = time.monotonic()
        os.write(log, f"{os.getpid()} began {began}\n".encode())
        time.sleep(float(loading))
        os.write(log, f"{os.getpid()} ended {time.monotonic()}\n".encode())
        return began

    def read() -> None:
        while time.monotonic() < ends:
            assert isinstance(cache.get_or_load("one", load), float)
            time.sleep(0.01)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.close()


if __name__ == "__main__":
    disturb()
    main()
