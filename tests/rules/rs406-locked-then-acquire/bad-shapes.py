import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)


def leaves(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if lock.locked():
        return None
    lock.acquire()
    try:
        return job()
    finally:
        lock.release()


def inside(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.locked():
        lock.acquire()
        job()
        lock.release()


async def awaited(client: redis.asyncio.Redis, names, job):
    for name in names:
        lock = client.lock(f"lock:{name}", timeout=30)
        if await lock.locked():
            continue
        await lock.acquire()
        await job()
        await lock.release()
