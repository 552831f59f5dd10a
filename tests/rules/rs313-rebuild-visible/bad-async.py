import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def rebuild(names):
    await client.delete("names")
    for name in names:
        await client.rpush("names", name)
