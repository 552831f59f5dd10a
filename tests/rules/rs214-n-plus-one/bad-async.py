import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


import asyncio


async def names(users):
    return await asyncio.gather(*[client.get(f"name:{user}") for user in users])


async def clear(users):
    for user in users:
        await client.delete(f"name:{user}")
