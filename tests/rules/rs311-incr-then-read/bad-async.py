import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def next_id():
    await client.incr("order:id")
    return int(await client.get("order:id"))
