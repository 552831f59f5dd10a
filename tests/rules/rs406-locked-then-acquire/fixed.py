import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return
    job()
    lock.release()


def unless_running(name, job):
    if client.get(f"lock:{name}"):
        return
    with client.lock(f"lock:{name}", timeout=30):
        job()
