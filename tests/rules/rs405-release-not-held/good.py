import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    with client.lock(f"lock:{name}", timeout=30, blocking_timeout=5):
        job()


def before(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return
    try:
        job()
    finally:
        lock.release()


def asked(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    taken = False
    try:
        taken = lock.acquire(blocking=False)
        job()
    finally:
        if taken:
            lock.release()


def take_all(names):
    taken = []
    try:
        for name in names:
            lock = client.lock(f"lock:{name}", timeout=10)
            lock.acquire()
            taken.append(lock)
    except Exception:
        for lock in taken:
            lock.release()
        raise
