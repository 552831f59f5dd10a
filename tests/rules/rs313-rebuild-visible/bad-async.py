import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def rebuild(names):
    await client.delete("names")
    for name in names:
        await client.rpush("names", name)


async def rebuild_checked(names, check):
    await client.delete("checked")
    for name in names:
        await check(name)
        await client.rpush("checked", name)
