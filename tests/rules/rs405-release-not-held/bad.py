import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    try:
        lock.acquire(blocking_timeout=5)
        job()
    finally:
        lock.release()


def acquire_lock(name, token):
    return client.set(f"lock:{name}", token, nx=True, ex=30)


def release_lock(name):
    client.delete(f"lock:{name}")


def by_hand(name, token, job):
    try:
        if acquire_lock(name, token):
            job()
            release_lock(name)
    except Exception:
        release_lock(name)
        raise
