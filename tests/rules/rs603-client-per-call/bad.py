import redis
import redis.asyncio


def visits(page):
    client = redis.Redis(socket_timeout=2)
    return client.incr(f"visits:{page}")


async def awaited(page):
    async with redis.asyncio.from_url("redis://cache.internal") as client:
        return await client.incr(f"visits:{page}")
