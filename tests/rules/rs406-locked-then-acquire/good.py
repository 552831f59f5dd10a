import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return
    job()
    lock.release()


def busy(name):
    return client.lock(f"lock:{name}", timeout=30).locked()


def unless_done(name, job):
    if client.get(f"done:{name}"):
        return
    with client.lock(f"lock:{name}", timeout=30):
        job()
