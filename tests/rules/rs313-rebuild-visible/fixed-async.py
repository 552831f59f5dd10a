import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def rebuild(names):
    async with client.pipeline(transaction=True) as pipe:
        pipe.delete("names")
        for name in names:
            pipe.rpush("names", name)
        await pipe.execute()


async def rebuild_checked(names, check):
    await client.delete("checked")
    for name in names:
        await check(name)
        await client.rpush("checked", name)
