import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)


def leaves(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return None
    try:
        return job()
    finally:
        lock.release()


def inside(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if lock.acquire(blocking=False):
        job()
        lock.release()


async def awaited(client: redis.asyncio.Redis, names, job):
    for name in names:
        lock = client.lock(f"lock:{name}", timeout=30)
        if not await lock.acquire(blocking=False):
            continue
        await job()
        await lock.release()
