import asyncio

import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)
awaited = redis.asyncio.Redis(socket_timeout=2)


def visit(page):
    client.incr(f"visits:{page}")


async def visits(page):
    await awaited.incr(f"visits:{page}")
    await asyncio.gather(awaited.get("a"), awaited.get("b"))
    later = awaited.get(page)
    return await later


async def threaded(page):
    return await asyncio.to_thread(visit, page)


async def queued(page):
    async with awaited.pipeline() as pipe:
        pipe.incr(f"visits:{page}")
        await pipe.execute()
