import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def raise_to(key, value):
    async with client.pipeline() as pipe:
        await pipe.watch(key)
        if int(await pipe.get(key) or 0) < value:
            pipe.multi()
            await pipe.set(key, value, ex=3_600)
            await pipe.execute()
